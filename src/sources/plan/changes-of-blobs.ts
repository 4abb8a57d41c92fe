import { availableParallelism } from 'node:os';
import type { Readable } from 'node:stream';
import { rawChanges } from '../git/raw-diff.ts';
import { FEW_BASES, startGit, type GitContext } from '../git/run.ts';

/** A commit has the blob at a path where its parents have not. */
export interface BlobChange {
  readonly blob: string;
  readonly path: string;
  readonly commit: string | undefined;
}

/** Commits that one git compares with their parents. */
const COMMITS = 4096;
/** So many names of blobs fit on any command line: then git tells of them alone. */
const MOST_NAMED = 1000;

/**
 * Where the commits named on `names`, one a line, bring in some of the blobs; in their order. Commits are compared with their parents by several gits at
 * a time: nothing else is left to do in a run when this is asked. `-c` shows of a merge only what none of its parents has: the rest was brought in by them.
 */
export async function changesOfBlobs(context: GitContext, blobs: { readonly size: number; readonly keys: () => Iterable<string>; readonly has: (oid: string) => boolean }, names: Readable): Promise<{ readonly changes: readonly BlobChange[]; readonly isWhole: boolean }> {
  const named = blobs.size > MOST_NAMED ? [] : [...blobs.keys()].map((oid) => `--find-object=${oid}`);
  const blocks: Promise<readonly BlobChange[]>[] = [];
  const running = new Set<Promise<unknown>>();
  let isWhole = true;
  const start = async (commits: Buffer): Promise<readonly BlobChange[]> => {
    const diff = startGit(context, [...FEW_BASES, 'diff-tree', '--stdin', '-r', '-c', '--root', '--raw', '-z', '--no-renames', '--no-abbrev', ...named]);
    diff.stdin.end(commits);
    const changes: BlobChange[] = [];
    for await (const batch of rawChanges(diff.stdout)) for (const { after, path, commit } of batch) if (blobs.has(after)) changes.push({ blob: after, path, commit });
    if ((await diff.exit).code !== 0) isWhole = false;
    return changes;
  };
  for await (const commits of blocksOf(names)) {
    const block = start(commits);
    const ended: Promise<unknown> = block.finally(() => running.delete(ended)).catch(() => undefined);
    running.add(ended);
    blocks.push(block);
    if (running.size >= availableParallelism()) await Promise.race(running);
  }
  return { changes: (await Promise.all(blocks)).flat(), isWhole };
}

/** Lines of the stream, so many at a time. */
async function* blocksOf(names: Readable): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = [];
  let lines = 0;
  for await (const chunk of names as AsyncIterable<Buffer | string>) {
    let rest = Buffer.from(chunk);
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10, end + 1)) {
      lines += 1;
      if (lines < COMMITS) continue;
      yield Buffer.concat([...chunks, rest.subarray(0, end + 1)]);
      rest = rest.subarray(end + 1);
      end = -1;
      chunks = [];
      lines = 0;
    }
    chunks.push(rest);
  }
  if (lines > 0) yield Buffer.concat(chunks);
}
