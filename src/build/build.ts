/**
 * Builds what ships into `dist/`: the command and the scan worker bundled, the WebAssembly
 * prefilter, and the catalogue compiled from `rules/`. Never touches `dist/action/`.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { build } from 'esbuild';
import manifest from '../../package.json' with { type: 'json' };
import { writeAnchors, writeTables } from '../detect/engine/stored-tables.ts';
import { compileTables } from '../detect/engine/tables.ts';
import { loadCatalogue } from '../rules/catalogue.ts';
import { storeCatalogue } from '../rules/stored-catalogue.ts';
import { asAscii } from './as-ascii.ts';
import { commonOptions, leanOptions } from './bundle-options.ts';
import { licencesOf } from './licences.ts';
import { DATA, fileOf, onFirstUse, PARTS, sharedPackages } from './on-first-use.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Threads do not inherit the compile cache, and a file that is running already cannot be read from it. */
const THREAD = `'use strict';
const { compiled } = require('node:worker_threads').workerData.tokenwarden;
if (compiled !== undefined) require('node:module').enableCompileCache(compiled);
require('./worker.cjs');
`;

await mkdir(`${root}dist`, { recursive: true });
for (const file of await readdir(`${root}dist`)) if (/^(?:(?:chunk|part)-.*|main|worker|thread|catalogue|tables)\.(?:c?js|json)$/.test(file)) await rm(`${root}dist/${file}`);
await Promise.all([bundle(), prefilter().then(catalogue), schemas()]);
await writeFile(`${root}dist/engine.sha256`, await engineDigest());

/**
 * One file for the command, one for its threads, and one for each large part that many runs do without. CommonJS, because a
 * `require` can wait until it is needed and because of 40 modules each costs an ES module loader most of a millisecond.
 */
async function bundle(): Promise<void> {
  const common = commonOptions(root);
  const lean = leanOptions(root);
  const main = "export { main } from './src/cli/main.ts';";
  const built = await Promise.all([
    // The bin has to be understood by a Node that is too old for the rest.
    build({ ...common, format: 'esm', entryPoints: ['src/cli/tokenwarden.ts'], outfile: 'dist/tokenwarden.js', target: 'node12.20', define: { BUILT_VERSION: JSON.stringify(manifest.version) } }),
    build({ ...lean, stdin: { contents: main, resolveDir: root }, outfile: 'dist/main.cjs', plugins: [onFirstUse(root)] }),
    build({ ...lean, entryPoints: ['src/scan-worker.ts'], outfile: 'dist/worker.cjs', plugins: [onFirstUse(root)] }),
    ...[...PARTS, ...DATA.map((path) => `./src/${path}`)].map((name) => build({ ...lean, stdin: { contents: `module.exports = require(${JSON.stringify(name)});`, resolveDir: root }, outfile: `dist/${fileOf(name.replace(/^\.\/src\//, ''))}`, plugins: [sharedPackages(name)] })),
  ]);
  for (const file of [`${root}dist/main.cjs`, `${root}dist/worker.cjs`]) await writeFile(file, asAscii(await readFile(file, 'utf8')));
  await writeFile(`${root}dist/thread.cjs`, THREAD);
  await writeFile(`${root}dist/licenses.txt`, await licencesOf(root, [...new Set(built.flatMap(({ metafile }) => Object.keys(metafile.inputs)))]));
}

/** What a scan's result depends on beside rules and options: the worker, the parts it may load, and the prefilter. */
async function engineDigest(): Promise<string> {
  const hash = createHash('sha256');
  const files = (await readdir(`${root}dist`)).filter((file) => /^(?:part-.*\.cjs|worker\.cjs|prefilter\.wasm)$/.test(file));
  for (const file of files.sort()) hash.update(`${file}\n`).update(await readFile(`${root}dist/${file}`));
  return hash.digest('hex');
}

async function prefilter(): Promise<void> {
  const errors: string[] = [];
  const result = await asc.main(
    ['prefilter.ts', '--baseDir', `${root}src/detect/wasm`, '--outFile', '../../../dist/prefilter.wasm', '-O3', '--noAssert', '--disableWarning', '112', '--runtime', 'stub', '--enable', 'simd', '--enable', 'relaxed-simd', '--enable', 'bulk-memory'],
    { stderr: { write: (text: string) => void errors.push(text) } as never },
  );
  if (result.error !== null) throw new Error(`src/detect/wasm/prefilter.ts does not compile:\n${errors.join('')}${result.error.message}`);
}

async function catalogue(): Promise<void> {
  const compiled = await loadCatalogue(`${root}rules`);
  const tables = compileTables(compiled.rules);
  await Promise.all([writeFile(`${root}dist/catalogue.jsonl`, storeCatalogue(compiled)), writeFile(`${root}dist/tables.bin`, writeTables(tables, await readFile(`${root}dist/prefilter.wasm`))), writeFile(`${root}dist/anchors.json`, writeAnchors(tables))]);
}

/** For editors: the published schema of `tokenwarden.yml`. */
async function schemas(): Promise<void> {
  await copyFile(`${root}src/settings/generated/tokenwarden.schema.json`, `${root}dist/tokenwarden.schema.json`);
}
