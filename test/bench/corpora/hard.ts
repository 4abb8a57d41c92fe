import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from './history.ts';

/** A corpus made to be slow. */
export interface HardCorpus {
  readonly name: string;
  /** A file or a folder. */
  readonly path: string;
  readonly bytes: number;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** All of them, made once below `cache`; seeded. `huge` adds a file of 5 GB. */
export function hardCorpora(cache: string, huge: boolean): readonly HardCorpus[] {
  const folder = join(cache, 'hard');
  mkdirSync(folder, { recursive: true });
  const file = (name: string, bytes: number, piece: (random: () => number, index: number) => string): HardCorpus => ({ name, bytes, path: written(join(folder, name.replace(/[^a-z0-9]+/gi, '-')), bytes, piece) });
  return [
    file('300 MB of JSON in one line', 300_000_000, (random, index) => `{"id":${index},"name":"${word(random, 8)}","token_type":"${word(random, 6)}","tags":["${word(random, 5)}","${word(random, 7)}"],"hash":"${word(random, 40)}"},`),
    file('1 GB of log', 1_000_000_000, (random, index) => `2026-01-01T00:00:00.${index % 1000}Z INFO  request ${word(random, 16)} user=${word(random, 6)} path=/api/v1/${word(random, 9)} status=200 bytes=${Math.floor(random() * 1e5)}\n`),
    file('50 MB of near misses', 50_000_000, (random) => `password = ${word(random, 3)}(); token: "${word(random, 4)}" + ghp_${word(random, 30)} AKIA${word(random, 12)} secret_key=process.env.${word(random, 5)}\n`),
    file('100,000 findings', 5_800_000, (random) => `api_token = "${word(random, 40)}"\n`),
    { name: '200,000 tiny files', path: tinyFiles(join(folder, 'tiny'), 200_000), bytes: 200_000 * 60 },
    ...(huge ? [file('5 GB in one file', 5_000_000_000, (random) => `${word(random, 200)} `.repeat(20_000))] : []),
  ];
}

function word(random: () => number, length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1) text += ALPHABET[Math.floor(random() * ALPHABET.length)] ?? '';
  return text;
}

function written(path: string, bytes: number, piece: (random: () => number, index: number) => string): string {
  if (existsSync(path)) return path;
  const random = seeded(bytes);
  const partial = `${path}.partial`;
  const output = openSync(partial, 'w');
  let index = 0;
  for (let total = 0; total < bytes; ) {
    let text = '';
    while (text.length < Math.min(4 << 20, bytes - total)) text += piece(random, index++);
    total += writeSync(output, text, null, 'latin1');
  }
  closeSync(output);
  renameSync(partial, path);
  return path;
}

function tinyFiles(folder: string, count: number): string {
  if (existsSync(folder)) return folder;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  for (let index = 0; index < count; index += 1) {
    const below = join(partial, String(index % 400));
    if (index < 400) mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `${index}.js`), `module.exports = { value: ${index}, name: 'module ${index}' };\n`);
  }
  renameSync(partial, folder);
  return folder;
}
