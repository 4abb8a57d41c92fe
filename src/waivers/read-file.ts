import { listOf, nearest } from '../lib/nearest.ts';
import { parseYaml, type ParsedYaml, type Path } from '../lib/parse-yaml.ts';
import { complaintsAbout } from './demands.ts';
import { FINGERPRINT, keyOf, RULE_ID, type WaiverEntry, type WaiverPolicy } from './entry.ts';
import { isSame } from './entry.ts';
import type { WaiverProblem } from './problem.ts';
import { readLines } from './read-lines.ts';
import { readVerdict } from './verdict.ts';

export const FILE_VERSION = 1;

/** What a waiver file says. */
export interface WaiverFile {
  /** Which fingerprint key its entries were written under, if it says. */
  readonly key?: string;
  readonly entries: readonly WaiverEntry[];
  /** A file with any is not to be used. */
  readonly problems: readonly WaiverProblem[];
}

/** An entry as plain data, before anything of it is known to be right. */
export type RawEntry = Readonly<Record<string, unknown>>;

export interface ReadOptions {
  /** For messages. */
  readonly file: string;
  readonly policy: WaiverPolicy;
  readonly now: Date;
}

const KEYS = ['fingerprint', 'rule', 'kind', 'owner', 'reason', 'expires', 'requested-by', 'approved-by', 'verdict'] as const;
const KINDS = ['waiver', 'baseline', 'false-positive'] as const;

/**
 * Reads a waiver file. Entries may stand in any order and twice if they say the same (git's `union` merge does that); every
 * problem is told with its place. The form that `writeFile` gives is read line by line, anything else by the YAML parser.
 */
export function readFile(text: string, { file, policy, now }: ReadOptions): WaiverFile {
  const conflict = text.split('\n').findIndex((line) => /^(?:<{7}|={7}|>{7})(?: |\r?$)/.test(line));
  if (conflict !== -1) return { entries: [], problems: [{ file, at: { line: conflict + 1, column: 1 }, message: 'a merge conflict was left here', hint: 'keep the entries of both sides, each once' }] };
  const lines = readLines(text);
  if (lines !== undefined) return check(lines, { file, policy, now });
  const parsed = parseYaml(text.replace(/^\ufeff/, ''));
  if (!parsed.ok) return { entries: [], problems: parsed.problems.map((problem) => ({ file, ...problem, hint: 'keep one entry a line, as "tokenwarden baseline" and "tokenwarden waive" write them' })) };
  return check(parsed.yaml, { file, policy, now });
}

function check({ data, positionOf, positionOfKey }: ParsedYaml, options: ReadOptions): WaiverFile {
  const problems: WaiverProblem[] = [];
  const wrong = (path: Path, message: string, hint?: string, at = positionOf(path)): void => {
    problems.push({ file: options.file, at, message, ...(hint === undefined ? {} : { hint }) });
  };
  if (!isMapping(data)) {
    wrong([], 'expected a mapping with the list `waivers`');
    return { entries: [], problems };
  }
  const known = ['version', 'key', 'waivers'];
  for (const key of Object.keys(data)) if (!known.includes(key)) wrong([key], `unknown key, expected ${listOf(known)}`, meant(key, known), positionOfKey([key]));
  const { version, key, waivers } = data;
  if (version !== undefined && version !== FILE_VERSION) wrong(['version'], `this tokenwarden reads version ${FILE_VERSION} of the file`, 'update tokenwarden, or correct the number');
  if (key !== undefined && typeof key !== 'string') wrong(['key'], 'expected text in quotes');
  if (waivers !== undefined && waivers !== null && !Array.isArray(waivers)) wrong(['waivers'], 'expected a list of entries');
  const list: readonly unknown[] = Array.isArray(waivers) ? waivers : [];

  const byKey = new Map<string, { readonly entry: WaiverEntry; readonly line: number }>();
  for (const [index, raw] of list.entries()) {
    const path = ['waivers', index];
    const entry = isMapping(raw) ? readEntry(raw, options, (field, message, hint, ofKey) => wrong(path, message, hint, field === undefined ? positionOf(path) : (ofKey === true ? positionOfKey : positionOf)([...path, field]))) : undefined;
    if (!isMapping(raw)) wrong(path, 'expected an entry: { fingerprint: …, rule: …, owner: …, reason: …, expires: … }');
    if (entry === undefined) continue;
    const { line } = positionOf(path);
    const before = byKey.get(keyOf(entry));
    if (before === undefined) byKey.set(keyOf(entry), { entry, line });
    else if (!isSame(before.entry, entry)) wrong(path, `the same finding is waived otherwise on line ${before.line}`, 'keep one of the two lines');
  }
  return { ...(typeof key === 'string' ? { key } : {}), entries: [...byKey.values()].map(({ entry }) => entry), problems };
}

type Wrong = (field: string | undefined, message: string, hint?: string, ofKey?: boolean) => void;

/** The entry, or undefined if anything of it is wrong. */
function readEntry(raw: RawEntry, { policy, now }: ReadOptions, wrong: Wrong): WaiverEntry | undefined {
  let good = true;
  const complain: Wrong = (...complaint) => {
    good = false;
    wrong(...complaint);
  };
  for (const key of Object.keys(raw)) if (!KEYS.includes(key as (typeof KEYS)[number])) complain(key, `unknown key in a waiver, expected ${listOf(KEYS)}`, meant(key, KEYS), true);
  const text = (field: (typeof KEYS)[number]): string | undefined => {
    const value = raw[field];
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
    complain(field, `\`${field}\` is not text, or empty`, 'put it in quotes');
    return undefined;
  };
  const fingerprint = text('fingerprint');
  const rule = text('rule');
  const kind = text('kind') ?? 'waiver';
  const verdict = text('verdict');
  const [requestedBy, approvedBy] = [text('requested-by'), text('approved-by')];
  const fields = { owner: text('owner'), reason: text('reason'), expires: text('expires') };
  if (fingerprint === undefined && !('fingerprint' in raw)) complain(undefined, 'the waiver names no `fingerprint`', 'take it from the JSON report, or let "tokenwarden waive FINDING" write the entry');
  else if (fingerprint !== undefined && !FINGERPRINT.test(fingerprint)) complain('fingerprint', 'expected a fingerprint: `tw1:` and 32 hex digits', 'take it from the JSON report, or let "tokenwarden waive FINDING" write the entry');
  if (rule === undefined && !('rule' in raw)) complain(undefined, 'the waiver names no `rule`');
  else if (rule !== undefined && !RULE_ID.test(rule)) complain('rule', 'expected a rule id', 'see "tokenwarden rules list"');
  if (!isKind(kind)) complain('kind', `expected ${listOf(KINDS)}`, meant(kind, KINDS));
  if (verdict !== undefined && readVerdict(verdict) === undefined) complain('verdict', 'expected a verdict such as active/leaked+no-expiry/scopes-1f2e3d4c5b6a', 'let "tokenwarden waive FINDING" write it, or leave it out');

  const given = { ...(isKind(kind) ? { kind } : {}), ...(requestedBy === undefined ? {} : { requestedBy }), ...(approvedBy === undefined ? {} : { approvedBy }) };
  const written = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  for (const { field, message, hint } of complaintsAbout({ ...given, ...written }, policy, now)) {
    // A field of the wrong type was told already.
    if (!(field in written) && field in raw && field in fields) continue;
    complain(field in raw ? field : undefined, `the waiver ${message}`, hint);
  }
  const { owner, reason, expires } = fields;
  if (!good || !isKind(kind) || fingerprint === undefined || rule === undefined || owner === undefined || reason === undefined || expires === undefined) return undefined;
  return { fingerprint, rule, ...given, kind, owner, reason, expires, ...(verdict === undefined ? {} : { verdict }) };
}

function isKind(kind: string): kind is WaiverEntry['kind'] {
  return (KINDS as readonly string[]).includes(kind);
}

function isMapping(value: unknown): value is RawEntry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function meant(word: string, words: readonly string[]): string | undefined {
  const near = nearest(word, words);
  return near === undefined ? undefined : `did you mean \`${near}\`?`;
}
