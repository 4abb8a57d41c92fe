import { GitHubError, listAt, numberAt, textAt, type GitHub } from '../../github/index.ts';
import type { Finding, IdleWaiver, LastKnown } from '../../model/index.ts';
import type { SarifTarget } from './upload.ts';

/** An alert of code scanning that shows one of our findings. */
export interface Alert {
  readonly number: number;
  readonly url: string;
  /** `RULE` or `RULE/live`. */
  readonly rule: string;
  readonly state: string;
  readonly category: string;
  readonly ref: string;
  readonly updatedAt?: string;
  readonly dismissed?: { readonly by: string; readonly reason: string; readonly comment: string; readonly at: string };
}

/** Which finding an alert shows stands in its message (`src/report/sarif/result.ts`), as the API gives no fingerprints. */
const SHOWN = /\bFinding ([0-9a-f]{20})\./;

const MAX_PAGES = 50;

/** All alerts of ours on the ref and on the default branch, by finding; those of the ref come first. */
export async function readAlerts(github: GitHub, { repository, ref: wanted }: SarifTarget): Promise<ReadonlyMap<string, readonly Alert[]>> {
  const byFinding = new Map<string, Alert[]>();
  const seen = new Set<string>();
  for (const ref of new Set([wanted, undefined])) {
    for await (const page of pagesOf(github, { ...repository, tool_name: 'tokenwarden', ref })) {
      for (const item of listAt({ page }, 'page')) {
        const number = numberAt(item, 'number');
        const finding = SHOWN.exec(textAt(item, 'most_recent_instance', 'message', 'text') ?? '')?.[1];
        const key = `${number ?? ''}`;
        if (number === undefined || finding === undefined || seen.has(key)) continue;
        seen.add(key);
        const by = textAt(item, 'dismissed_by', 'login');
        const at = textAt(item, 'dismissed_at');
        const updatedAt = textAt(item, 'updated_at') ?? textAt(item, 'created_at');
        const alert: Alert = {
          number,
          url: textAt(item, 'html_url') ?? '',
          rule: textAt(item, 'rule', 'id') ?? '',
          state: textAt(item, 'state') ?? '',
          category: textAt(item, 'most_recent_instance', 'category') ?? '',
          ref: textAt(item, 'most_recent_instance', 'ref') ?? '',
          ...(updatedAt === undefined ? {} : { updatedAt }),
          ...(textAt(item, 'state') !== 'dismissed' || by === undefined || at === undefined ? {} : { dismissed: { by, at, reason: textAt(item, 'dismissed_reason') ?? '', comment: textAt(item, 'dismissed_comment') ?? '' } }),
        };
        byFinding.set(finding, [...(byFinding.get(finding) ?? []), alert]);
      }
    }
  }
  return byFinding;
}

/** Where nothing was ever uploaded GitHub answers 404, not an empty list. */
async function* pagesOf(github: GitHub, parameters: Parameters<typeof github.pages<'code-scanning/list-alerts-for-repo'>>[1]): AsyncGenerator<unknown> {
  try {
    yield* github.pages('code-scanning/list-alerts-for-repo', parameters, MAX_PAGES);
  } catch (error) {
    if (!(error instanceof GitHubError && error.trouble === 'not-found')) throw error;
  }
}

/**
 * What open alerts say of findings: a machine that starts anew each time has no inventory, and while an issuer is silent the alert
 * must keep its rule. Only "live" is taken from there; nothing is ever called dead by it.
 */
export function lastKnownFrom(alerts: ReadonlyMap<string, readonly Alert[]>, ids: readonly string[]): ReadonlyMap<string, LastKnown> {
  const known = new Map<string, LastKnown>();
  for (const id of ids) {
    const live = alerts.get(id)?.find(({ state, rule }) => state !== 'fixed' && rule.endsWith('/live'));
    const at = new Date(live?.updatedAt ?? '');
    if (live !== undefined && !Number.isNaN(at.getTime())) known.set(id, { status: 'active', violating: true, at });
  }
  return known;
}

/** What the configuration of the base says of dismissals. */
export interface DismissalPolicy {
  /** Logins and `role:…`; empty: nobody. */
  readonly by: readonly string[];
  /** Empty: `false positive` and `used in tests`. */
  readonly reasons: readonly string[];
  readonly maxDays: number;
  readonly now: Date;
  /** The role of a login in the repository, as GitHub names it; undefined where it cannot be known. */
  readonly roleOf: (login: string) => Promise<string | undefined>;
}

const REASONS = ['false positive', 'used in tests'];
const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];
const DAY_MS = 86_400_000;

/** The finding with its alert's address, and with the alert's dismissal as a waiver if the policy lets that person and reason waive. A live credential is never waived by one. */
export async function withAlert(finding: Finding, alerts: readonly Alert[], policy: DismissalPolicy): Promise<Finding> {
  const shown = alerts.find(({ rule, state }) => rule === finding.ruleId && state !== 'fixed') ?? alerts.find(({ state }) => state !== 'fixed');
  const linked: Finding = shown === undefined || shown.url === '' ? finding : { ...finding, alert: { url: shown.url } };
  const dismissed = alerts.find((alert) => alert.dismissed !== undefined)?.dismissed;
  if (dismissed === undefined || finding.waiver !== undefined || finding.introspection.status === 'inactive') return linked;
  const { by, reason, comment, at } = dismissed;
  const expires = new Date(new Date(at).getTime() + policy.maxDays * DAY_MS);
  if (Number.isNaN(expires.getTime())) return linked;
  const words = { owner: by, reason: comment === '' ? `dismissed in code scanning as ${reason}` : `dismissed in code scanning as ${reason}: ${comment}`, expires: expires.toISOString().slice(0, 10), kind: reason === 'false positive' ? ('false-positive' as const) : ('waiver' as const) };
  const idle = (state: IdleWaiver['state'], why: string): Finding => ({ ...linked, idleWaiver: { ...words, state, why } });
  const isLive = finding.introspection.status === 'active' || finding.lastKnown?.status === 'active';
  if (isLive) return idle('void', 'dismissed without authority: a live credential is never waived by a dismissal; revoke it');
  if (!(policy.reasons.length === 0 ? REASONS : policy.reasons).includes(reason)) return idle('void', `dismissed without authority: waivers.dismissed-reasons does not name "${reason}"`);
  if (!(await mayDismiss(by, policy))) return idle('void', `dismissed without authority: waivers.dismissed-by does not name ${by} or their role`);
  if (expires < policy.now) return idle('expired', 'a dismissal counts for as many days as waivers.max-days says');
  const { idleWaiver: _, ...rest } = linked;
  return { ...rest, waiver: words, failing: false };
}

async function mayDismiss(login: string, { by, roleOf }: DismissalPolicy): Promise<boolean> {
  if (by.some((name) => name.toLowerCase() === login.toLowerCase())) return true;
  const least = by.flatMap((name) => (name.startsWith('role:') ? [ROLES.indexOf(name.slice(5))] : [])).filter((rank) => rank > 0);
  if (least.length === 0) return false;
  const role = await roleOf(login);
  return role !== undefined && ROLES.indexOf(role) >= Math.min(...least);
}
