import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SkipReason } from '../../../src/model/index.ts';
import { buildReport, type PieceCoverage, type StoredRepository } from '../../../src/organization/index.ts';
import { brokenSums } from '../../organization/check-sums.ts';

const amount = fc.nat({ max: 1000 });
const part = fc.tuple(amount, amount).map(([seen, more]) => [seen + more, seen] as const);
const reason = fc.constantFrom<SkipReason>('unreadable', 'too-large', 'lfs-pointer', 'excluded-binary', 'expired');
const skip = fc.record({ what: fc.string(), reason, count: fc.integer({ min: 1, max: 50 }) });
const runs = fc.record({ scanned: amount, unchanged: amount, older: amount, skipped: fc.dictionary(fc.constantFrom('expired', 'gone', 'unreadable'), amount, { maxKeys: 3 }) }).map((all) => ({ ...all, planned: all.scanned + all.unchanged + Object.values(all.skipped).reduce((sum, count) => sum + count, 0) }));

const coverage = fc.record({ refs: amount, texts: amount, files: part, blobs: part, commits: part, skipped: fc.array(skip, { maxLength: 30 }), runs: fc.option(runs, { nil: undefined }) }).map(
  ({ refs, texts, files, blobs, commits, skipped, runs: counts }): PieceCoverage => {
    const counted = (index: 0 | 1) => ({ files: files[index], blobs: blobs[index], commits: commits[index], bytes: 0 });
    // A scanner that leaves something out says so: that is its own property, tested where it is made.
    const told = blobs[0] === blobs[1] ? skipped : [...skipped, { what: 'x', reason: 'too-large' as const }];
    const complete = !told.some((one) => ['unreadable', 'too-large'].includes(one.reason));
    return { refs, texts, planned: counted(0), scanned: counted(1), skipped: told, complete, ...(counts === undefined ? {} : { runs: counts }) };
  },
);

/** As the state of a run may be left by kills at any moment. */
const record = fc.record({ state: fc.constantFrom('planned', 'leased', 'scanned', 'unchanged', 'skipped'), reason: fc.constantFrom('empty', 'clone-failed', 'worker-failed'), coverage: fc.option(coverage, { nil: undefined }) });

describe('the proof of coverage', () => {
  it('adds up, of each repository and in all, wherever a run was broken off', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 12 }), fc.array(skip, { maxLength: 2 }), async (made, gaps) => {
        const records = async function* (): AsyncGenerator<StoredRepository> {
          await Promise.resolve();
          for (const [index, { state, reason: why, coverage: seen }] of made.entries()) {
            const isEnded = state === 'scanned' || state === 'unchanged' || state === 'skipped';
            const facts = JSON.stringify({ name: `acme/r${index}`, webUrl: '', visibility: 'private', isArchived: false, isFork: false });
            yield { name: `acme/r${index}`, facts, state, ...(state === 'skipped' ? { reason: why } : {}), ...(isEnded && seen !== undefined && state !== 'skipped' ? { coverage: JSON.stringify(seen) } : {}) };
          }
        };
        const report = await buildReport({ tool: { name: 'tokenwarden', version: '0', catalogueDigest: '' }, run: { id: 'r', startedAt: '', finishedAt: '' }, target: 'github:acme', gaps, records: records(), knownBefore: () => Promise.resolve(new Set()) });
        expect(brokenSums(report)).toEqual([]);
      }),
      { seed: 20_261_122, numRuns: 300 },
    );
  });
});
