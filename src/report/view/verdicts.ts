import type { CheckedVerdict, Ground, Severity, Verdict } from '../../model/index.ts';
import type { Told } from './told.ts';

/** One policy check's word on one credential. */
export interface VerdictView {
  readonly check: string;
  readonly status: Verdict['status'];
  /** `violated`, `undetermined`, `pass`, `not applicable`. */
  readonly word: string;
  readonly text: string;
  readonly remedy?: string;
  readonly severity?: Severity;
  readonly grounds?: readonly Ground[];
  readonly threshold?: string;
}

const ORDER: readonly Verdict['status'][] = ['violation', 'undetermined', 'pass', 'notApplicable'];

/** Violations first, then what could not be decided, then the rest; within these the policy's order. */
export function verdictsOf(finding: Pick<Told, 'verdicts'>): readonly VerdictView[] {
  return finding.verdicts.map(viewOf).sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
}

/** Those that a person has to do something about or know about. */
export function openVerdictsOf(finding: Pick<Told, 'verdicts'>): readonly VerdictView[] {
  return verdictsOf({ verdicts: finding.verdicts.filter(({ verdict: { status } }) => status === 'violation' || status === 'undetermined') });
}

function viewOf({ check, severity, verdict }: CheckedVerdict): VerdictView {
  const { grounds, threshold } = verdict.status === 'notApplicable' ? {} : verdict;
  const base = { check, status: verdict.status, ...(severity === undefined ? {} : { severity }), ...(grounds === undefined ? {} : { grounds }), ...(threshold === undefined ? {} : { threshold }) };
  switch (verdict.status) {
    case 'violation':
      return { ...base, word: 'violated', text: verdict.evidence, remedy: verdict.remedy };
    case 'undetermined':
      return { ...base, word: 'undetermined', text: verdict.why };
    case 'pass':
      return { ...base, word: 'pass', text: verdict.evidence };
    case 'notApplicable':
      return { ...base, word: 'not applicable', text: verdict.why };
  }
}
