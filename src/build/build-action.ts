/**
 * Builds the GitHub Action into `dist/action/`, which is committed, as a workflow runs it without installing anything: what `npm run build` made of
 * the rest and the Action's own shell, packed into one file of a seventh of the size, and the few lines that unpack it. `--check` writes
 * nothing, names each file that is stale and exits 1; `--out DIR` writes elsewhere, for tests. The same sources give the same files.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import { leanOptions } from './bundle-options.ts';
import { onFirstUse } from './on-first-use.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const out = process.argv.indexOf('--out');
const isForTests = out >= 0;
const folder = isForTests ? `${process.argv[out + 1] ?? ''}/` : `${root}dist/action/`;

/** What is packed: a line of JSON with names and lengths, then the files. */
const PACKED = 'bundle.br';

/** The entry. An ES module, as all of the package's `.js` files are. Unpacked files are the runner's alone and gone with the step. */
const ENTRY = `// Made by src/build/build-action.ts. ${PACKED} holds what "npm run build" makes, and the Action's shell (src/action/); licences are in licenses.txt.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const packed = brotliDecompressSync(readFileSync(new URL('${PACKED}', import.meta.url)));
const head = packed.indexOf(10);
const folder = mkdtempSync(join(process.env.RUNNER_TEMP || tmpdir(), 'tokenwarden-action-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let at = head + 1;
for (const [name, length] of JSON.parse(packed.toString('utf8', 0, head))) {
  writeFileSync(join(folder, name), packed.subarray(at, at + length), { mode: 0o600, flag: 'wx' });
  at += length;
}
await createRequire(import.meta.url)(join(folder, 'main.cjs')).main();
`;

/** Data and threads, as `src/assets.ts` names them. */
const ASSETS = ['anchors.json', 'catalogue.jsonl', 'engine.sha256', 'prefilter.wasm', 'tables.bin', 'thread.cjs', 'worker.cjs'];

const PART = /part-[a-z0-9-]+\.cjs/g;

const packed = pack(await collect());
const texts = new Map([
  ['index.js', Buffer.from(ENTRY)],
  ['licenses.txt', await readFile(`${root}dist/licenses.txt`)],
]);
if (process.argv.includes('--check')) {
  const stale = await staleFiles();
  for (const name of stale) console.error(`dist/action/${name} is stale: run "npm run action" and commit the result`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) if (!texts.has(name) && name !== PACKED) await rm(`${folder}${name}`);
  // The best quality takes ten seconds, which tests need not wait.
  const small = brotliCompressSync(packed, { params: { [constants.BROTLI_PARAM_QUALITY]: isForTests ? 1 : 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: packed.length } });
  await writeFile(`${folder}${PACKED}`, small);
  for (const [name, bytes] of texts) await writeFile(`${folder}${name}`, bytes);
  console.log(`dist/action: ${Math.round(packed.length / 1024)} KiB in ${Math.round(small.length / 1024)} KiB`);
}

/** The Action's shell and everything that it may load, by name. */
async function collect(): Promise<ReadonlyMap<string, Buffer>> {
  const { outputFiles } = await build({ ...leanOptions(root), stdin: { contents: "export { main } from './src/action/main.ts';", resolveDir: root }, outfile: 'dist/action/main.cjs', write: false, plugins: [onFirstUse(root)] });
  const made = new Map<string, Buffer>([['main.cjs', Buffer.from(outputFiles?.[0]?.contents ?? [])]]);
  const waiting = [...ASSETS];
  const follow = (text: string): void => void waiting.push(...(text.match(PART) ?? []).filter((name) => !made.has(name)));
  follow(made.get('main.cjs')?.toString('latin1') ?? '');
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (made.has(name)) continue;
    const bytes = await readFile(`${root}dist/${name}`);
    made.set(name, bytes);
    if (name.endsWith('.cjs')) follow(bytes.toString('latin1'));
  }
  return new Map([...made].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function pack(files: ReadonlyMap<string, Buffer>): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify([...files].map(([name, { length }]) => [name, length]))}\n`), ...files.values()]);
}

/** By what they hold: how well something is compressed may differ between versions of Node. */
async function staleFiles(): Promise<readonly string[]> {
  const there = await readdir(folder).catch((): string[] => []);
  const stale = there.filter((name) => !texts.has(name) && name !== PACKED);
  const read = (name: string): Promise<Buffer | undefined> => readFile(`${folder}${name}`).catch(() => undefined);
  for (const [name, bytes] of texts) if ((await read(name))?.equals(bytes) !== true) stale.push(name);
  const old = await read(PACKED);
  if (old === undefined || !isSame(old)) stale.push(PACKED);
  return stale.sort();
}

function isSame(old: Buffer): boolean {
  try {
    return brotliDecompressSync(old, { maxOutputLength: packed.length + 1 }).equals(packed);
  } catch {
    return false;
  }
}
