import type { Credential } from './credential.ts';
import type { Introspection } from './introspection.ts';
import type { CheckedVerdict, Severity } from './verdict.ts';

/** The last answer that was `active` or `inactive`, remembered by the inventory while the issuer is silent. */
export interface LastKnown {
  readonly status: 'active' | 'inactive';
  readonly violating: boolean;
  readonly at: Date;
}

export interface Waiver {
  readonly owner: string;
  readonly reason: string;
  /** RFC 3339 date. */
  readonly expires: string;
  /** Absent: `waiver`. */
  readonly kind?: WaiverKind;
  /** Where it stands: the waiver file, or a comment beside the finding. */
  readonly source?: 'file' | 'inline';
  readonly requestedBy?: string;
  readonly approvedBy?: string;
}

/** `waiver`: one finding, accepted by a person. `baseline`: written in bulk. `false-positive`: not a credential at all. */
export type WaiverKind = 'waiver' | 'baseline' | 'false-positive';

/** A waiver that names the finding and does not hold: the finding counts as if it were not there. */
export interface IdleWaiver extends Waiver {
  /** `requested`: not (yet) at the base commit, or not approved. `partial`: comments beside some of its places only. */
  readonly state: 'requested' | 'expired' | 'void' | 'partial';
  /** Why it does not hold and what would make it, for people. */
  readonly why: string;
}

export interface Finding {
  /** 20 hex digits from rule and fingerprint: no line number, no redaction, no order in it. */
  readonly id: string;
  readonly credential: Credential;
  readonly introspection: Introspection;
  readonly verdicts: readonly CheckedVerdict[];
  readonly severity: Severity;
  /** `RULE/live` when active and violating (or last known so, while unknown), else `RULE`. */
  readonly ruleId: string;
  readonly lastKnown?: LastKnown;
  readonly waiver?: Waiver;
  /** Absent where `waiver` holds, or where there is none at all. */
  readonly idleWaiver?: IdleWaiver;
  /** Set where a range was judged and the tree at its end no longer holds it anywhere that it was added. Whoever has the history still has it. */
  readonly removed?: true;
  /** The alert of code scanning that shows it, if one does. */
  readonly alert?: { readonly url: string };
  /** Fails the run: at or above `--fail-on`, not waived, not inactive, medium confidence and up. */
  readonly failing: boolean;
}
