import type {
  AuditResult,
  Confidence,
  Coverage,
  Credential,
  Finding,
  IdleWaiver,
  Introspection,
  LastKnown,
  Location,
  OfflineFacts,
  Rule,
  RunInfo,
  Severity,
  Verification,
  Waiver,
  CheckedVerdict,
} from '../../model/index.ts';

/** Dates of a model type as they stand in JSON: RFC 3339 text. */
export type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Json<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Json<T[Key]> }
      : T;

type WithoutAt<T> = T extends unknown ? Omit<T, 'at'> : never;

/** What is told of a credential: never the secret, only its mask and fingerprint. */
export interface ReportedCredential {
  readonly fingerprint: string;
  /** Id of one of the report's `rules`. */
  readonly rule: string;
  readonly issuer: string;
  readonly companions: readonly { readonly name: string; readonly masked: string; readonly fingerprint: string }[];
  readonly facts?: Json<OfflineFacts>;
  readonly entropyBits: number;
  readonly features: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
}

export interface ReportedFinding {
  readonly id: string;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly masked: string;
  readonly failing: boolean;
  readonly credential: ReportedCredential;
  /** All of them, the one to look at first in front. */
  readonly locations: readonly Location[];
  /** How many more there are; only in reports of more than 1,500,000 places. */
  readonly locationsLeftOut?: number;
  /** Its time stands in `run.introspectedAt`. */
  readonly introspection: Json<WithoutAt<Introspection>>;
  readonly verdicts: readonly CheckedVerdict[];
  /** How many more there are, all of them open or not applicable; only in reports of more than 20,000 findings. */
  readonly verdictsLeftOut?: number;
  readonly lastKnown?: Json<LastKnown>;
  readonly waiver?: Waiver;
  readonly idleWaiver?: IdleWaiver;
  /** The tree at the end of the range no longer holds it; whoever has the history still has it. */
  readonly removed?: true;
  readonly alert?: Finding['alert'];
}

/** What `explain` needs of a rule. */
export type ReportedRule = Pick<Rule, 'id' | 'issuer' | 'issuerName' | 'name' | 'tokenType' | 'lifetime' | 'confidence' | 'opens' | 'revokeByHand' | 'references'>;

/** The JSON report. Everything but `run` is the same for the same input. */
export interface ReportDocument {
  readonly $schema: string;
  readonly schemaVersion: 1;
  readonly tool: AuditResult['tool'];
  readonly run: Json<RunInfo> & {
    /** When each finding's issuer answered, by finding id: a clock, so it stands here. Absent for those nobody asked. */
    readonly introspectedAt: Readonly<Record<string, string>>;
  };
  readonly coverage: Coverage;
  readonly verification: Verification;
  readonly minConfidence: Confidence;
  readonly failOn?: Severity;
  /** Waiver comments that are wrong; the run ended with exit code 2. */
  readonly waiverProblems?: readonly string[];
  readonly findings: readonly ReportedFinding[];
  readonly rules: readonly ReportedRule[];
}

export const SCHEMA_VERSION = 1;
/** Name of the published schema; a URN, as it is found in the package and not on a host. */
export const SCHEMA_ID = 'urn:tokenwarden:report:1';

export function reportedCredential(credential: Credential): ReportedCredential {
  return {
    fingerprint: credential.fingerprint,
    rule: credential.rule.id,
    issuer: credential.issuer,
    companions: credential.companions.map(({ name, secret }) => ({ name, masked: secret.masked, fingerprint: secret.fingerprint })),
    ...(credential.facts === undefined ? {} : { facts: toJson(credential.facts) }),
    entropyBits: Math.round(credential.entropyBits * 10) / 10,
    features: sortedKeys(credential.features),
    hosts: [...credential.hosts].sort(),
  };
}

export function reportedRule(rule: Rule): ReportedRule {
  const { id, issuer, issuerName, name, tokenType, lifetime, confidence, opens, revokeByHand, references } = rule;
  return { id, issuer, issuerName, name, tokenType, lifetime, confidence, opens, revokeByHand, references };
}

/** Whether anybody was asked, so that a time of the answer exists. */
export function wasAsked(finding: Pick<Finding, 'introspection'>): boolean {
  return finding.introspection.status !== 'notAttempted';
}

/** Plain data with dates as text; an invalid date becomes its absence rather than a crash. */
export function toJson<T>(value: T): Json<T> {
  const walk = (item: unknown): unknown => {
    if (item instanceof Date) return Number.isNaN(item.getTime()) ? undefined : item.toISOString();
    if (Array.isArray(item)) return item.map(walk);
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.entries(item).flatMap(([key, field]) => (field === undefined ? [] : [[key, walk(field)]])));
  };
  return walk(value) as Json<T>;
}

export function sortedKeys<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
