import { afterAll, describe, expect, it } from 'vitest';
import type { CoverageEvent, SourceOptions } from '../../../src/model/index.ts';
import { planTarget } from '../../../src/sources/index.ts';
import { buildRepository, removeFolders } from './build-repository.ts';

afterAll(removeFolders);

const BASE: SourceOptions = { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [], environment: { PATH: process.env['PATH'] } };

describe('a run that is stopped', () => {
  it.each([
    ['tree', {}],
    ['staged', {}],
    ['history', {}],
    ['range', { range: 'main~1..main' }],
  ] as const)('has no more units in mode %s, throws nothing, and still tells where its findings came from', async (mode, more) => {
    const repository = buildRepository();
    repository.commit({ base: 'base\n' });
    repository.commit(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}`, `${'x'.repeat(200_000)}${index}\n`])));
    repository.write('f7', 'other\n').git('add', 'f7');
    const stopped = new AbortController();
    const events: CoverageEvent[] = [];
    const planned = await planTarget({ kind: 'path', path: repository.path, log: false }, { ...BASE, mode, ...more }, (event) => void events.push(event), stopped.signal);
    let units = 0;
    for await (const _unit of planned.units) {
      units += 1;
      stopped.abort();
    }
    expect(units).toBe(1);
    const blob = repository.git('rev-parse', mode === 'staged' ? ':f7' : 'HEAD:f9');
    const path = mode === 'staged' ? 'f7' : 'f9';
    const origin = mode === 'tree' ? ({ kind: 'file', path } as const) : mode === 'staged' ? ({ kind: 'staged', blob, path } as const) : ({ kind: 'commit', blob, path: '', reachable: true } as const);
    const [origins] = await planned.resolve([{ origin, region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 } }]);
    expect(origins).toMatchObject([{ path }]);
  });

  it('before it began has no units at all', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'x' });
    const planned = await planTarget({ kind: 'path', path: repository.path, log: false }, BASE, () => undefined, AbortSignal.abort());
    for await (const unit of planned.units) expect(unit).toBeUndefined();
    expect(planned.root).toBe(repository.path);
  });
});
