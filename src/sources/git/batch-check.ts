import type { SkipReason } from '../../model/index.ts';
import { gitFailed, startGit, type GitContext } from './run.ts';
import { records } from './records.ts';

export interface ObjectHeader {
  readonly oid: string;
  /** Undefined: the object is not there. */
  readonly type: 'blob' | 'tree' | 'commit' | 'tag' | undefined;
  readonly sizeBytes: number;
}

const FORMAT = '--batch-check=%(objectname) %(objecttype) %(objectsize)';

/** Types and sizes of the objects named, in their order. Names must be full object names. Throws `GIT_FAILED`. */
export async function checkObjects(context: GitContext, oids: readonly string[]): Promise<readonly ObjectHeader[]> {
  if (oids.length === 0) return [];
  const args = ['cat-file', FORMAT];
  const process = startGit(context, args);
  process.stdin.end(`${oids.join('\n')}\n`);
  const headers: ObjectHeader[] = [];
  for await (const lines of records(process.stdout, 10)) headers.push(...lines.map(parseHeader));
  const exit = await process.exit;
  if (exit.code !== 0 && headers.length < oids.length) throw gitFailed(context, args, exit);
  return headers;
}

export interface Listing {
  readonly headers: AsyncIterable<readonly ObjectHeader[]>;
  /** Settled once `headers` has ended: what git complained about, if it did. */
  readonly complaint: () => Promise<string | undefined>;
}

/** Every object of the repository and its alternates, in the order of the packs (fast to read), reachable or not. */
export function listObjects(context: GitContext): Listing {
  const process = startGit(context, ['cat-file', '--batch-all-objects', '--unordered', '--buffer', FORMAT]);
  process.stdin.end();
  async function* headers(): AsyncGenerator<readonly ObjectHeader[]> {
    for await (const lines of records(process.stdout, 10)) yield lines.map(parseHeader);
  }
  return {
    headers: headers(),
    complaint: async () => {
      const exit = await process.exit;
      // A damaged pack index is only complained about, with exit code 0, and its objects are missing from the list.
      const line = exit.stderr.split('\n').find((text) => /^(error|fatal):/.test(text));
      return line ?? (exit.code === 0 ? undefined : `exit code ${exit.code}`);
    },
  };
}

function parseHeader(line: string): ObjectHeader {
  const [oid = '', type, size] = line.split(' ');
  if (type === 'blob' || type === 'tree' || type === 'commit' || type === 'tag') return { oid, type, sizeBytes: Number(size) };
  return { oid, type: undefined, sizeBytes: 0 };
}

/** Why an object is not there: in a partial clone it was left out on purpose. */
export async function absenceReason(context: GitContext): Promise<SkipReason> {
  return (await isPartialClone(context)) ? 'promised-object' : 'missing-object';
}

async function isPartialClone(context: GitContext): Promise<boolean> {
  const process = startGit(context, ['config', '--get-regexp', '^(extensions\\.partialclone|remote\\..*\\.(promisor|partialclonefilter))$']);
  process.stdin.end();
  process.stdout.resume();
  return (await process.exit).code === 0;
}
