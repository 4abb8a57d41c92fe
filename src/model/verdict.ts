/** What a policy check says of one credential. `undetermined` never becomes a pass. */
export type Verdict =
  | { readonly status: 'pass'; readonly evidence: string }
  | { readonly status: 'violation'; readonly evidence: string; readonly remedy: string }
  | { readonly status: 'undetermined'; readonly why: string }
  | { readonly status: 'notApplicable'; readonly why: string };

export interface CheckedVerdict {
  readonly check: string;
  /** The severity the policy gives a violation of this check when the token is active; absent: the contract's default. */
  readonly severity?: Severity;
  readonly verdict: Verdict;
}

export type Severity = 'critical' | 'high' | 'medium' | 'low';

export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** Whether `severity` is at or above `floor`. */
export function isAtLeast(severity: Severity, floor: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(floor);
}
