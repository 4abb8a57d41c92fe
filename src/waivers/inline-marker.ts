import { nearest } from '../lib/nearest.ts';
import { complaintsAbout, type Complaint } from './demands.ts';
import { RULE_ID, type WaiverPolicy, type WrittenWaiver } from './entry.ts';
import { readVerdict } from './verdict.ts';

/** `tokenwarden:allow RULE reason="…" owner=… expires=YYYY-MM-DD` in a line of text, whatever comment holds it. */
export interface Marker {
  /** 1-based, of the word `tokenwarden:allow`. */
  readonly column: number;
  /** Absent if nothing that could be a rule id follows. */
  readonly rule?: string;
  readonly fields: Readonly<Record<string, string>>;
}

const WORD = /tokenwarden:allow(?![\w-])/g;
const RULE = /[ \t]+([A-Za-z0-9][A-Za-z0-9._-]*)(?![A-Za-z0-9._-]*=)/y;
/** A value in double quotes, in double quotes that a string around it escapes, in single quotes, or a bare word. */
const FIELD = /[ \t,]+([A-Za-z][A-Za-z-]*)=(?:\\"([^"\\]*)\\"|"([^"]*)"|'([^']*)'|([^\s"'`<>*\\,;()[\]{}]+))/y;
/** What ends a comment after a bare word: `-->` and its kin. */
const TAIL = /[-#%]+$/;

/** Beyond this, a line is no place for a comment. */
const MAX_LINE = 16_384;

/** Every marker of a line, left to right. */
export function markersIn(line: string): readonly Marker[] {
  if (line.length > MAX_LINE || !line.includes('tokenwarden:allow')) return [];
  return [...line.matchAll(WORD)].map((word) => readMarker(line, word.index));
}

function readMarker(line: string, at: number): Marker {
  let from = at + 'tokenwarden:allow'.length;
  RULE.lastIndex = from;
  const rule = RULE.exec(line)?.[1]?.replace(TAIL, '');
  if (rule !== undefined) from = RULE.lastIndex;
  const fields: Record<string, string> = {};
  for (;;) {
    FIELD.lastIndex = from;
    const found = FIELD.exec(line);
    if (found === null) break;
    from = FIELD.lastIndex;
    const [, key = '', escaped, double, single, bare] = found;
    fields[key.toLowerCase()] ??= escaped ?? double ?? single ?? bare?.replace(TAIL, '') ?? '';
  }
  return { column: at + 1, ...(rule !== undefined && RULE_ID.test(rule) ? { rule } : {}), fields };
}

const KEYS = ['owner', 'reason', 'expires', 'requested-by', 'approved-by', 'verdict'] as const;

export type ReadMarker = { readonly ok: true; readonly waiver: WrittenWaiver } | { readonly ok: false; readonly complaints: readonly Complaint[] };

/** The waiver that a marker stands for, or what is wrong with it. */
export function waiverOf({ rule, fields }: Marker, policy: WaiverPolicy, now: Date): ReadMarker {
  const complaints: Complaint[] = [];
  if (rule === undefined) complaints.push({ field: 'rule', message: 'names no rule', hint: 'write tokenwarden:allow RULE reason="…" owner=NAME expires=YYYY-MM-DD' });
  for (const key of Object.keys(fields)) {
    if ((KEYS as readonly string[]).includes(key)) continue;
    const near = nearest(key, KEYS);
    complaints.push({ field: key, message: 'has a field that is not known', hint: near === undefined ? `known are ${KEYS.join(', ')}` : `did you mean ${near}=?` });
  }
  const given = (key: (typeof KEYS)[number]): string | undefined => (fields[key]?.trim() === '' ? undefined : fields[key]);
  const [owner, reason, expires, requestedBy, approvedBy, verdict] = KEYS.map(given);
  const optional = { ...(requestedBy === undefined ? {} : { requestedBy }), ...(approvedBy === undefined ? {} : { approvedBy }) };
  if (verdict !== undefined && readVerdict(verdict) === undefined) complaints.push({ field: 'verdict', message: 'has a verdict that is none', hint: 'leave verdict= out, or copy it from "tokenwarden waive FINDING"' });
  const written = { kind: 'waiver' as const, ...optional, ...(owner === undefined ? {} : { owner }), ...(reason === undefined ? {} : { reason }), ...(expires === undefined ? {} : { expires }) };
  complaints.push(...complaintsAbout(written, policy, now));
  if (complaints.length > 0 || rule === undefined || owner === undefined || reason === undefined || expires === undefined) return { ok: false, complaints };
  return { ok: true, waiver: { rule, kind: 'waiver', ...optional, owner, reason, expires, ...(verdict === undefined ? {} : { verdict }) } };
}

/** Whether two markers say the same, wherever they stand. */
export function isSameMarker(a: Marker, b: Marker): boolean {
  return a.rule === b.rule && JSON.stringify(Object.entries(a.fields).sort(byName)) === JSON.stringify(Object.entries(b.fields).sort(byName));
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
