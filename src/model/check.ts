import type { Credential } from './credential.ts';
import type { Introspection } from './introspection.ts';
import type { Strictness } from './strictness.ts';
import type { Surroundings } from './surroundings.ts';
import type { Severity, Verdict } from './verdict.ts';

/** The one record that a check sees. Pure data; `now` is given apart. */
export interface PolicyRecord {
  readonly credential: Credential;
  readonly introspection: Introspection;
  /** Absent: nobody looked. */
  readonly surroundings?: Surroundings;
}

/** JSON Schema of a check's parameters, draft 2020-12; used for `tokenwarden.yml` and the published schema. */
export type ParamsSchema = Readonly<Record<string, unknown>>;

/** One file of `src/policy/`. `judge` is pure: no clock, no I/O, one credential. */
export interface Check<Params = unknown> {
  readonly id: string;
  readonly title: string;
  /** Why it matters, one or two sentences; shown by `explain` and the docs. */
  readonly rationale: string;
  readonly references: readonly string[];
  readonly schema: ParamsSchema;
  readonly defaults: Params;
  /** Severity of a violation when the token is active, unless the policy sets another. */
  readonly severity: Severity;
  /** Of each parameter, which value is the tighter one: what a policy demands may be tightened by who extends it. Parameters that are not named: `same`. */
  readonly tighter?: { readonly [Name in keyof Params]?: Strictness };
  /** What no schema can say of parameters: names of nothing, limits that contradict each other. Each `roles.ci: …`, where below the check and what is wrong. */
  complaints?(params: Params): readonly string[];
  judge(record: PolicyRecord, params: Params, now: Date): Verdict;
}
