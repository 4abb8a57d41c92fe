import type { Rule, Sample } from '../../model/index.ts';
import { compileRule } from '../compiled-rule.ts';
import { OWN_KIND_SCHEMA, type OwnKind } from '../own/own-kind.ts';
import { readOwnKind } from '../own/own-rules.ts';
import { allMatches } from '../pattern/expression.ts';
import { parsePattern } from '../pattern/parse-pattern.ts';
import { requiredLiterals } from '../pattern/required-literals.ts';
import { matchOne } from '../reference-match.ts';
import type { SampleEntry } from '../rule-file-types.ts';
import { sampleOf } from '../samples/sample.ts';
import { convertPattern, NotConvertible, type Converted, type Dialect } from './convert-pattern.ts';
import type { ForeignRule, Imported, ImportedRule, ImportNote } from './imported.ts';
import { recipeOf } from './recipe-of.ts';

/** Window around keywords, where nothing in the pattern is literal. */
const KEYWORD_WINDOW = 1024;

export interface CarryOptions {
  readonly dialect: Dialect;
  /** Ids that are taken: those of the built-in rules. */
  readonly taken: ReadonlySet<string>;
}

/** Foreign rules as own kinds, each proven to load: what does not is a note. The linear-time engine must have been loaded. */
export function carryOver(foreign: readonly ForeignRule[], { dialect, taken }: CarryOptions): Imported['rules'] {
  const used = new Set(taken);
  const idOf = new Map<string, string>();
  for (const { from } of foreign) idOf.set(from, unused(from, used));
  const rules = foreign.map((rule) => carryOne(rule, idOf.get(rule.from) ?? '', dialect));
  const carried = new Map(rules.flatMap(({ kind }) => (kind === undefined ? [] : [[kind.id, kind] as const])));
  return rules.map((rule, index) => withCompanions(rule, foreign[index] as ForeignRule, idOf, carried));
}

function carryOne(foreign: ForeignRule, id: string, dialect: Dialect): ImportedRule {
  const notes: ImportNote[] = [...foreign.notes];
  const note = (field: string, what: string): void => void notes.push({ field, what });
  if (id !== slug(foreign.from)) note('id', `"${slug(foreign.from)}" is taken; it is called "${id}" here`);
  if (foreign.pattern.trim() === '') return { from: foreign.from, notes };
  let converted: Converted;
  try {
    converted = convertPattern(foreign.pattern, { dialect, ...(foreign.secret === undefined ? {} : { secret: foreign.secret }) });
    parsePattern(converted.pattern);
  } catch (error) {
    if (!(error instanceof NotConvertible) && !(error instanceof SyntaxError)) throw error;
    note('pattern', `not carried over: ${error.message}`);
    return { from: foreign.from, notes };
  }
  for (const what of converted.notes) note('pattern', what);
  if (typeof foreign.secret !== 'number' && typeof foreign.secret !== 'string' && converted.groups > 1) note('pattern', `it has ${converted.groups} groups; the first one is taken for the secret`);
  const pattern = withoutLazyHead(converted.pattern);
  const kind: OwnKind = {
    id,
    name: nameOf(foreign.name, id),
    type: typeOf(`${id} ${foreign.name}`),
    lifetime: 'persistent',
    pattern,
    boundary: 'none',
    ...(converted.flags === '' ? {} : { flags: converted.flags }),
    ...anchorsOf(pattern, converted.flags, foreign.keywords, note),
    ...(foreign.minEntropy === undefined || foreign.minEntropy <= 0 ? {} : { 'min-entropy': Math.min(8, foreign.minEntropy) }),
    confidence: foreign.confidence ?? 'medium',
    ...(foreign.companionOnly ? { 'companion-only': true } : {}),
    ...exceptOf(foreign, dialect, note),
    ...(referencesOf(foreign, note).length === 0 ? {} : { references: referencesOf(foreign, () => undefined) }),
  };
  const read = readOwnKind(kind, {}, (key, message) => note(key === 'pattern' ? 'pattern' : key, `not carried over: ${message}`));
  if (read === undefined) return { from: foreign.from, notes };
  tryLiterals(foreign, read.rule, note);
  const examples = examplesOf(kind, pattern, converted.flags);
  if (examples.length === 0) note('examples', 'none could be made up from the pattern; add some, so that "rules test" proves something');
  return { from: foreign.from, kind: examples.length === 0 ? kind : { ...kind, examples }, notes };
}

/** Ours are lower case words with dashes. */
function slug(from: string): string {
  return from.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 50).replace(/^-+|-+$/g, '') || 'rule';
}

function unused(from: string, used: Set<string>): string {
  const wanted = slug(from);
  let id = wanted;
  for (let number = 1; used.has(id); number += 1) id = number === 1 ? `${wanted}-imported` : `${wanted}-${number}`;
  used.add(id);
  return id;
}

function nameOf(name: string, id: string): string {
  const line = name.replace(/\s+/g, ' ').trim();
  return line.length < 3 ? id.padEnd(3, '.') : line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

function typeOf(text: string): NonNullable<OwnKind['type']> {
  if (/private.?key/i.test(text)) return 'private-key';
  if (/passw|passphrase/i.test(text)) return 'password';
  if (/web-?hook/i.test(text)) return 'webhook';
  if (/refresh.?token/i.test(text)) return 'refresh-token';
  if (/client.?secret|app.?secret/i.test(text)) return 'client-secret';
  return /token|\bpat\b/i.test(text) ? 'access-token' : 'api-key';
}

/** A lazy part that may be left out at the very start changes no secret, and costs much. Only where the secret is a group. */
function withoutLazyHead(pattern: string): string {
  const only = parsePattern(pattern).alternatives;
  const [first, ...others] = only.length === 1 ? (only[0]?.elements ?? []) : [];
  if (first?.type !== 'Quantifier' || first.greedy || first.min > 0 || others.length === 0 || !pattern.includes('(?<secret>') || first.raw.includes('(?<secret>')) return pattern;
  return withoutLazyHead(pattern.slice(first.end));
}

function anchorsOf(pattern: string, flags: string, keywords: readonly string[], note: (field: string, what: string) => void): Partial<OwnKind> {
  const literals = requiredLiterals(pattern, flags);
  if (literals !== undefined) return {};
  const anchors = [...new Set(keywords.filter((word) => /^[\x20-\x7e]{3,64}$/.test(word)).map((word) => word.toLowerCase()))];
  if (anchors.length === 0) return {};
  note('keywords', `the pattern has no literal text, so the keywords tell where to look: within ${KEYWORD_WINDOW} bytes of the secret, not anywhere in the file`);
  return { anchors, 'window-before': KEYWORD_WINDOW, 'window-after': KEYWORD_WINDOW };
}

function exceptOf(foreign: ForeignRule, dialect: Dialect, note: (field: string, what: string) => void): Partial<OwnKind> {
  const patterns = foreign.exceptPatterns.flatMap((source) => {
    try {
      const { pattern } = convertPattern(source, { dialect, noFlags: true });
      new RegExp(pattern);
      return [pattern];
    } catch (error) {
      note('allowlist', `an expression was not carried over: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  });
  const words = [...new Set(foreign.exceptWords.filter((word) => word !== '').map((word) => word.toLowerCase()))];
  if (words.length === 0 && patterns.length === 0) return {};
  return { except: { ...(words.length === 0 ? {} : { words }), ...(patterns.length === 0 ? {} : { patterns: [...new Set(patterns)] }) } };
}

function referencesOf({ references }: ForeignRule, note: (field: string, what: string) => void): readonly string[] {
  const form = new RegExp(OWN_KIND_SCHEMA.properties.references.items.pattern);
  const good = references.filter((reference) => form.test(reference));
  if (good.length < references.length) note('references', `${references.length - good.length} are no https addresses and were left out`);
  return good;
}

/** Literal examples do not belong into a rule file: they are tried here, and stay where they are. */
function tryLiterals({ examples, nearMisses }: ForeignRule, rule: Rule, note: (field: string, what: string) => void): void {
  const finds = (text: string): boolean => allMatches(compileRule(rule).expression, Buffer.from(text).toString('latin1')).next().done !== true;
  const missed = examples.flatMap((text, index) => (finds(text) ? [] : [index + 1]));
  if (missed.length > 0) note('examples', `the pattern as carried over does not match example ${missed.join(', ')}`);
  const wrong = nearMisses.flatMap((text, index) => (finds(text) ? [index + 1] : []));
  if (wrong.length > 0) note('negative_examples', `the pattern as carried over matches negative example ${wrong.join(', ')}`);
}

/** Two made-up examples with which the kind loads, and which its rule finds, whole. */
function examplesOf(kind: OwnKind, pattern: string, flags: string): NonNullable<OwnKind['examples']> {
  const tries = ([0, 1] as const).flatMap((optional) => [32, 40, 20, 64, 16, 24, 12].map((preferred) => recipeOf(pattern, flags, preferred, optional)));
  for (const made of tries) {
    if (made === undefined) continue;
    // Where only keywords tell where to look, one has to stand there.
    const near = kind.anchors === undefined ? made.in : made.in.replace('{}', `${kind.anchors[0] ?? ''} = "{}"`);
    const isBare = near === '{}';
    const examples = isBare ? [made.recipe, made.recipe] : [0, 1].map((seed) => ({ recipe: made.recipe, seed, in: near }));
    const rule = readOwnKind({ ...kind, examples }, {}, () => undefined)?.rule;
    if (rule?.examples.every((sample) => isFound(rule, sample)) === true) return examples;
  }
  return [];
}

function isFound(rule: Rule, sample: Sample): boolean {
  const { text, token, start } = sampleOf(rule.id, sample);
  return matchOne(compileRule(rule), text).some((match) => match.start === start && match.value === token);
}

function withCompanions(rule: ImportedRule, { companions }: ForeignRule, idOf: ReadonlyMap<string, string>, carried: ReadonlyMap<string, OwnKind>): ImportedRule {
  if (rule.kind === undefined || companions.length === 0) return rule;
  const notes: ImportNote[] = [...rule.notes];
  const kept = companions.flatMap(({ name, from, required, withinBytes }) => {
    const id = idOf.get(from);
    if (id !== undefined && carried.has(id)) return [{ name, rule: id, required, 'within-bytes': withinBytes }];
    notes.push({ field: 'companions', what: `"${from}" is no rule of this file that was carried over` });
    return [];
  });
  if (kept.length === 0) return { ...rule, notes };
  const parts = kept.filter(({ required }) => required).map(({ rule: id }) => carried.get(id)?.examples?.[0]);
  const { examples } = rule.kind;
  return { ...rule, kind: { ...rule.kind, companions: kept, ...(examples === undefined ? {} : { examples: examples.map((example, seed) => besideParts(example, seed, parts)) }) }, notes };
}

/** An example of a secret that is found only together with others. */
function besideParts(example: SampleEntry, seed: number, parts: readonly (SampleEntry | undefined)[]): SampleEntry {
  const whole = (entry: SampleEntry): { readonly recipe: string; readonly in: string } => (typeof entry === 'string' ? { recipe: entry, in: '{}' } : { recipe: entry.recipe, in: entry.in ?? '{}' });
  const beside = parts.flatMap((part) => (part === undefined ? [] : [`${whole(part).in.replace('{}', whole(part).recipe)}\n`]));
  const { recipe, in: near } = whole(example);
  return beside.length === 0 ? example : { recipe, seed, in: beside.join('') + near };
}
