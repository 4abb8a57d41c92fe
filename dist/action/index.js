// Made by src/build/build-action.ts. bundle.br holds what "npm run build" makes, and the Action's shell (src/action/); licences are in licenses.txt.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const packed = brotliDecompressSync(readFileSync(new URL('bundle.br', import.meta.url)));
const head = packed.indexOf(10);
const folder = mkdtempSync(join(process.env.RUNNER_TEMP || tmpdir(), 'tokenwarden-action-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let at = head + 1;
for (const [name, length] of JSON.parse(packed.toString('utf8', 0, head))) {
  writeFileSync(join(folder, name), packed.subarray(at, at + length), { mode: 0o600, flag: 'wx' });
  at += length;
}
await createRequire(import.meta.url)(join(folder, 'main.cjs')).main();
