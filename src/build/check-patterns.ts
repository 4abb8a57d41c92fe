/**
 * The ReDoS gate: `node src/build/check-patterns.ts` runs `recheck` over every pattern of the catalogue whose hash
 * `fixtures/rules/redos-verdicts.json` does not hold yet, replays the attack it finds on the real engine, and writes the file.
 *
 * `safe`: proven. `refuted`: recheck counts steps of a machine of its own that is pessimistic about look-behind and bounded
 * repetition; V8 answered its attack at once. `unknown`: neither proof nor attack in time. All three must still pass the timed
 * hostile texts of `test/unit/rules/pattern-safety.test.ts`. A `vulnerable` one is not written, and the exit code is 1.
 *
 * `--again` judges those that are `unknown` once more.
 *
 * `--scan` also runs each rule that has no such mark alone in the engine of a scan, over its near misses 100,000 times in a row
 * (`scan-gate.ts`), and marks it `linear`. With `--full` only kinds that have an entry of their own: lines of `context.yml` are one
 * pattern with other words.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { checkSync } from 'recheck';
import { withoutBoundary } from '../rules/boundary.ts';
import type { Rule } from '../model/index.ts';
import { loadCatalogue } from '../rules/catalogue.ts';
import { patternHash } from '../rules/pattern-hash.ts';
import { scanGate } from './scan-gate.ts';

type Verdict = 'safe' | 'refuted' | 'unknown' | 'vulnerable';
type Verdicts = Record<string, { readonly rule: string; readonly verdict: Verdict; readonly scan?: 'linear' }>;
/** Half of recheck's own effort: a thousand patterns must not take a day. It picks its native build where there is one, else JavaScript. */
const EFFORT = { timeout: 4000, attackTimeout: 500, maxIteration: 5, maxInitialGenerationSize: 250, maxGenerationSize: 50 };
const MAX_MS = 250;
const MAX_ATTACK = 65_536;
const root = fileURLToPath(new URL('../../', import.meta.url));
const file = `${root}fixtures/rules/redos-verdicts.json`;
const known = await stored();
const found: Verdicts = {};

const { rules } = await loadCatalogue(`${root}rules`);
const isAsked = { scan: process.argv.includes('--scan'), full: process.argv.includes('--full'), again: process.argv.includes('--again') };
/** Verdicts after which the file is written, so that a run that is stopped loses little. */
const OFTEN = 20;

for (const rule of rules) {
  const hash = patternHash(rule);
  const before = found[hash] ?? known[hash];
  const verdict = before === undefined || (isAsked.again && found[hash] === undefined && before.verdict === 'unknown') ? judge(rule.pattern, rule.flags) : before.verdict;
  const isScanned = before?.scan === 'linear' || (isAsked.scan && !(isAsked.full && rule.anchorClass === 'context') && (await isLinear(rule)));
  if (before?.verdict === verdict && (before.scan === 'linear') === isScanned) continue;
  console.error(`${rule.id}: ${verdict}${isScanned ? ', linear in a scan' : ''}`);
  if (verdict === 'vulnerable') {
    process.exitCode = 1;
    continue;
  }
  found[hash] = { rule: rule.id, verdict, ...(isScanned ? { scan: 'linear' as const } : {}) };
  if (Object.keys(found).length % OFTEN === 0) await write();
}
await write();

async function isLinear(rule: Rule): Promise<boolean> {
  const { isLinear: is, msPerMb, text } = await scanGate(rule);
  if (is) return true;
  console.error(`${rule.id}: ${Math.round(msPerMb)} ms a megabyte of ${text}, and more the longer it is`);
  process.exitCode = 1;
  return false;
}

/** Others may have written in the meantime: reads again, adds ours, keeps what the catalogue still has. */
async function write(): Promise<void> {
  const hashes = new Set(rules.map(patternHash));
  const all = Object.entries({ ...(await stored()), ...found }).filter(([hash]) => hashes.has(hash));
  const lines = all.sort(([, a], [, b]) => (a.rule < b.rule ? -1 : 1)).map(([hash, entry]) => `  ${JSON.stringify(hash)}: ${JSON.stringify(entry)}`);
  await writeFile(file, `{\n${lines.join(',\n')}\n}\n`);
}

async function stored(): Promise<Verdicts> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? '{}' : Promise.reject(error)));
  return JSON.parse(text) as Verdicts;
}

/** The body alone first: a boundary is an assertion of constant length, and recheck proves more without it. */
function judge(pattern: string, flags: string): Verdict {
  if (checkSync(withoutBoundary(pattern), flags, EFFORT).status === 'safe') return 'safe';
  const whole = checkSync(pattern, flags, EFFORT);
  if (whole.status !== 'vulnerable') return whole.status;
  const attack = whole.attack.string.slice(0, MAX_ATTACK);
  const startedAt = performance.now();
  for (const match of attack.matchAll(new RegExp(pattern, `${flags}g`))) if (match.index < 0) break;
  return performance.now() - startedAt <= MAX_MS ? 'refuted' : 'vulnerable';
}
