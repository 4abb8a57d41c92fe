import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, type Corpus } from './tree.ts';

const COMMITS = 18_000;
const BLOBS = 57_000;
const BYTES = 860_000_000;
const FILES = 6_000;
const LARGEST = 60_000;

/**
 * A repository of 18,000 commits that bring in 57,000 blobs of 860 MB in all, made once below `cache` by git's own fast-import. Its files are
 * some of the tree corpus; each commit changes a few lines of a few of them. Seeded: the same corpus gives the same objects.
 */
export async function historyCorpus(tree: Corpus, cache: string): Promise<string> {
  const folder = join(cache, 'history');
  if (existsSync(folder)) return folder;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const git = (...args: readonly string[]): void => void execFileSync('git', ['-C', partial, ...args], { stdio: 'ignore' });
  git('init', '--quiet', '--initial-branch=main');
  const child = spawn('git', ['-C', partial, 'fast-import', '--quiet'], { stdio: ['pipe', 'ignore', 'inherit'] });
  const closed = once(child, 'close');
  for (const piece of commits(tree)) if (!child.stdin.write(piece)) await once(child.stdin, 'drain');
  child.stdin.end();
  const [code] = (await closed) as [number];
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
  git('repack', '-adfq', '--window=10', '--depth=50', '--threads=2');
  git('reset', '--hard', '--quiet');
  renameSync(partial, folder);
  return folder;
}

function* commits(tree: Corpus): Generator<Buffer> {
  const random = seeded(20_261_122);
  const texts = textFiles(tree);
  const lines = texts.map((path) => readFileSync(join(tree.folder, path), 'latin1').split('\n'));
  let blobs = 0;
  let bytes = 0;
  for (let commit = 0; commit < COMMITS; commit += 1) {
    const time = 1_600_000_000 + commit * 3_600;
    const message = `change ${commit}\n`;
    yield Buffer.from(`commit refs/heads/main\ncommitter A Person <person@example.com> ${time} +0000\ndata ${message.length}\n${message}`);
    const due = Math.round(((commit + 1) * BLOBS) / COMMITS) - blobs;
    const chosen = new Set<number>();
    while (chosen.size < due) {
      // Early commits bring files in; later ones change them, the larger ones where the bytes are behind.
      let index = Math.floor(random() * lines.length);
      if (bytes * BLOBS < blobs * BYTES) for (let tries = 0; tries < 2; tries += 1) index = larger(lines, index, Math.floor(random() * lines.length));
      chosen.add(index);
    }
    for (const index of chosen) {
      const text = lines[index] as string[];
      for (let edits = 0; edits < 3; edits += 1) text[Math.floor(random() * text.length)] = `${text[Math.floor(random() * text.length)] ?? ''} // ${commit}`.slice(0, 400);
      const content = Buffer.from(text.join('\n'), 'latin1');
      yield Buffer.from(`M 100644 inline ${texts[index] ?? ''}\ndata ${content.length}\n`);
      yield content;
      yield Buffer.from('\n');
      blobs += 1;
      bytes += content.length;
    }
    yield Buffer.from('\n');
  }
}

function larger(lines: readonly (readonly string[])[], a: number, b: number): number {
  return (lines[a]?.length ?? 0) >= (lines[b]?.length ?? 0) ? a : b;
}

/** Files that are text, of names that fast-import takes as they are. */
function textFiles(tree: Corpus): readonly string[] {
  const usable = filesBelow(tree.folder).filter((path) => /^[\w./@=-]+$/.test(path) && statSync(join(tree.folder, path)).size < LARGEST && statSync(join(tree.folder, path)).size > 500);
  const step = Math.max(1, Math.floor(usable.length / FILES));
  return usable.filter((path, index) => index % step === 0 && !readFileSync(join(tree.folder, path)).subarray(0, 8000).includes(0)).slice(0, FILES);
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
