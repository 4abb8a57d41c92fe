/**
 * Builds what ships into `dist/`: the command and the scan worker as one bundled file each, the WebAssembly
 * prefilter, and the catalogue compiled from `rules/`. Never touches `dist/action/`.
 */
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { build } from 'esbuild';
import { writeAnchors, writeTables } from '../detect/engine/stored-tables.ts';
import { compileTables } from '../detect/engine/tables.ts';
import { loadCatalogue } from '../rules/catalogue.ts';
import { storeCatalogue } from '../rules/stored-catalogue.ts';
import { licencesOf } from './licences.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

await mkdir(`${root}dist`, { recursive: true });
for (const file of await readdir(`${root}dist`)) if (/^(?:chunk-.*\.js|catalogue\.json|tables\.json)$/.test(file)) await rm(`${root}dist/${file}`);
await Promise.all([bundle(), prefilter(), catalogue(), schemas()]);

async function bundle(): Promise<void> {
  const common = { absWorkingDir: root, outdir: 'dist', bundle: true, platform: 'node', format: 'esm', legalComments: 'none', charset: 'utf8', logLevel: 'warning' } as const;
  const [, { metafile }] = await Promise.all([
    // The bin has to be understood by a Node that is too old for the rest.
    build({ ...common, entryPoints: ['src/cli/tokenwarden.ts'], external: ['./main.js'], target: 'node12.20' }),
    build({
      ...common,
      // Piscina starts threads from files of its own.
      external: ['piscina'],
      entryPoints: { main: 'src/cli/main.ts', worker: 'src/scan-worker.ts' },
      target: 'node22.18',
      metafile: true,
      splitting: true,
      chunkNames: 'chunk-[hash]',
      banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    }),
  ]);
  await writeFile(`${root}dist/licenses.txt`, await licencesOf(root, Object.keys(metafile.inputs)));
}

async function prefilter(): Promise<void> {
  const errors: string[] = [];
  const result = await asc.main(
    ['prefilter.ts', '--baseDir', `${root}src/detect/wasm`, '--outFile', '../../../dist/prefilter.wasm', '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory'],
    { stderr: { write: (text: string) => void errors.push(text) } as never },
  );
  if (result.error !== null) throw new Error(`src/detect/wasm/prefilter.ts does not compile:\n${errors.join('')}${result.error.message}`);
}

async function catalogue(): Promise<void> {
  const compiled = await loadCatalogue(`${root}rules`);
  const tables = compileTables(compiled.rules);
  await Promise.all([writeFile(`${root}dist/catalogue.jsonl`, storeCatalogue(compiled)), writeFile(`${root}dist/tables.bin`, writeTables(tables)), writeFile(`${root}dist/anchors.json`, writeAnchors(tables))]);
}

/** For editors: the published schema of `tokenwarden.yml`. */
async function schemas(): Promise<void> {
  await copyFile(`${root}src/settings/generated/tokenwarden.schema.json`, `${root}dist/tokenwarden.schema.json`);
}
