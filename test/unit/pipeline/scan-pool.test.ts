import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rule, Unit } from '../../../src/model/index.ts';
import { scanUnits } from '../../../src/pipeline/scan-pool.ts';
import { readOwnKind, type RuleChanges } from '../../../src/rules/index.ts';
import type { UnitRequest, UnitResult } from '../../../src/scan-worker.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenwarden-pool-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const KEY = 'k3Jd9PqLmZx8RtVw';
const HOSTILE = `acme_${'a'.repeat(60)}!`;

/** A rule that no configuration could bring: its pattern is judged nowhere, and takes for ever. */
function holdingRule(): Rule {
  const read = readOwnKind({ id: 'aaa-holds', pattern: 'acme_[a-z0-9]{16}', issuer: 'acme' }, {}, () => undefined);
  if (read === undefined) throw new Error('refused');
  return { ...read.rule, pattern: 'acme_(?:a+)+b', windowAfter: 4096 };
}

async function* requestsFor(units: readonly Unit[]): AsyncGenerator<UnitRequest> {
  for (const unit of units) yield { unit, options: { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [] } };
}

async function scanAll(units: readonly Unit[], changes: RuleChanges | undefined, stuckMs = 600): Promise<readonly UnitResult[]> {
  const results: UnitResult[] = [];
  for await (const result of scanUnits(requestsFor(units), { jobs: 2, signal: new AbortController().signal, stuckMs, ...(changes === undefined ? {} : { changes }) })) results.push(result);
  return results;
}

const filesUnit = (paths: readonly string[]): Unit => ({ kind: 'files', root: folder, paths, log: false });
const skips = (results: readonly UnitResult[]) => results.flatMap(({ events }) => events.flatMap((event) => (event.type === 'skipped' ? [event.skip] : [])));
const rulesFound = (results: readonly UnitResult[]) => results.flatMap(({ matches }) => matches.map(({ ruleId }) => ruleId)).sort();

describe('worker threads', () => {
  it('run own rules, without those that are removed', async () => {
    const read = readOwnKind({ id: 'acme-key', pattern: 'acme_[A-Za-z0-9]{16}' }, {}, () => undefined);
    if (read === undefined) throw new Error('refused');
    await writeFile(join(folder, 'a.txt'), `x = acme_${KEY}\n`);
    await writeFile(join(folder, 'b.txt'), `y = acme_${KEY}\n`);
    const units = [filesUnit(['a.txt']), filesUnit(['b.txt'])];
    expect(rulesFound(await scanAll(units, { added: [read.rule], removed: [] }))).toEqual(['acme-key', 'acme-key']);
    expect(rulesFound(await scanAll(units, undefined))).not.toContain('acme-key');
  });

  it('leave out rules that are removed', async () => {
    const value = Array.from({ length: 40 }, (_, index) => KEY[(index * 7) % KEY.length]).join('');
    for (const name of ['c.txt', 'd.txt']) await writeFile(join(folder, name), `api_secret = "${value}"
`);
    const units = [filesUnit(['c.txt']), filesUnit(['d.txt'])];
    const found = [...new Set(rulesFound(await scanAll(units, undefined)))];
    expect(found).toHaveLength(1);
    expect(rulesFound(await scanAll(units, { added: [], removed: found })).filter((id) => found.includes(id))).toEqual([]);
  });

  it('are ended when a pattern holds one: only the guilty file is a gap, by its name', { timeout: 60_000 }, async () => {
    await writeFile(join(folder, 'hostile.txt'), `${HOSTILE}\n`);
    const names = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        await writeFile(join(folder, `good-${index}.txt`), `password_${index} = "acme_b"\ntoken: glpat-x\n`);
        return `good-${index}.txt`;
      }),
    );
    const startedAt = performance.now();
    const results = await scanAll([filesUnit([...names.slice(0, 3), 'hostile.txt', ...names.slice(3)]), filesUnit(names)], { added: [holdingRule()], removed: [] });
    expect(skips(results)).toEqual([{ what: 'hostile.txt', reason: 'worker-failed', detail: expect.stringMatching(/^a rule took over 600 ms/) as string }]);
    const scanned = results.flatMap(({ events }) => events.flatMap((event) => (event.type === 'scanned' ? [event] : [])));
    expect(scanned.reduce((sum, { counts }) => sum + (counts.files ?? 0), 0)).toBe(12);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });
});
