import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Scanner } from '../../../src/detect/index.ts';
import { compileTables } from '../../../src/detect/engine/tables.ts';
import type { Blob, Rule, ScanOutput } from '../../../src/model/index.ts';
import { StoredCatalogue } from '../../../src/rules/stored-catalogue.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The built catalogue, as `npm test` makes it: what ships is what is tested. */
export const { rules: RULES } = new StoredCatalogue(readFileSync(`${root}dist/catalogue.jsonl`));

const wasm = new WebAssembly.Module(readFileSync(`${root}dist/prefilter.wasm`));

/** The engine over some rules, as a worker makes it. */
export function engineFor(rules: readonly Rule[]): Scanner {
  return new Scanner(wasm, rules, compileTables(rules));
}

/** A blob of these bytes that gives at most `most` of them for each read. */
export function blobOf(bytes: Uint8Array, most = Number.POSITIVE_INFINITY): Blob {
  let at = 0;
  return {
    origin: { kind: 'file', path: 'a.txt' },
    read: (target) => {
      const part = bytes.subarray(at, at + Math.min(target.length, most));
      target.set(part);
      at += part.length;
      return part.length;
    },
  };
}

export function plaintexts(output: ScanOutput): readonly string[] {
  return output.matches.map(({ secret }) => Buffer.from(output.secrets.subarray(secret.offset, secret.offset + secret.length)).toString('utf8'));
}
