/**
 * The ReDoS gate: `node src/build/check-patterns.ts` runs `recheck` over every pattern of the catalogue whose hash
 * `fixtures/rules/redos-verdicts.json` does not hold yet, replays the attack it finds on the real engine, and writes the file.
 *
 * `safe`: proven. `refuted`: recheck counts steps of a machine of its own that is pessimistic about look-behind and bounded
 * repetition; V8 answered its attack at once. `unknown`: neither proof nor attack in time. All three must still pass the timed
 * hostile texts of `test/unit/rules/pattern-safety.test.ts`. A `vulnerable` one is not written, and the exit code is 1.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { checkSync } from 'recheck';
import { withoutBoundary } from '../rules/boundary.ts';
import { loadCatalogue } from '../rules/catalogue.ts';
import { patternHash } from '../rules/pattern-hash.ts';


type Verdict = 'safe' | 'refuted' | 'unknown' | 'vulnerable';
type Verdicts = Record<string, { readonly rule: string; readonly verdict: Verdict }>;
/** Half of recheck's own effort: a thousand patterns must not take a day. It picks its native build where there is one, else JavaScript. */
const EFFORT = { timeout: 4000, attackTimeout: 500, maxIteration: 5, maxInitialGenerationSize: 250, maxGenerationSize: 50 };
const MAX_MS = 250;
const MAX_ATTACK = 65_536;
const root = fileURLToPath(new URL('../../', import.meta.url));
const file = `${root}fixtures/rules/redos-verdicts.json`;
const known = await stored();
const found: Verdicts = {};

for (const rule of (await loadCatalogue(`${root}rules`)).rules) {
  const hash = patternHash(rule);
  if (found[hash] !== undefined || (known[hash] !== undefined && known[hash].verdict !== 'unknown')) continue;
  const verdict = judge(rule.pattern, rule.flags);
  console.error(`${rule.id}: ${verdict}`);
  if (verdict === 'vulnerable') process.exitCode = 1;
  else found[hash] = { rule: rule.id, verdict };
}
// Others may have written in the meantime: read again, add ours, keep what the catalogue still has.
const hashes = new Set((await loadCatalogue(`${root}rules`)).rules.map(patternHash));
const all = Object.entries({ ...(await stored()), ...found }).filter(([hash]) => hashes.has(hash));
const lines = all.sort(([, a], [, b]) => (a.rule < b.rule ? -1 : 1)).map(([hash, entry]) => `  ${JSON.stringify(hash)}: ${JSON.stringify(entry)}`);
await writeFile(file, `{\n${lines.join(',\n')}\n}\n`);

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
