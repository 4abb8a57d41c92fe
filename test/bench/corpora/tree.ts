import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchPackages, readPackageList } from '../accuracy/fetch-packages.ts';

const FILES = 30_000;
const BYTES = 750_000_000;

/** A folder of files with how much is in it. */
export interface Corpus {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * About 30,000 files and 750 MB of what npm, PyPI and crates publish, below `cache`; made once. Which files of the packages
 * of `tree-packages.json` are in it is decided by a hash of their paths, so that two machines have the same.
 */
export function treeCorpus(cache: string): Corpus {
  const folder = join(cache, 'tree');
  if (!existsSync(folder)) make(folder, cache);
  return measured(folder);
}

function make(folder: string, cache: string): void {
  const packages = fetchPackages(readPackageList(fileURLToPath(new URL('tree-packages.json', import.meta.url))), join(cache, 'packages'));
  const missing = packages.flatMap((one) => ('missing' in one ? [`${one.name}: ${one.missing}`] : []));
  if (missing.length > 0) throw new Error(`packages that the registries did not give:\n${missing.join('\n')}`);
  const all = packages.flatMap((one) => ('missing' in one ? [] : filesBelow(one.folder).map((path) => ({ from: join(one.folder, path), to: `${one.name.replace(/[^A-Za-z0-9.@=-]+/g, '_')}/${path}` }))));
  const ranked = all.map((file) => ({ ...file, rank: createHash('sha256').update(file.to).digest('hex') })).sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  let bytes = 0;
  for (const { from, to } of ranked.slice(0, FILES)) {
    const size = statSync(from).size;
    if (bytes + size > BYTES) continue;
    bytes += size;
    mkdirSync(dirname(join(partial, to)), { recursive: true });
    copyFileSync(from, join(partial, to));
  }
  renameSync(partial, folder);
}

/** Counts a folder's files and bytes. */
export function measured(folder: string): Corpus {
  const files = filesBelow(folder);
  return { folder, files: files.length, bytes: files.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0) };
}

/** The same tree `times` times, side by side; real copies, as caches know files by where they lie. */
export function repeated(corpus: Corpus, cache: string, times: number): Corpus {
  const folder = join(cache, `tree-x${times}`);
  if (!existsSync(folder)) {
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    for (let copy = 0; copy < times; copy += 1) {
      for (const path of filesBelow(corpus.folder)) {
        const to = join(partial, String(copy), path);
        mkdirSync(dirname(to), { recursive: true });
        copyFileSync(join(corpus.folder, path), to);
      }
    }
    renameSync(partial, folder);
  }
  return { folder, files: corpus.files * times, bytes: corpus.bytes * times };
}

/** Writes a file of the corpora below `cache` once. */
export function onceWritten(cache: string, name: string, write: (file: string) => void): string {
  const file = join(cache, name);
  if (existsSync(file)) return file;
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  writeFileSync(partial, '');
  write(partial);
  renameSync(partial, file);
  return file;
}

/** Paths of all files below a folder, sorted. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
