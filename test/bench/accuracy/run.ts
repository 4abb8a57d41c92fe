/**
 * Accuracy, measured: `node test/bench/accuracy/run.ts [--peers] [--no-packages]` after `npm run build`.
 *
 * 1. recall over generated tokens of every kind of the catalogue, each in ten surroundings and its own;
 * 2. recall over lines of credential files and code as people write them;
 * 3. false alarms in the published contents of the packages of `packages.json`, fetched through their registries' clients; packages
 *    that ship private keys or tokens for their own tests are not in the list: those are found rightly;
 * 4. with `--peers`, the same for scanners that install from PyPI, on a part of the same data.
 *
 * Exit code 1 when a goal is missed. Everything it makes lies in `.cache/accuracy/`.
 */
import { writeFileSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { falseAlarms } from './clean-packages.ts';
import { builtEngine } from './engine.ts';
import { fetchPackages, readPackageList } from './fetch-packages.ts';
import { issuerSamples } from './issuer-samples.ts';
import type { Case } from './measure.ts';
import { issuerCases, lineCases, measure, writeCases } from './measure.ts';
import { peers } from './peers.ts';

const GOALS = { recall: 0.9, lines: 0.75, precision: 0.9, high: 1, medium: 10 };
const cache = fileURLToPath(new URL('../../../.cache/accuracy', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
mkdirSync(cache, { recursive: true });

const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);
const failures: string[] = [];
const engine = builtEngine();
const cases = [...issuerCases(issuerSamples(engine.rules)), ...lineCases(3)];

const missed = new Map<string, number>();
const groups = await measure(engine, cases, ({ issuer, group }) => void missed.set(issuer ?? group, (missed.get(issuer ?? group) ?? 0) + 1));
const recall = new Table({ head: ['set', 'cases', 'found', 'named right', 'beside it'] });
for (const [group, { cases: all, found, named, false: wrong }] of groups) recall.push([group, String(all), percent(found, all), group === 'credential lines' ? '' : percent(named, all), String(wrong)]);
console.log(recall.toString());
console.log(`issuers with the most misses: ${[...missed].sort(([, a], [, b]) => b - a).slice(0, 20).map(([issuer, count]) => `${issuer} ${count}`).join(', ')}`);

const total = [...groups].filter(([group]) => group !== 'credential lines').reduce((sum, [, { cases: all, found }]) => ({ all: sum.all + all, found: sum.found + found }), { all: 0, found: 0 });
const lines = groups.get('credential lines') ?? { cases: 0, found: 0, named: 0, false: 0 };
if (total.found < GOALS.recall * total.all) failures.push(`recall of issuers' tokens is ${percent(total.found, total.all)}`);
if (lines.found < GOALS.lines * lines.cases) failures.push(`recall of credential lines is ${percent(lines.found, lines.cases)}`);
if (lines.false > (1 - GOALS.precision) * lines.found) failures.push(`${lines.false} of the reports in credential lines are no credential`);

if (!process.argv.includes('--no-packages')) {
  const packages = fetchPackages(readPackageList(resolve(here, 'packages.json')), resolve(cache, 'packages'));
  const missing = packages.flatMap((one) => ('missing' in one ? [`${one.name}: ${one.missing}`] : []));
  if (missing.length > 0) console.log(`not there:\n  ${missing.join('\n  ')}`);
  const alarms = falseAlarms(packages, cache);
  const high = alarms.filter(({ confidence }) => confidence === 'high').length;
  console.log(`${packages.length - missing.length} clean packages: ${high} high and ${alarms.length - high} medium false alarms`);
  for (const alarm of alarms) console.log(`  ${alarm.confidence} ${alarm.rule} ${alarm.package} ${alarm.path}:${alarm.line}`);
  writeFileSync(resolve(cache, 'false-alarms.json'), `${JSON.stringify(alarms, null, 2)}\n`);
  if (packages.length - missing.length < 60) failures.push(`only ${packages.length - missing.length} packages could be fetched`);
  if (high > GOALS.high || alarms.length - high > GOALS.medium) failures.push(`${high} high and ${alarms.length - high} medium false alarms`);
}

if (process.argv.includes('--peers')) {
  const part = cases.filter(({ group }) => /: (?:its own|env|python)$|^credential/.test(group));
  const folder = resolve(cache, 'cases');
  const paths = writeCases(folder, part);
  const names = [...new Set(part.map(({ group }) => group))];
  const table = new Table({ head: ['scanner', ...names] });
  const found = async (isFound: (one: Case, path: string) => boolean | Promise<boolean>): Promise<readonly string[]> => {
    const counts = new Map<string, number>();
    for (const [index, one] of part.entries()) if (await isFound(one, paths[index] ?? '')) counts.set(one.group, (counts.get(one.group) ?? 0) + 1);
    return names.map((name) => percent(counts.get(name) ?? 0, part.filter(({ group }) => group === name).length));
  };
  table.push(['tokenwarden', ...(await found(async (one) => (await engine.scan(one.text, one.file)).some(({ confidence }) => confidence !== 'low')))]);
  for (const { name, flagged } of peers(cache)) {
    const files = flagged(folder);
    table.push([name, ...(await found((_, path) => files.has(path)))]);
  }
  console.log(table.toString());
  for (const { name, findings } of peers(cache)) console.log(`${name}: ${findings(resolve(cache, 'packages'))} findings in the clean packages and what they depend on`);
}

for (const failure of failures) console.error(`goal missed: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
