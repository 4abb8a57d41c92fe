import type { OrganizationReport, TrendPoint } from '../model/index.ts';

/** So many runs are looked back on: two months of nights. */
const MOST_POINTS = 60;

/** What the trend needs of the run before, which knows those before it. */
export type TrendSource = Pick<OrganizationReport, 'run' | 'findings' | 'difference' | 'coverage'>;

/** A run in a few numbers. */
export function trendPoint({ run, findings, difference, coverage }: TrendSource): TrendPoint {
  const count = (is: (finding: OrganizationReport['findings'][number]) => boolean): number => findings.filter(is).length;
  return { at: run.startedAt, credentials: findings.length, failing: count(({ failing }) => failing), active: count(({ status }) => status === 'active'), new: difference.new + difference.reopened, closed: difference.fixed.length + difference.gone.length, complete: coverage.complete };
}

/** The runs before, the oldest first. */
export function earlierPoints(previous: TrendSource | undefined): readonly TrendPoint[] {
  return previous === undefined ? [] : [...(previous.run.earlier ?? []), trendPoint(previous)].slice(-MOST_POINTS);
}
