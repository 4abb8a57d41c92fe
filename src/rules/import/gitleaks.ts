import { parse } from 'smol-toml';
import { WardenError } from '../../model/index.ts';
import { carryOver } from './carry-over.ts';
import { Fields } from './fields.ts';
import { readFilter } from './filter-expression.ts';
import type { ForeignRule, Imported, ImportNote } from './imported.ts';

/** Bytes of a line, for distances in lines. */
const LINE = 120;

interface Exceptions {
  readonly words: readonly string[];
  readonly patterns: readonly string[];
  readonly notes: readonly ImportNote[];
}

/** A configuration of gitleaks 8, or of betterleaks, whose fields are the same and more. Throws `IMPORT_UNREADABLE`. */
export function importGitleaks(text: string, taken: ReadonlySet<string>): Imported {
  const file = new Fields(parseToml(text));
  const notes: ImportNote[] = [];
  const isGlobal = (list: Fields): boolean => list.texts('targetRules').length === 0;
  const allowlists = [...file.tables('allowlist'), ...file.tables('allowlists')];
  const global = allowlists.filter(isGlobal).map((list) => readAllowlist(list));
  notes.push(...global.flatMap((list) => list.notes.map((note) => ({ ...note, field: `global ${note.field}` }))));
  const filter = readFilterField(file.text('filter'), 'global filter');
  notes.push(...filter.notes);
  if (file.has('prefilter')) notes.push({ field: 'prefilter', what: 'not carried over; leave paths out with `ignore` in tokenwarden.yml' });
  for (const extend of file.tables('extend')) {
    if (extend.truth('useDefault') === true) notes.push({ field: 'extend.useDefault', what: 'not needed: the built-in rules run anyway' });
    if (extend.has('path') || extend.has('url')) notes.push({ field: 'extend.path', what: 'not followed; import that file, too' });
    if (extend.texts('disabledRules').length > 0) notes.push({ field: 'extend.disabledRules', what: 'not carried over: the built-in rules have ids of their own; see "tokenwarden rules list" and `rules.disable`' });
  }
  const targeted = allowlists.filter((list) => !isGlobal(list)).map((list) => ({ ids: list.texts('targetRules'), ...readAllowlist(list) }));
  const foreign = file.tables('rules').map((rule, index) => {
    const read = readRule(rule, index);
    const own = targeted.filter(({ ids }) => ids.includes(read.from));
    return {
      ...read,
      ...(filter.minEntropy === undefined ? {} : { minEntropy: Math.max(filter.minEntropy, read.minEntropy ?? 0) }),
      exceptWords: [...read.exceptWords, ...filter.words, ...[...global, ...own].flatMap(({ words }) => words)],
      exceptPatterns: [...read.exceptPatterns, ...filter.patterns, ...[...global, ...own].flatMap(({ patterns }) => patterns)],
      notes: [...read.notes, ...own.flatMap((list) => list.notes)],
    };
  });
  for (const known of ['title', 'description', 'minVersion', 'betterleaksMinVersion']) file.has(known);
  notes.push(...file.unread());
  return { rules: carryOver(foreign, { dialect: 're2', taken }), notes };
}

function parseToml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const { line, column } = error as { readonly line?: number; readonly column?: number };
    throw new WardenError('IMPORT_UNREADABLE', `the file is not valid TOML${line === undefined ? '' : ` (line ${line}, column ${column ?? 1})`}`, { hint: 'gitleaks and betterleaks rules are TOML; see --from' });
  }
}

function readRule(rule: Fields, index: number): ForeignRule {
  const notes: ImportNote[] = [];
  const from = rule.text('id') ?? `rule ${index + 1}`;
  const pattern = rule.text('regex') ?? '';
  if (pattern === '') notes.push({ field: 'regex', what: 'it has none: tokenwarden finds secrets in contents, not files by their names' });
  else if (rule.has('path')) notes.push({ field: 'path', what: 'not carried over: the rule looks into all files here' });
  rule.has('path');
  const lists = [...rule.tables('allowlist'), ...rule.tables('allowlists')].map((list) => readAllowlist(list));
  const filter = readFilterField(rule.text('filter'), 'filter');
  notes.push(...lists.flatMap((list) => list.notes), ...filter.notes);
  const entropy = Math.max(rule.number('entropy') ?? 0, filter.minEntropy ?? 0);
  const group = rule.number('secretGroup');
  for (const field of ['validate', 'analyze', 'revoke']) if (rule.has(field)) notes.push({ field, what: 'not carried over: conversations with issuers are `stores` in tokenwarden.yml' });
  if (rule.truth('tokenEfficiency') === true) notes.push({ field: 'tokenEfficiency', what: 'not carried over; words are told from random text by `min-entropy` alone' });
  if (rule.texts('tags').length > 0) notes.push({ field: 'tags', what: 'not carried over' });
  const companions = [...rule.tables('required'), ...rule.tables('components')].map((part) => readPart(part));
  if (companions.length > 0) notes.push({ field: 'required', what: 'distances are counted in bytes here, and what lacks its part is kept with low confidence' });
  const result: ForeignRule = {
    from,
    name: rule.text('description') ?? from,
    pattern,
    ...(group === undefined || group <= 0 ? {} : { secret: group }),
    ...(entropy > 0 ? { minEntropy: entropy } : {}),
    keywords: rule.texts('keywords'),
    companionOnly: rule.truth('skipReport') === true,
    companions,
    exceptWords: [...filter.words, ...lists.flatMap(({ words }) => words)],
    exceptPatterns: [...filter.patterns, ...lists.flatMap(({ patterns }) => patterns)],
    references: [],
    examples: [],
    nearMisses: [],
    notes,
  };
  notes.push(...rule.unread());
  return result;
}

function readPart(part: Fields): ForeignRule['companions'][number] {
  const id = part.text('id') ?? '';
  const lines = part.number('withinLines') ?? Number(/(\d+)L/.exec(part.text('within') ?? '')?.[1] ?? 10);
  const columns = part.number('withinColumns') ?? Number(/(\d+)C/.exec(part.text('within') ?? '')?.[1] ?? 0);
  return { name: id.replace(/[^A-Za-z0-9]+/g, '-') || 'part', from: id, required: part.truth('optional') !== true, withinBytes: Math.min(65_536, Math.max(64, lines * LINE + columns)) };
}

function readFilterField(source: string | undefined, field: string): Exceptions & { readonly minEntropy?: number } {
  if (source === undefined) return { words: [], patterns: [], notes: [] };
  const { exceptWords, exceptPatterns, unknown, minEntropy } = readFilter(source);
  return {
    words: exceptWords,
    patterns: exceptPatterns,
    notes: [...new Set(unknown)].map((term) => ({ field, what: `${term} has no counterpart; what it would drop is found` })),
    ...(minEntropy === undefined ? {} : { minEntropy }),
  };
}

/** What an allowlist says of the secret itself; the rest becomes notes. */
function readAllowlist(list: Fields): Exceptions {
  const words = list.texts('stopwords');
  const regexes = list.texts('regexes');
  const target = list.text('regexTarget') ?? 'secret';
  const elsewhere = (['paths', 'commits', 'resources'] as const).filter((field) => list.texts(field).length > 0);
  for (const known of ['description', 'condition', 'targetRules']) list.has(known);
  const needsAll = /^(?:and|&&)$/i.test(list.text('condition') ?? '');
  const unread = list.unread();
  const kinds = [words.length > 0, regexes.length > 0, ...elsewhere.map(() => true)].filter(Boolean).length;
  if (needsAll && kinds > 1) return { words: [], patterns: [], notes: [{ field: 'allowlist', what: 'not carried over: it demands several things at once' }, ...unread] };
  const notes: ImportNote[] = elsewhere.map((field) => ({ field: `allowlist.${field}`, what: field === 'paths' ? 'not carried over; leave paths out with `ignore` in tokenwarden.yml' : 'not carried over; a waiver holds for one finding wherever it is' }));
  if (regexes.length > 0 && target !== 'secret') notes.push({ field: 'allowlist.regexes', what: `not carried over: they look at the ${target === 'line' ? 'line' : 'whole match'}, and exceptions here at the secret alone` });
  return { words, patterns: target === 'secret' ? regexes : [], notes: [...notes, ...unread] };
}
