import { expect, it } from 'vitest';
import type { OrganizationReport } from '../../../src/model/index.ts';
import { earlierPoints, trendPoint } from '../../../src/organization/trend.ts';

const report = (at: string, earlier: OrganizationReport['run']['earlier'] = [], complete = true): OrganizationReport =>
  ({ run: { id: at, startedAt: at, finishedAt: at, earlier }, coverage: { complete }, findings: [{ failing: true, status: 'active' }, { failing: false, status: 'inactive' }], difference: { new: 1, reopened: 1, still: 0, fixed: [{}], gone: [{}, {}], unseen: [{}] } }) as unknown as OrganizationReport;

it('a run is remembered in a few numbers, and one that saw less says so', () => {
  expect(trendPoint(report('2026-01-01', [], false))).toEqual({ at: '2026-01-01', credentials: 2, failing: 1, active: 1, new: 2, closed: 3, complete: false });
});

it('each run knows those before it, the oldest first, and no more than two months of nights', () => {
  expect(earlierPoints(undefined)).toEqual([]);
  let last = report('0');
  for (let night = 1; night <= 70; night += 1) last = report(String(night), earlierPoints(last));
  const points = earlierPoints(last);
  expect([points.length, points[0]?.at, points.at(-1)?.at]).toEqual([60, '11', '70']);
});
