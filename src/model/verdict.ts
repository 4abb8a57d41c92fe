/** What a policy check says of one credential. `undetermined` never becomes a pass. */
export type Verdict =
  | ({ readonly status: 'pass'; readonly evidence: string } & Basis)
  | ({ readonly status: 'violation'; readonly evidence: string; readonly remedy: string } & Basis)
  | ({ readonly status: 'undetermined'; readonly why: string } & Basis)
  | { readonly status: 'notApplicable'; readonly why: string };

/** What a verdict rests on, apart from its sentence. */
export interface Basis {
  readonly grounds?: readonly Ground[];
  /** What the policy demands, in its own words: `at most 14d`. */
  readonly threshold?: string;
  /** Of a violation that a change of the living token would end: what policy allows it. */
  readonly allows?: Allowance;
}

/** What policy allows a token that may do too much, or lives too long. */
export interface Allowance {
  /** Scopes that go beyond what policy allows. */
  readonly drop?: readonly string[];
  /** How long it may live from its issue, or from now where nobody knows when that was. Milliseconds. */
  readonly lifetimeMs?: number;
}

/** One fact and who said it. When the issuer said it stands with the introspection, never here: reports are free of clocks. */
export interface Ground {
  /** `expires`, `last used`, `scopes`. */
  readonly fact: string;
  readonly value: string;
  readonly by: 'issuer' | 'token' | 'place' | 'repository' | 'inventory' | 'owner' | 'configuration';
  /** Who exactly: a store, a file and line, a person. */
  readonly source: string;
}

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
