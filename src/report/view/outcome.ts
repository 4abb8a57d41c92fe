import { SEVERITIES } from '../../model/index.ts';
import type { AuditResult, Finding, Severity } from '../../model/index.ts';
import { amount, thousands } from './amount.ts';
import { coverageOf, excludedLine } from './coverage.ts';
import { select, severityList } from './selection.ts';
import { isWithheld } from './verification.ts';

/** Headline and exit of a run, in the words of the contract. */
export interface Outcome {
  /** `clear` only when everything planned was read and nothing is shown. */
  readonly kind: 'clear' | 'findings' | 'incomplete' | 'nothing-scanned';
  readonly headline: string;
  /** 2 beats 3 beats 1; of what makes it 2, only waiver comments that are wrong reach a report. */
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly exitReason: string;
}

/** Findings that fail nothing are named with their reason: a count of them beside "no finding fails" reads as a contradiction. */
function whyNoneFails(shown: readonly Finding[], failOn: Severity | undefined): string {
  const floor = failOn === undefined ? '' : ` at or above ${failOn}`;
  if (shown.length === 0) return `no finding${floor} fails this run`;
  if (shown.some(isWithheld)) return `none of these findings fails this run, for reasons that are not for the public`;
  const counts = new Map<string, number>();
  for (const finding of shown) counts.set(reasonOf(finding, failOn), (counts.get(reasonOf(finding, failOn)) ?? 0) + 1);
  return `${shown.length === 1 ? 'the finding does not fail' : `none of the ${thousands(shown.length)} findings fails`} this run: ${[...counts].map(([reason, count]) => `${thousands(count)} ${reason}`).join(', ')}`;
}

function reasonOf({ introspection, severity, verdicts }: Finding, failOn: Severity | undefined): string {
  if (introspection.status === 'inactive') return 'dead';
  if (introspection.status === 'active' && verdicts.every(({ verdict }) => verdict.status !== 'violation')) return 'live where policy permits it';
  if (failOn !== undefined && SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(failOn)) return `below ${failOn}`;
  return 'let pass by the configuration';
}

export function outcomeOf(result: AuditResult): Outcome {
  const { shown, hidden, waived } = select(result);
  const coverage = coverageOf(result.coverage);
  const failing = result.findings.filter((finding) => finding.failing);
  const floor = result.failOn === undefined ? '' : ` at or above ${result.failOn}`;
  const failure = result.findings.some(isWithheld) ? 'findings fail this run' : `${amount(failing.length, 'finding')}${floor} ${failing.length === 1 ? 'fails' : 'fail'} this run`;
  const gaps = `coverage is incomplete: ${amount(coverage.gaps.reduce((sum, gap) => sum + (gap.count ?? 1), 0), 'gap')}`;
  const wrong = result.waiverProblems?.length ?? 0;
  const exit = wrong > 0
    ? { exitCode: 2 as const, exitReason: `${amount(wrong, 'waiver comment')} ${wrong === 1 ? 'is' : 'are'} wrong${failing.length === 0 ? '' : `; besides, ${failure}`}` }
    : !coverage.complete
    ? { exitCode: 3 as const, exitReason: failing.length === 0 ? gaps : `${gaps}; besides, ${failure}` }
    : failing.length > 0
      ? { exitCode: 1 as const, exitReason: failure }
      : { exitCode: 0 as const, exitReason: whyNoneFails(shown, result.failOn) };

  if (shown.length > 0) {
    const cut = coverage.complete ? '' : '; more may be in what was not scanned';
    return { kind: 'findings', headline: `${amount(shown.length, 'finding')}: ${severityList(shown)}${cut}`, ...exit };
  }
  if (!coverage.complete) {
    return { kind: 'incomplete', headline: 'This is not an all-clear: no finding in what was scanned, but the scan is incomplete', ...exit };
  }
  if (coverage.empty) return { kind: 'nothing-scanned', headline: 'Nothing was scanned: the target holds nothing to read', ...exit };
  const left = excludedLine(coverage);
  const beside = [hidden.length === 0 ? '' : `${thousands(hidden.length)} of low confidence not shown`, waived.length === 0 ? '' : `${thousands(waived.length)} waived`].filter((part) => part !== '');
  return { kind: 'clear', headline: `All clear: no findings in ${coverage.scanned}${beside.length === 0 ? '' : ` (${beside.join(', ')})`}${left === '' ? '' : `; left out on purpose: ${left}`}`, ...exit };
}
