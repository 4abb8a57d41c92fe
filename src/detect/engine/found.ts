import { createHash } from 'node:crypto';
import type { RuleMatch } from '../../rules/examine.ts';
import { plainHostsOf } from './plain-hosts.ts';

/** A match on its way out of the scanner. Offsets count bytes of the blob; `value` is latin1, one character a byte. */
export interface Found extends RuleMatch {
  readonly ruleIndex: number;
  /** The blob's own bytes from `start` to `end` are `value`. */
  readonly literal?: boolean;
  readonly hosts: readonly string[];
  /** See `Location.plainHosts`. */
  readonly plainHosts?: readonly string[];
  readonly contextHash: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly companions?: readonly { readonly name: string; readonly found: Found }[];
}

/** How far a line is looked along for its identity and its hosts. */
const LINE = 256;

/** `match` has offsets into `text`, which begins at byte `base` of the blob. Lines and columns are given later. */
export function toFound(match: RuleMatch, ruleIndex: number, text: string, base: number): Found {
  const before = text.slice(Math.max(0, match.start - LINE), match.start);
  const after = text.slice(match.end, match.end + LINE);
  const head = before.slice(before.lastIndexOf('\n') + 1);
  const tail = after.split('\n', 1)[0] ?? '';
  const plainHosts = plainHostsOf(head, tail);
  return {
    ...match,
    ...(plainHosts.length === 0 ? {} : { plainHosts }),
    ruleIndex,
    start: base + match.start,
    end: base + match.end,
    hosts: hostsOf(head, tail),
    contextHash: createHash('sha256').update(`${head.trimStart()}\0${tail.trimEnd()}`, 'latin1').digest('hex'),
    line: 0,
    column: 0,
    endLine: 0,
    endColumn: 0,
  };
}

/** Hosts of URLs and `//host/` settings on the same line. */
function hostsOf(head: string, tail: string): readonly string[] {
  const hosts = new Set<string>();
  // What stands before the secret of a user's URL is the user, no host.
  const user = /^[^\s/@"'<>]{0,200}@[A-Za-z0-9.-]/.test(tail) ? /\/\/[^\s/@"'<>]{0,200}$/.exec(head) : null;
  for (const found of `${user === null ? head : head.slice(0, user.index)} ${tail}`.matchAll(/\/\/(?:[^\s/@"'<>]{0,200}@)?([A-Za-z0-9.-]{1,253}(?::\d{1,5})?)/g)) hosts.add((found[1] as string).toLowerCase());
  if (/\/\/[^\s/@"'<>]{0,200}$/.test(head)) {
    const host = /^[^\s/@"'<>]{0,200}@([A-Za-z0-9.-]{1,253}(?::\d{1,5})?)/.exec(tail)?.[1];
    if (host !== undefined) hosts.add(host.toLowerCase());
  }
  return [...hosts].sort();
}
