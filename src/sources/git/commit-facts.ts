import { pathFromBytes } from '../../lib/path-bytes.ts';
import { startGit, type GitContext } from './run.ts';

export interface CommitFacts {
  /** `Name <address>`. */
  readonly author: string;
  /** RFC 3339 in UTC, committer date; absent where the commit names no readable one. */
  readonly committedAt?: string;
}

/** Author and committer date of the commits named. Those that cannot be read are left out. */
export async function readCommitFacts(context: GitContext, oids: readonly string[]): Promise<ReadonlyMap<string, CommitFacts>> {
  const facts = new Map<string, CommitFacts>();
  if (oids.length === 0) return facts;
  const process = startGit(context, ['cat-file', '--batch', '--buffer']);
  process.stdin.end(`${oids.join('\n')}\n`);
  let pending: Buffer = Buffer.alloc(0);
  let next = 0;
  for await (const chunk of process.stdout as AsyncIterable<Buffer>) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const newline = pending.indexOf(10);
      if (newline === -1) break;
      const [oid = '', type, size] = pending.subarray(0, newline).toString('latin1').split(' ');
      const length = type === 'commit' ? Number(size) + 1 : 0;
      if (pending.length < newline + 1 + length) break;
      if (type === 'commit') facts.set(oids[next] ?? oid, parse(pending.subarray(newline + 1, newline + length)));
      pending = pending.subarray(newline + 1 + length);
      next += 1;
    }
  }
  await process.exit;
  return facts;
}

function parse(commit: Buffer): CommitFacts {
  const blank = commit.indexOf('\n\n');
  const head = pathFromBytes(blank === -1 ? commit : commit.subarray(0, blank));
  const author = /^author (.*?)(?: -?\d+ [+-]\d{4})?$/m.exec(head)?.[1] ?? '';
  const seconds = Number(/^committer .* (-?\d+) [+-]\d{4}$/m.exec(head)?.[1] ?? Number.NaN);
  const date = new Date(seconds * 1000);
  return { author, ...(Number.isNaN(date.getTime()) ? {} : { committedAt: date.toISOString().replace('.000Z', 'Z') }) };
}
