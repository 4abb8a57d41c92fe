import { describe, expect, it } from 'vitest';
import { acceptGaps, idleAcceptances } from '../../../src/pipeline/accept-gaps.ts';
import { CoverageTally } from '../../../src/pipeline/coverage-tally.ts';

const entry = { path: 'big/**', reason: 'test videos', owner: 'ana@example.com', expires: '2026-12-31' };
const gap = { what: 'big/a.bin', reason: 'unreadable' } as const;

describe('gaps that configuration accepts', () => {
  it('are accepted through the last day, and not after it', () => {
    expect(acceptGaps(gap, [entry], new Date('2026-12-31T23:59:59Z'))).toMatchObject({ accepted: { owner: 'ana@example.com' } });
    expect(acceptGaps(gap, [entry], new Date('2027-01-01T00:00:00Z'))).toEqual(gap);
  });

  it('are those that the path names', () => {
    expect(acceptGaps({ ...gap, what: 'small/a.bin' }, [entry], new Date('2026-12-01T00:00:00Z')).accepted).toBeUndefined();
    expect(acceptGaps({ ...gap, what: 'A..B' }, [{ ...entry, path: 'A..B' }], new Date('2026-12-01T00:00:00Z')).accepted).toBeDefined();
  });

  it('leave the coverage complete, and are still listed', () => {
    const tally = new CoverageTally();
    tally.note({ type: 'planned', counts: { files: 2 } });
    tally.note({ type: 'scanned', counts: { files: 1 } });
    tally.note({ type: 'skipped', skip: gap });
    expect(tally.finish((skip) => skip)).toMatchObject({ complete: false, planned: { files: 2 }, scanned: { files: 1 } });
    expect(tally.finish((skip) => acceptGaps(skip, [entry], new Date('2026-12-01T00:00:00Z')))).toMatchObject({ complete: true, skipped: [{ what: 'big/a.bin' }] });
  });
});

describe('an acceptance that names no gap', () => {
  it('is known, and one that names a gap is not among them', () => {
    const entry = { reason: 'r', owner: 'o', expires: '2027-01-01' };
    const skipped = [{ what: 'big/a.bin', reason: 'too-large' as const }, { what: 'link', reason: 'symlink' as const }];
    const accepted = [{ ...entry, path: 'big/**' }, { ...entry, path: 'bgi/**' }, { ...entry, path: 'link' }];
    expect(idleAcceptances(skipped, accepted).map(({ path }) => path)).toEqual(['bgi/**', 'link']);
  });
});
