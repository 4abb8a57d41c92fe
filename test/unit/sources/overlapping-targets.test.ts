import { afterAll, describe, expect, it } from 'vitest';
import type { CoverageEvent, SourceOptions, Unit } from '../../../src/model/index.ts';
import { planTarget } from '../../../src/sources/index.ts';
import { buildRepository, removeFolders } from './build-repository.ts';

afterAll(removeFolders);

describe('targets that overlap', () => {
  it.each(['tree', 'history', 'staged', 'range'] as const)('bring in everything once: %s', async (mode) => {
    const repository = buildRepository();
    const root = repository.commit({ base: 'x' });
    repository.commit({ a: '1', 's/b': '2', 's/t/f': '3', 's/t/g': '1' });
    if (mode === 'staged') repository.git('reset', '--quiet', '--soft', root);
    const options: SourceOptions = { mode, range: `${root}..HEAD`, includeIgnored: false, archives: true, binaries: true, ignore: [], environment: { PATH: process.env['PATH'] } };
    const scan = async (paths: readonly string[]): Promise<{ readonly names: readonly string[]; readonly planned: number }> => {
      const taken = new Set<string>();
      const events: CoverageEvent[] = [];
      const units: Unit[] = [];
      for (const path of paths) {
        const planned = await planTarget({ kind: 'path', path: `${repository.path}/${path}`, log: false }, options, (event) => void events.push(event), new AbortController().signal, taken);
        for await (const unit of planned.units) units.push(unit);
      }
      const names = units.flatMap((unit) => (unit.kind === 'files' ? unit.paths : unit.kind === 'objects' ? unit.objects.map(({ oid, origin }) => (origin.kind === 'staged' ? `${oid} ${origin.path}` : oid)) : []));
      return { names: [...names].sort(), planned: events.reduce((sum, event) => sum + (event.type === 'planned' ? (event.counts.files ?? 0) + (event.counts.blobs ?? 0) + (event.counts.commits ?? 0) : 0), 0) };
    };
    const alone = await scan(['.']);
    expect(alone.names.length).toBeGreaterThan(3);
    expect(await scan(['a', 's/t', 's/t/f', '.', 's'])).toEqual(alone);
  });
});
