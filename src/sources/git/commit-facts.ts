import { pathFromBytes } from '../../lib/path-bytes.ts';
import { fill } from '../read/byte-source.ts';
import { ObjectPipe } from './object-pipe.ts';
import type { GitContext } from './run.ts';

export interface CommitFacts {
  /** `Name <address>`. */
  readonly author: string;
  /** RFC 3339 in UTC, committer date; absent where the commit names no readable one. */
  readonly committedAt?: string;
}

/** Headers are looked for in so many bytes: a hostile commit may be as long as a film. */
const MAX_HEAD_BYTES = 64 << 10;
const MAX_AUTHOR = 200;
const AT_ONCE = 512;

/** Author and committer date of the commits named. Those that cannot be read are left out. */
export async function readCommitFacts({ repository, environment }: GitContext, oids: readonly string[]): Promise<ReadonlyMap<string, CommitFacts>> {
  const facts = new Map<string, CommitFacts>();
  if (oids.length === 0) return facts;
  const pipe = new ObjectPipe(repository, environment);
  const head = new Uint8Array(MAX_HEAD_BYTES);
  try {
    for (const [index, oid] of oids.entries()) {
      if (index % AT_ONCE === 0) pipe.request(oids.slice(index, index + AT_ONCE));
      const answer = await pipe.next();
      if (answer === undefined) break;
      const count = await fill(async (target) => Math.max(0, await pipe.read(target)), head);
      if (answer.found) facts.set(oid, parse(Buffer.from(head.subarray(0, count))));
    }
  } finally {
    pipe.close();
  }
  return facts;
}

function parse(commit: Buffer): CommitFacts {
  const blank = commit.indexOf('\n\n');
  const head = pathFromBytes(blank === -1 ? commit : commit.subarray(0, blank));
  const author = /^author (.*?)(?: -?\d+ [+-]\d{4})?$/m.exec(head)?.[1] ?? '';
  const seconds = Number(/^committer .* (-?\d+) [+-]\d{4}$/m.exec(head)?.[1] ?? Number.NaN);
  const date = new Date(seconds * 1000);
  return { author: author.slice(0, MAX_AUTHOR), ...(Number.isNaN(date.getTime()) ? {} : { committedAt: date.toISOString().replace('.000Z', 'Z') }) };
}
