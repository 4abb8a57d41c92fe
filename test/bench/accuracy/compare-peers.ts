import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import Table from 'cli-table3';
import type { FalseAlarm } from './clean-packages.ts';
import type { Engine } from './engine.ts';
import type { Case } from './measure.ts';
import { writeCases } from './measure.ts';
import type { Peer } from './peers.ts';
import { percent, plainTable } from './tables.ts';

/** Beyond this a package takes the slowest peer minutes; all scanners are compared on the smaller ones. */
const LARGEST_PACKAGE = 6_000_000;

interface Package {
  readonly name: string;
  readonly folder: string;
}

/** Prints recall of every scanner by set and by issuer, and what each reports in clean packages. */
export async function comparePeers(engine: Engine, peers: readonly Peer[], cases: readonly Case[], packages: readonly Package[], alarms: readonly FalseAlarm[], cache: string): Promise<void> {
  const part = cases.filter(({ group }) => /: (?:its own|env|python)$|^credential/.test(group));
  const folder = resolve(cache, 'cases');
  const paths = writeCases(folder, part);
  const found = new Map<string, ReadonlySet<string>>([['tokenwarden', await foundByUs(engine, part, paths)]]);
  for (const peer of peers) {
    const findings = attempt(peer, folder);
    if (findings !== undefined) found.set(peer.name, new Set(findings));
  }
  const byGroup = rows(part, paths, found, ({ group }) => group);
  console.log(byGroup);
  console.log('by issuer, of its tokens in their own surroundings, an environment file and Python:');
  console.log(rows(part.filter(({ issuer }) => issuer !== undefined), paths, found, ({ issuer }) => issuer ?? ''));
  if (packages.length > 0) comparePackages(engine, peers, packages, alarms);
}

async function foundByUs(engine: Engine, part: readonly Case[], paths: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const [index, { text, file }] of part.entries()) if ((await engine.scan(text, file)).some(({ confidence }) => confidence !== 'low')) found.add(paths[index] ?? '');
  return found;
}

function attempt(peer: Peer, folder: string): readonly string[] | undefined {
  try {
    const startedAt = performance.now();
    const findings = peer.findings(folder);
    console.log(`${peer.name}: ${findings.length} findings in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    return findings;
  } catch (error) {
    console.log(`${peer.name} failed: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
    return undefined;
  }
}

/** One row for each key, one column for each scanner: the share of the cases whose file it flagged. */
function rows(part: readonly Case[], paths: readonly string[], found: ReadonlyMap<string, ReadonlySet<string>>, keyOf: (one: Case) => string): string {
  const all = new Map<string, string[]>();
  for (const [index, one] of part.entries()) all.set(keyOf(one), [...(all.get(keyOf(one)) ?? []), paths[index] ?? '']);
  const table = new Table(plainTable('', 'cases', ...found.keys()));
  for (const [key, files] of [...all].sort(([a], [b]) => (a < b ? -1 : 1))) table.push([key, String(files.length), ...[...found.values()].map((flagged) => percent(files.filter((file) => flagged.has(file)).length, files.length))]);
  return table.toString();
}

/** Everything that is reported in a clean package is a false alarm. */
function comparePackages(engine: Engine, peers: readonly Peer[], packages: readonly Package[], alarms: readonly FalseAlarm[]): void {
  const small = packages.filter(({ folder }) => bytesIn(folder) <= LARGEST_PACKAGE);
  const isSmall = new Set(small.map(({ name }) => name));
  const table = new Table(plainTable('scanner', 'clean packages', 'false alarms'));
  table.push(['tokenwarden', String(small.length), String(alarms.filter(({ package: name }) => isSmall.has(name)).length)]);
  for (const peer of peers) {
    let done = 0;
    let reports = 0;
    for (const { folder } of small) {
      try {
        reports += peer.findings(folder).length;
        done += 1;
      } catch {
        // a package that a peer could not scan is not counted, and the table says how many were
      }
    }
    table.push([peer.name, String(done), String(reports)]);
  }
  console.log(table.toString());
  const byIssuer = new Map<string, number>();
  const issuerOf = new Map(engine.rules.map(({ id, issuer }) => [id, issuer]));
  for (const { rule } of alarms) byIssuer.set(issuerOf.get(rule) ?? rule, (byIssuer.get(issuerOf.get(rule) ?? rule) ?? 0) + 1);
  console.log(`our false alarms by issuer, in all ${packages.length} packages: ${[...byIssuer].map(([issuer, count]) => `${issuer} ${count}`).join(', ') || 'none'}`);
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).reduce((sum, entry) => sum + (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0), 0);
}
