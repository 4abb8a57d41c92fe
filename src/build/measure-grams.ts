/**
 * Measures how often four bytes (case folded as the prefilter folds them) stand in ordinary text, and writes
 * `src/detect/engine/gram-levels.json`: level → grams, one after another. Level n stands for 2^(n/2) in a million bytes;
 * grams below level 5 are left out. Not part of `generate`: the numbers come from whatever folders are given.
 *
 *   node src/build/measure-grams.ts FOLDER...
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MOST_BYTES = 60_000_000;
const MOST_GRAMS = 16_000;
const TEXT = /\.(?:js|ts|mjs|cjs|json|md|py|go|txt|c|h|html|css|ya?ml|pl|pm|rst|xml|sh|java|rs)$/;

const counts = new Map<number, number>();
let total = 0;
for (const folder of process.argv.slice(2)) {
  let left = MOST_BYTES;
  const walk = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (left <= 0) return;
      const child = join(path, entry.name);
      if (entry.isDirectory()) walk(child);
      else if (entry.isFile() && TEXT.test(entry.name)) left -= count(readFileSync(child).subarray(0, 400_000));
    }
  };
  walk(folder);
}

function count(bytes: Buffer): number {
  for (let at = 0; at + 4 <= bytes.length; at += 1) {
    const gram = (bytes.readUInt32LE(at) | 0x20202020) >>> 0;
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  total += bytes.length;
  return bytes.length;
}

const levels = new Map<number, string[]>();
for (const [gram, times] of [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_GRAMS)) {
  const text = Buffer.from([gram & 255, (gram >> 8) & 255, (gram >> 16) & 255, gram >>> 24]).toString('latin1').replaceAll('\x7f', '_');
  const level = Math.floor(Math.log2((times / total) * 1e6) * 2);
  if (level < 5 || !/^[\x20-\x7e]{4}$/.test(text)) continue;
  const list = levels.get(level);
  if (list === undefined) levels.set(level, [text]);
  else list.push(text);
}
const stored = Object.fromEntries([...levels].sort(([a], [b]) => a - b).map(([level, grams]) => [level, grams.sort().join('')]));
writeFileSync(new URL('../detect/engine/gram-levels.json', import.meta.url), `${JSON.stringify(stored, undefined, 0)}\n`);
console.error(`${total} bytes, ${[...levels.values()].reduce((sum, list) => sum + list.length, 0)} grams`);
