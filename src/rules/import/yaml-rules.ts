import { parseDocument } from 'yaml';
import { WardenError } from '../../model/index.ts';
import { carryOver } from './carry-over.ts';
import { Fields } from './fields.ts';
import type { ForeignRule, Imported, ImportNote } from './imported.ts';

/** How far a part of a credential may stand from the other: these formats do not say. */
const WITHIN = 2048;

/** Rules of Kingfisher 1 (`rules:` with names, patterns and more). Throws `IMPORT_UNREADABLE`. */
export function importKingfisher(text: string, taken: ReadonlySet<string>): Imported {
  return importYaml(text, taken, (rule, notes): Partial<ForeignRule> => {
    const entropy = rule.number('min_entropy');
    const confidence = rule.text('confidence')?.toLowerCase();
    const requirements = rule.tables('pattern_requirements');
    const words = requirements.flatMap((one) => one.texts('ignore_if_contains'));
    for (const one of requirements) {
      for (const { field } of one.unread()) notes.push({ field: `pattern_requirements.${field}`, what: 'not carried over: a pattern or `min-entropy` has to say which characters a secret holds' });
    }
    for (const field of ['validation', 'revocation']) if (rule.has(field)) notes.push({ field, what: 'not carried over: conversations with issuers are `stores` in tokenwarden.yml' });
    const companions = rule.tables('depends_on_rule').map((part) => ({ name: (part.text('variable') ?? 'part').toLowerCase().replace(/[^a-z0-9]+/g, '-'), from: part.text('rule_id') ?? '', required: false, withinBytes: WITHIN }));
    return {
      secret: 'TOKEN',
      ...(entropy === undefined ? {} : { minEntropy: entropy }),
      ...(confidence === 'high' || confidence === 'medium' || confidence === 'low' ? { confidence } : {}),
      companionOnly: rule.truth('visible') === false,
      companions,
      exceptWords: words,
    };
  });
}

/** Rules of Nosey Parker. Throws `IMPORT_UNREADABLE`. */
export function importNoseyParker(text: string, taken: ReadonlySet<string>): Imported {
  return importYaml(text, taken, (rule) => {
    for (const known of ['description', 'categories']) rule.has(known);
    return { nearMisses: rule.texts('negative_examples') };
  });
}

function importYaml(text: string, taken: ReadonlySet<string>, more: (rule: Fields, notes: ImportNote[]) => Partial<ForeignRule>): Imported {
  const file = new Fields(parseFile(text));
  const foreign = file.tables('rules').map((rule, index): ForeignRule => {
    const notes: ImportNote[] = [];
    const from = rule.text('id') ?? `rule ${index + 1}`;
    const pattern = rule.text('pattern') ?? '';
    if (pattern.trim() === '') notes.push({ field: 'pattern', what: 'it has none' });
    const read: ForeignRule = {
      from,
      name: rule.text('name') ?? from,
      // A block of YAML ends in a line feed, which is no part of the pattern.
      pattern: pattern.replace(/\n$/, ''),
      keywords: [],
      companionOnly: false,
      companions: [],
      exceptWords: [],
      exceptPatterns: [],
      references: rule.texts('references'),
      examples: rule.texts('examples'),
      nearMisses: [],
      notes,
      ...more(rule, notes),
    };
    notes.push(...rule.unread());
    return read;
  });
  if (file.has('rulesets')) return { rules: carryOver(foreign, { dialect: 'rust', taken }), notes: [{ field: 'rulesets', what: 'not carried over: every rule of the file runs' }, ...file.unread()] };
  return { rules: carryOver(foreign, { dialect: 'rust', taken }), notes: file.unread() };
}

function parseFile(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = text.slice(0, error.pos[0]).split('\n').length;
    throw new WardenError('IMPORT_UNREADABLE', `the file is not valid YAML (line ${line})`, { hint: 'Kingfisher and Nosey Parker rules are YAML; see --from' });
  }
  return document.toJS({ maxAliasCount: 100 });
}
