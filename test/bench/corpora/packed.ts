import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { treeCorpus, measured, type Corpus } from './tree.ts';

const ARCHIVES = 16;

/** Sixteen of the tree's packages, each as one `.tgz`: what a scan at defaults has to unpack. Made once below `cache`, with GNU tar. */
export function packedCorpus(cache: string): Corpus {
  const folder = join(cache, 'packed');
  if (!existsSync(folder)) {
    treeCorpus(cache);
    const packages = join(cache, 'packages');
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const rank = (name: string): string => createHash('sha256').update(name).digest('hex');
    const chosen = readdirSync(packages).sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, ARCHIVES);
    for (const name of chosen) execFileSync('tar', ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '-czf', join(partial, `${name}.tgz`), '-C', packages, name]);
    renameSync(partial, folder);
  }
  return measured(folder);
}
