/**
 * Speed, measured: `npm run bench -- [PART…] [--rounds N]` after `npm run build`. Parts: tree history staged rescan memory rules linear, and
 * accuracy, which is `accuracy/run.ts`. Without any, all but accuracy. Everything it makes lies in `.cache/bench/`, or where `BENCH_CACHE` says; there
 * `results.json` keeps the last result of each part, which the next run is compared with. Linux only: it reads `/proc`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alternate } from './measure.ts';
import { history } from './parts/history.ts';
import { linear } from './parts/linear.ts';
import { memory } from './parts/memory.ts';
import type { Bench, Comparison } from './parts/part.ts';
import { rescan } from './parts/rescan.ts';
import { rules } from './parts/rules.ts';
import { staged } from './parts/staged.ts';
import { tree } from './parts/tree.ts';
import { installPeers } from './peers.ts';
import { compared, toResult, toTable, type Result } from './results.ts';

const PARTS: Readonly<Record<string, (bench: Bench) => Promise<readonly Comparison[]>>> = { tree, history, staged, rescan, memory, rules, linear };
const ROUNDS = 5;

const args = process.argv.slice(2);
const roundsAt = args.indexOf('--rounds');
const rounds = roundsAt === -1 ? ROUNDS : Number(args[roundsAt + 1]);
const names = args.filter((arg, index) => !arg.startsWith('--') && (roundsAt === -1 || index !== roundsAt + 1));
const unknown = names.find((name) => name !== 'accuracy' && PARTS[name] === undefined);
if (unknown !== undefined || !Number.isInteger(rounds) || rounds < 1) {
  console.error(`usage: npm run bench -- [${[...Object.keys(PARTS), 'accuracy'].join('|')}]… [--rounds N]`);
  process.exit(2);
}
if (names.includes('accuracy')) execFileSync(process.execPath, [fileURLToPath(new URL('accuracy/run.ts', import.meta.url))], { stdio: 'inherit' });
const chosen = names.length === 0 ? Object.keys(PARTS) : names.filter((name) => name !== 'accuracy');

if (chosen.length > 0) {
  const cache = process.env['BENCH_CACHE'] ?? fileURLToPath(new URL('../../.cache/bench', import.meta.url));
  mkdirSync(cache, { recursive: true });
  const bench: Bench = { cache, command: fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url)), peers: installPeers(cache) };
  const file = join(cache, 'results.json');
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Result[]) : [];
  let results = before;
  const missed: string[] = [];
  console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model ?? 'unknown processor'} × ${cpus().length}, Node ${process.version}, ${rounds} rounds in alternation after one to warm up`);
  for (const name of chosen) {
    for (const comparison of (await PARTS[name]?.(bench)) ?? []) {
      const result = toResult(comparison, await alternate(comparison.programs, rounds));
      console.log(`\n${toTable(result)}\n${compared(result, before.find((one) => one.name === result.name))}`);
      missed.push(...result.missed.map((goal) => `${result.name}: ${goal}`));
      results = [...results.filter((one) => one.name !== result.name), result];
      writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
    }
  }
  for (const goal of missed) console.log(`goal missed: ${goal}`);
}
