import { isGap, type OrganizationReport } from '../../src/model/index.ts';

const KINDS = ['repositories', 'refs', 'blobs', 'commits', 'files', 'runs'] as const;

/** What does not add up in a report's proof of coverage: nothing, in one that is right. */
export function brokenSums({ coverage, repositories }: OrganizationReport): readonly string[] {
  const wrong: string[] = [];
  const check = (what: string, holds: boolean): void => void (holds || wrong.push(what));
  for (const { name, sums, skips, state, reason, gaps, gapsLeftOut, complete, planned, scanned } of repositories) {
    for (const kind of KINDS) {
      const { planned: all, ...parts } = sums[kind];
      check(`${name}: ${kind} ${JSON.stringify(sums[kind])}`, all === parts.scanned + parts.unchanged + parts.skipped && Object.values(parts).every((part) => part >= 0));
    }
    check(`${name}: skipped without a reason`, (state === 'skipped') === (reason !== undefined));
    check(`${name}: blobs not seen and nothing says why`, planned.blobs === scanned.blobs || Object.keys(skips).length > 0);
    check(`${name}: complete with a gap`, !complete || (gaps.length === 0 && gapsLeftOut === 0));
    check(`${name}: more gaps than skips`, gaps.length + gapsLeftOut <= Object.values(skips).reduce((sum, count) => sum + count, 0));
  }
  for (const kind of KINDS) for (const part of ['planned', 'scanned', 'unchanged', 'skipped'] as const) check(`all: ${kind} ${part}`, coverage.sums[kind][part] === repositories.reduce((sum, { sums }) => sum + sums[kind][part], 0));
  check('all: repositories', coverage.repositories.planned === repositories.length && coverage.repositories.planned === coverage.repositories.scanned + coverage.repositories.unchanged + coverage.repositories.skipped);
  check('all: reasons', Object.values(coverage.reasons).reduce((sum, count) => sum + count, 0) === coverage.repositories.skipped);
  check('all: complete', coverage.complete === (repositories.every(({ complete }) => complete) && coverage.gaps.every((gap) => !isGap(gap))));
  return wrong;
}
