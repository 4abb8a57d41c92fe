/**
 * Rebuilds everything that is derived and committed. Each file of `generators/` exports
 * `generate(root): Promise<readonly GeneratedFile[]>`; adding one never edits a list.
 * `--check` writes nothing, names each stale file and exits 1.
 */
import { readdir, readFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GeneratedFile } from './generated-file.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const check = process.argv.includes('--check');
const folder = new URL('./generators/', import.meta.url);
let stale = 0;

/** Registries come first: a unit that was removed breaks every other generator that loads them. */
const isRegistry = (file: string): number => Number(file.includes('registries'));

for (const name of (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort((a, b) => isRegistry(b) - isRegistry(a) || (a < b ? -1 : 1))) {
  const module = (await import(new URL(name, folder).href)) as { generate: (root: string) => Promise<readonly GeneratedFile[]> };
  for (const file of await module.generate(root)) {
    const path = join(root, file.path);
    const old = await readFile(path, 'utf8').catch(() => undefined);
    if (old === file.content) continue;
    stale += 1;
    if (check) {
      console.error(`${file.path} is stale: run "npm run generate" and commit the result`);
    } else {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, file.content);
      console.error(`wrote ${file.path}`);
    }
  }
}
if (check && stale > 0) process.exitCode = 1;
