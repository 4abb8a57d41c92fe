import type { Readable } from 'node:stream';
import { records } from './records.ts';

/** One entry of `--raw -z`: what a commit (or the index) has at a path, and what its parent had there. */
export interface RawChange {
  /** Absent for `diff-index`, which names no commit. */
  readonly commit?: string;
  readonly path: string;
  /** Octal mode of the new side: `160000` is a submodule, `120000` a symbolic link. */
  readonly mode: string;
  /** Absent where the path is new. In a combined diff, that of the first parent. */
  readonly before?: string;
  readonly after: string;
  /** `A`, `M`, `T`, `U`, or one letter for each parent of a merge. */
  readonly status: string;
}

const ZEROS = /^0+$/;

/**
 * Reads `diff-tree --stdin --raw -z -r` (with `-m` or `-c`) or `diff-index --raw -z`. Deletions are left out. A commit's
 * name comes as a record of its own.
 */
export async function* rawChanges(stream: Readable): AsyncGenerator<readonly RawChange[]> {
  let commit: string | undefined;
  let head: string | undefined;
  for await (const batch of records(stream)) {
    const changes: RawChange[] = [];
    for (const record of batch) {
      if (head !== undefined) {
        const change = parse(head, record, commit);
        if (change !== undefined) changes.push(change);
        head = undefined;
      } else if (record.startsWith(':')) head = record;
      else if (record !== '') commit = record.trim();
    }
    if (changes.length > 0) yield changes;
  }
}

/** `:mode mode oid oid S`, or with n colons for n parents: n + 1 modes, n + 1 names, n letters. */
function parse(head: string, path: string, commit: string | undefined): RawChange | undefined {
  const parents = /^:+/.exec(head)?.[0].length ?? 1;
  const fields = head.slice(parents).split(' ');
  const mode = fields[parents] ?? '';
  const before = fields[parents + 1] ?? '';
  const after = fields[2 * parents + 1] ?? '';
  const status = fields[2 * parents + 2] ?? '';
  if (mode === '000000' && status !== 'U') return undefined;
  return { ...(commit === undefined ? {} : { commit }), path, mode, ...(ZEROS.test(before) ? {} : { before }), after, status };
}

export function isZeroName(oid: string): boolean {
  return ZEROS.test(oid);
}
