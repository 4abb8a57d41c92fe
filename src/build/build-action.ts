/**
 * Builds the GitHub Action into `dist/action/`, which is committed, as a workflow runs it without installing anything: what `npm run build` made of
 * the rest, and the Action's own shell. `--check` writes nothing, names each file that is stale and exits 1; `--out DIR` writes elsewhere,
 * for tests. The same sources give the same bytes.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { leanOptions } from './bundle-options.ts';
import { onFirstUse } from './on-first-use.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const out = process.argv.indexOf('--out');
const folder = out < 0 ? `${root}dist/action/` : `${process.argv[out + 1] ?? ''}/`;

/** The entry. An ES module, as all of the package's `.js` files are; what it loads can wait for its parts. */
const ENTRY = `import { createRequire } from 'node:module';
await createRequire(import.meta.url)('./main.cjs').main();
`;

/** Data and threads, as \`src/assets.ts\` names them. */
const ASSETS = ['anchors.json', 'catalogue.jsonl', 'engine.sha256', 'licenses.txt', 'prefilter.wasm', 'tables.bin', 'thread.cjs', 'worker.cjs'];

const PART = /part-[a-z0-9-]+\.cjs/g;

const files = await make();
if (process.argv.includes('--check')) {
  const stale = await staleFiles(files);
  for (const name of stale) console.error(`dist/action/${name} is stale: run "npm run action" and commit the result`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) if (!files.has(name)) await rm(`${folder}${name}`);
  for (const [name, bytes] of files) await writeFile(`${folder}${name}`, bytes);
  console.log(`dist/action: ${files.size} files, ${Math.round([...files.values()].reduce((sum, bytes) => sum + bytes.length, 0) / 1024)} KiB`);
}

async function make(): Promise<ReadonlyMap<string, Buffer>> {
  const { outputFiles } = await build({ ...leanOptions(root), stdin: { contents: "export { main } from './src/action/main.ts';", resolveDir: root }, outfile: 'dist/action/main.cjs', write: false, plugins: [onFirstUse(root)] });
  const made = new Map<string, Buffer>([
    ['index.js', Buffer.from(ENTRY)],
    ['main.cjs', Buffer.from(outputFiles?.[0]?.contents ?? [])],
  ]);
  const waiting = [...ASSETS];
  const follow = (text: string): void => void waiting.push(...(text.match(PART) ?? []).filter((name) => !made.has(name)));
  follow(made.get('main.cjs')?.toString('latin1') ?? '');
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (made.has(name)) continue;
    const bytes = await readFile(`${root}dist/${name}`);
    made.set(name, name.endsWith('.cjs') ? withoutHosts(bytes) : bytes);
    if (name.endsWith('.cjs')) follow(bytes.toString('latin1'));
  }
  return new Map([...made].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** No committed file of ours names a package registry's host, for tools that follow such names; one package has it as its default. */
function withoutHosts(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('utf8').replaceAll(/registry\.npmjs\.o(?=rg)/g, (text) => `${text.slice(0, -1)}\\x6f`));
}

async function staleFiles(made: ReadonlyMap<string, Buffer>): Promise<readonly string[]> {
  const there = await readdir(folder).catch((): string[] => []);
  const stale = there.filter((name) => !made.has(name));
  for (const [name, bytes] of made) {
    const old = await readFile(`${folder}${name}`).catch(() => undefined);
    if (old === undefined || !old.equals(bytes)) stale.push(name);
  }
  return stale.sort();
}
