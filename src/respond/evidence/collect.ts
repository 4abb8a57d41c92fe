import { SEVERITIES } from '../../model/index.ts';
import type { AuditRecord, Severity, Sla } from '../../model/index.ts';
import { readReviews, type Review } from '../page/reviews.ts';

/** One promise of `sla:` and what became of it. Milliseconds since the finding was detected. */
export interface Promised {
  readonly limitMs: number;
  /** Absent: it has not happened. */
  readonly tookMs?: number;
  readonly kept: 'yes' | 'no' | 'pending';
}

export interface FindingTimes {
  readonly finding: string;
  readonly rule: string;
  readonly fingerprint?: string;
  readonly severity?: Severity;
  readonly owners: readonly string[];
  /** Since when somebody could read it, as far as it is known. */
  readonly exposedAt?: string;
  /** The first audit that called it living and against the policy. */
  readonly detectedAt: string;
  /** The first page, issue or incident. */
  readonly toldAt?: string;
  /** The first time its issuer called it dead. */
  readonly deadAt?: string;
  readonly sla: { readonly told?: Promised; readonly dead?: Promised };
}

export interface ActionEvidence {
  readonly plan: string;
  readonly action: string;
  readonly kind: string;
  readonly finding: string;
  readonly rule: string;
  readonly at: string;
  readonly result: string;
  readonly actor: string;
  readonly authority: string;
  readonly approvedBy: readonly string[];
  /** How and when the issuer confirmed it; absent: it did not. */
  readonly proof?: unknown;
}

export interface Evidence {
  readonly from: string;
  readonly to: string;
  readonly audits: readonly Readonly<Record<string, unknown>>[];
  readonly policies: readonly { readonly policy: string; readonly respond: string; readonly catalogue: string; readonly first: string; readonly last: string; readonly audits: number }[];
  readonly findings: readonly FindingTimes[];
  readonly actions: readonly ActionEvidence[];
  readonly waivers: readonly Readonly<Record<string, unknown>>[];
  readonly attestations: readonly Readonly<Record<string, unknown>>[];
  readonly reviews: readonly Review[];
}

export interface EvidenceOptions {
  /** Inclusive. */
  readonly from: Date;
  readonly to: Date;
  readonly now: Date;
  readonly sla?: Sla;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);

type Open = { -readonly [Key in keyof Omit<FindingTimes, 'sla'>]: FindingTimes[Key] };

/** The audit pack of a time: a fold over the whole ledger, since what was detected before may have died within. Deterministic. */
export async function collectEvidence(records: AsyncIterable<AuditRecord>, { from, to, now, sla }: EvidenceOptions): Promise<Evidence> {
  const within = (at: string): boolean => Date.parse(at) >= from.getTime() && Date.parse(at) <= to.getTime();
  const kept: AuditRecord[] = [];
  const findings = new Map<string, Open>();
  const byFingerprint = new Map<string, Set<string>>();
  const authorities = new Map<string, { readonly authority: string; readonly approvedBy: readonly string[] }>();
  const actions: ActionEvidence[] = [];
  for await (const record of records) {
    const { event, at, detail, fingerprint, actor } = record;
    if (Date.parse(at) > to.getTime()) continue;
    const finding = text(detail['finding']);
    if (event === 'finding.live' && finding !== undefined) {
      const known = findings.get(finding);
      // What lived again after its death is detected anew.
      if (known === undefined || known.deadAt !== undefined) findings.set(finding, detected(record, finding));
      if (fingerprint !== undefined) byFingerprint.set(fingerprint, (byFingerprint.get(fingerprint) ?? new Set()).add(finding));
    }
    for (const told of event === 'incident' || event === 'issue.opened' ? [finding] : event === 'page.queued' ? texts(detail['findings']) : []) {
      const known = told === undefined ? undefined : findings.get(told);
      if (known !== undefined) known.toldAt ??= at;
    }
    const isDead = (event === 'introspect.answered' && detail['status'] === 'inactive') || (event === 'apply.result' && ['done', 'already-inactive'].includes(String(detail['status'])) && detail['kind'] !== 'shorten' && detail['kind'] !== 'narrow');
    for (const dead of isDead && fingerprint !== undefined ? (byFingerprint.get(fingerprint) ?? []) : []) {
      const known = findings.get(dead);
      if (known !== undefined) known.deadAt ??= at;
    }
    if (event === 'apply.started') authorities.set(record.run, { authority: text(detail['authority']) ?? 'person', approvedBy: texts(detail['approvedBy']) });
    if (!within(at)) continue;
    kept.push(record);
    if (event === 'apply.result' && detail['status'] !== 'would') {
      const { authority, approvedBy } = authorities.get(record.run) ?? { authority: 'person', approvedBy: [] };
      actions.push({ plan: text(detail['plan']) ?? '', action: text(detail['action']) ?? '', kind: text(detail['kind']) ?? '', finding: finding ?? '', rule: text(detail['rule']) ?? '', at, result: text(detail['status']) ?? '', actor, authority, approvedBy, ...(detail['proof'] === undefined ? {} : { proof: detail['proof'] }) });
    }
  }
  const touched = [...findings.values()].filter(({ detectedAt, deadAt }) => deadAt === undefined || within(deadAt) || within(detectedAt));
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    audits: kept.filter(({ event }) => event === 'audit.finished').map(({ at, run, actor, detail }) => ({ at, run, actor, ...detail })),
    policies: policiesOf(kept),
    findings: touched.map((finding) => ({ ...finding, sla: judged(finding, sla, now.getTime() < to.getTime() ? now : to) })),
    actions,
    waivers: latest(kept.filter(({ event }) => event === 'finding.waived')),
    attestations: kept.filter(({ event }) => event === 'attest').map(({ at, actor, detail }) => ({ at, actor, ...detail })),
    reviews: await readReviews(kept),
  };
}

function detected({ at, detail, fingerprint }: AuditRecord, finding: string): Open {
  const exposedAt = text(detail['exposedSince']);
  const severity = SEVERITIES.find((one) => one === detail['severity']);
  return { finding, rule: text(detail['rule']) ?? '', detectedAt: at, owners: texts(detail['owners']), ...(fingerprint === undefined ? {} : { fingerprint }), ...(severity === undefined ? {} : { severity }), ...(exposedAt === undefined ? {} : { exposedAt }) };
}

function judged({ detectedAt, toldAt, deadAt, severity }: Open, sla: Sla | undefined, end: Date): FindingTimes['sla'] {
  const dead = severity === undefined ? undefined : sla?.deadMs[severity];
  return { ...(sla?.toldMs === undefined ? {} : { told: promised(sla.toldMs, detectedAt, toldAt, end) }), ...(dead === undefined ? {} : { dead: promised(dead, detectedAt, deadAt, end) }) };
}

function promised(limitMs: number, detectedAt: string, happenedAt: string | undefined, end: Date): Promised {
  if (happenedAt === undefined) return { limitMs, kept: end.getTime() - Date.parse(detectedAt) > limitMs ? 'no' : 'pending' };
  const tookMs = Date.parse(happenedAt) - Date.parse(detectedAt);
  return { limitMs, tookMs, kept: tookMs <= limitMs ? 'yes' : 'no' };
}

function policiesOf(records: readonly AuditRecord[]): Evidence['policies'] {
  const versions = new Map<string, { policy: string; respond: string; catalogue: string; first: string; last: string; audits: number }>();
  for (const { event, at, detail } of records) {
    if (event !== 'audit.finished') continue;
    const [policy, respond, catalogue] = [text(detail['policy']) ?? '', text(detail['respond']) ?? '', text(detail['catalogue']) ?? ''];
    const key = `${policy} ${respond} ${catalogue}`;
    const known = versions.get(key);
    versions.set(key, { policy, respond, catalogue, first: known?.first ?? at, last: at, audits: (known?.audits ?? 0) + 1 });
  }
  return [...versions.values()];
}

/** The last word on each finding. */
function latest(records: readonly AuditRecord[]): readonly Readonly<Record<string, unknown>>[] {
  return [...new Map(records.map(({ at, detail }) => [detail['finding'], { at, ...detail }] as const)).values()];
}
