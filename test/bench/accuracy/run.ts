/**
 * Accuracy, measured: `npm run bench -- accuracy [--no-peers] [--no-packages]`, or this file by itself after `npm run build`.
 *
 * 1. recall over generated tokens of every kind of the catalogue, each in ten surroundings and its own;
 * 2. recall over lines of credential files and code as people write them;
 * 3. false alarms in the published contents of the packages of `packages.json`, fetched through their registries' clients; packages
 *    that ship private keys or tokens for their own tests are not in the list: those are found rightly;
 * 4. the same for scanners that install from PyPI, Go and npm, on a part of the data; issuer by issuer.
 *
 * Exit code 1 when a goal is missed. What it fetches and makes lies in the user's cache (`cache-folder.ts`).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { cacheFolder } from './cache-folder.ts';
import { falseAlarms } from './clean-packages.ts';
import { comparePeers } from './compare-peers.ts';
import { builtEngine } from './engine.ts';
import { fetchPackages, readPackageList } from './fetch-packages.ts';
import { issuerSamples } from './issuer-samples.ts';
import { issuerCases, lineCases, measure } from './measure.ts';
import { peers } from './peers.ts';
import { percent, plainTable } from './tables.ts';

const GOALS = { recall: 0.9, lines: 0.75, precision: 0.9, packages: 60, high: 1, medium: 10 };
const cache = cacheFolder();
const here = fileURLToPath(new URL('.', import.meta.url));
mkdirSync(cache, { recursive: true });

const failures: string[] = [];
const engine = builtEngine();
const cases = [...issuerCases(issuerSamples(engine.rules)), ...lineCases(3)];

const missed = new Map<string, number>();
const groups = await measure(engine, cases, ({ issuer, group }) => void missed.set(issuer ?? group, (missed.get(issuer ?? group) ?? 0) + 1));
const recall = new Table(plainTable('set', 'cases', 'found', 'named right', 'beside it'));
for (const [group, { cases: all, found, named, false: wrong }] of groups) recall.push([group, String(all), percent(found, all), group === 'credential lines' ? '' : percent(named, all), String(wrong)]);
console.log(recall.toString());
console.log(`issuers with the most misses: ${[...missed].sort(([, a], [, b]) => b - a).slice(0, 20).map(([issuer, count]) => `${issuer} ${count}`).join(', ')}`);

const total = [...groups].filter(([group]) => group !== 'credential lines').reduce((sum, [, { cases: all, found }]) => ({ all: sum.all + all, found: sum.found + found }), { all: 0, found: 0 });
const lines = groups.get('credential lines') ?? { cases: 0, found: 0, named: 0, false: 0 };
if (total.found < GOALS.recall * total.all) failures.push(`recall of issuers' tokens is ${percent(total.found, total.all)}`);
if (lines.found < GOALS.lines * lines.cases) failures.push(`recall of credential lines is ${percent(lines.found, lines.cases)}`);
if (lines.false > (1 - GOALS.precision) * lines.found) failures.push(`${lines.false} of the reports in credential lines are no credential`);

const packages = process.argv.includes('--no-packages') ? [] : fetchPackages(readPackageList(resolve(here, 'packages.json')), resolve(cache, 'packages'));
const there = packages.flatMap((one) => ('folder' in one ? [one] : []));
const alarms = falseAlarms(there, cache);
if (packages.length > 0) {
  for (const one of packages) if ('missing' in one) console.log(`not there: ${one.name}: ${one.missing}`);
  const high = alarms.filter(({ confidence }) => confidence === 'high').length;
  console.log(`${there.length} clean packages: ${high} high and ${alarms.length - high} medium false alarms`);
  for (const alarm of alarms) console.log(`  ${alarm.confidence} ${alarm.rule} ${alarm.package} ${alarm.path}:${alarm.line}`);
  writeFileSync(resolve(cache, 'false-alarms.json'), `${JSON.stringify(alarms, null, 2)}\n`);
  if (there.length < GOALS.packages) failures.push(`only ${there.length} packages could be fetched`);
  if (high > GOALS.high || alarms.length - high > GOALS.medium) failures.push(`${high} high and ${alarms.length - high} medium false alarms`);
}

if (!process.argv.includes('--no-peers')) {
  const others = peers(cache, (name, why) => console.log(`not there: ${name}: ${why}`));
  await comparePeers(engine, others, cases, there, alarms, cache);
}

for (const failure of failures) console.error(`goal missed: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
