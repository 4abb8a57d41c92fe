import type { Waiver, WaiverKind } from '../model/index.ts';

/** A waiver as it is written down: in the file it names a credential; as a comment it stands beside one. */
export interface WrittenWaiver {
  readonly rule: string;
  readonly kind: WaiverKind;
  readonly owner: string;
  readonly reason: string;
  /** `YYYY-MM-DD`; it holds through the end of that day, UTC. */
  readonly expires: string;
  readonly requestedBy?: string;
  readonly approvedBy?: string;
  /** What was known when it was given, as `writeVerdict` puts it. Absent: given to a credential that nobody called active. */
  readonly verdict?: string;
}

/** One line of the waiver file. */
export interface WaiverEntry extends WrittenWaiver {
  readonly fingerprint: string;
}

/** What a configuration demands of waivers. */
export interface WaiverPolicy {
  /** How many days ahead a waiver may expire. */
  readonly maxDays: number;
  /** Whether each needs `approved-by`. */
  readonly requireApproval: boolean;
}

/** Rule ids, also those that people give their own kinds. */
export const RULE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
export const FINGERPRINT = /^tw1:[0-9a-f]{32}$/;

/** By what an entry is found: a file holds one of each. */
export function keyOf({ fingerprint, rule }: Pick<WaiverEntry, 'fingerprint' | 'rule'>): string {
  return `${fingerprint} ${rule}`;
}

/** What reports show of it. */
export function shownWaiver({ kind, owner, reason, expires, requestedBy, approvedBy }: WrittenWaiver, source: NonNullable<Waiver['source']>): Waiver {
  return { owner, reason, expires, kind, source, ...(requestedBy === undefined ? {} : { requestedBy }), ...(approvedBy === undefined ? {} : { approvedBy }) };
}

/** Whether two say the same in every field. */
export function isSame(a: WrittenWaiver, b: WrittenWaiver): boolean {
  return FIELDS.every((field) => a[field] === b[field]);
}

const FIELDS = ['rule', 'kind', 'owner', 'reason', 'expires', 'requestedBy', 'approvedBy', 'verdict'] as const satisfies readonly (keyof WrittenWaiver)[];
