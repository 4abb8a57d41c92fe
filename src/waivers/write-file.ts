import { printable, printableJson } from '../lib/printable.ts';
import { keyOf, type WaiverEntry } from './entry.ts';
import { FILE_VERSION } from './read-file.ts';

/** Lines that stay where they are however many entries there are, so that what two branches add seldom meets. */
const MARKS = 64;

const HEAD = `# Waivers of tokenwarden: findings that somebody answers for until a date. One entry a line, sorted by fingerprint.
# The marks between them keep the entries of two branches apart when git merges them; leave them where they are.
version: ${FILE_VERSION}
`;

/**
 * The file as text: the same entries give the same bytes. It has no line numbers of findings and no time of a run, so that
 * only a change of waivers changes it.
 */
export function writeFile(entries: readonly WaiverEntry[], key: string): string {
  const unique = [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()];
  const sorted = unique.sort((a, b) => compare(a.fingerprint, b.fingerprint) || compare(a.rule, b.rule));
  const lines: string[] = [];
  let next = 0;
  for (let mark = 0; mark < MARKS; mark += 1) {
    lines.push(`# ${((mark * 256) / MARKS).toString(16).padStart(2, '0')}`);
    for (let entry = sorted[next]; entry !== undefined && markOf(entry) <= mark; entry = sorted[(next += 1)]) lines.push(lineOf(entry));
  }
  return `${HEAD}key: "${key}"\nwaivers:\n${lines.join('\n')}\n`;
}

/** After which mark an entry stands: by the first byte of its fingerprint. */
function markOf({ fingerprint }: WaiverEntry): number {
  return Math.floor((Number.parseInt(fingerprint.slice('tw1:'.length, 'tw1:'.length + 2), 16) * MARKS) / 256);
}

/** One entry as it stands in the file; for messages and proposals, too. */
export function lineOf(entry: WaiverEntry): string {
  const { fingerprint, rule, kind, owner, reason, expires, requestedBy, approvedBy, verdict } = entry;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['fingerprint', quoted(fingerprint)],
    ['rule', quoted(rule)],
    ['kind', kind === 'waiver' ? undefined : kind],
    ['owner', quoted(owner)],
    ['reason', quoted(reason)],
    ['expires', expires],
    ['requested-by', requestedBy === undefined ? undefined : quoted(requestedBy)],
    ['approved-by', approvedBy === undefined ? undefined : quoted(approvedBy)],
    ['verdict', verdict === undefined ? undefined : quoted(verdict)],
  ];
  return `- { ${fields.flatMap(([name, text]) => (text === undefined ? [] : [`${name}: ${text}`])).join(', ')} }`;
}

/** The comment that says the same as an entry, for any place whose comments it fits. */
export function inlineOf({ rule, owner, reason, expires, requestedBy, approvedBy, verdict }: WaiverEntry): string {
  const fields = { reason, owner, expires, 'requested-by': requestedBy, 'approved-by': approvedBy, verdict };
  const written = Object.entries(fields).flatMap(([name, text]) => (text === undefined ? [] : [`${name}=${name !== 'reason' && /^[A-Za-z0-9@._/+-]*[A-Za-z0-9]$/.test(text) ? text : `"${printable(text).replace(/["\\]/g, "'")}"`}`]));
  return `tokenwarden:allow ${rule} ${written.join(' ')}`;
}

/** JSON text is YAML; line breaks and invisible characters become escapes. */
function quoted(text: string): string {
  return printableJson(JSON.stringify(text));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
