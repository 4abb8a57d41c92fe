import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CANONICAL } from '../../../fixtures/report/result.ts';
import { leftovers, partsOf } from '../../../src/cli/code-scanning/upload.ts';
import type { AuditResult, Finding } from '../../../src/model/index.ts';
import { intakeProblems } from '../../github/sarif-intake.ts';

/** So many findings that differ in their ids only. */
function many(count: number): AuditResult {
  const [one] = CANONICAL.findings;
  if (one === undefined) throw new Error('the canonical result has findings');
  const findings = Array.from({ length: count }, (_one, at): Finding => ({ ...one, id: createHash('sha256').update(String(at)).digest('hex').slice(0, 20) }));
  return { ...CANONICAL, findings };
}

const resultsIn = (sarif: string): readonly string[] => (intakeProblems(sarif).log?.runs ?? []).flatMap(({ results = [] }) => results.map((result) => result.partialFingerprints?.['tokenwarden/v1'] ?? ''));

describe('what is uploaded', () => {
  it('is one file of the plain category as long as it fits, and one that GitHub takes', () => {
    const [part, ...more] = partsOf(CANONICAL, 'tokenwarden');
    expect(more).toEqual([]);
    expect(part?.category).toBe('tokenwarden');
    expect(intakeProblems(part?.sarif ?? '').problems).toEqual([]);
  });

  it('is split so that GitHub shows each result, and loses none', () => {
    const result = many(1_200);
    const limits = { maxResults: 100, maxGzipBytes: 10_000_000, maxParts: 64 };
    const parts = partsOf(result, 'nightly', limits);
    expect(parts.every(({ sarif }) => resultsIn(sarif).length <= 100)).toBe(true);
    expect(parts.flatMap(({ sarif }) => resultsIn(sarif)).sort()).toEqual(result.findings.map(({ id }) => id).sort());
    expect(new Set(parts.map(({ category }) => category)).size).toBe(parts.length);
    for (const { sarif } of parts) expect(intakeProblems(sarif).problems).toEqual([]);
  });

  it('is split by size, too', () => {
    const whole = partsOf(many(400), 'x')[0]?.sarif.length ?? 0;
    const parts = partsOf(many(400), 'x', { maxResults: 5_000, maxGzipBytes: Math.floor(whole / 3), maxParts: 64 });
    expect(parts.length).toBeGreaterThan(1);
  });

  it('keeps a finding in its part when others come and go', () => {
    const limits = { maxResults: 100, maxGzipBytes: 10_000_000, maxParts: 64 };
    const where = (result: AuditResult): ReadonlyMap<string, string> => new Map(partsOf(result, 'x', limits).flatMap(({ category, sarif }) => resultsIn(sarif).map((id) => [id, category] as const)));
    const before = where(many(1_000));
    const result = many(1_000);
    const after = where({ ...result, findings: result.findings.filter((_one, at) => at % 10 !== 0) });
    for (const [id, category] of after) expect(before.get(id)).toBe(category);
  });

  it('empties the parts that it no longer needs, and nobody else\'s', () => {
    const parts = partsOf(CANONICAL, 'x');
    expect(leftovers('x', parts, ['x', 'x-part-2', 'x-part-2', 'x-part-10', 'y-part-2', 'x-history', 'x-part-two'])).toEqual(['x-part-10', 'x-part-2']);
  });
});
