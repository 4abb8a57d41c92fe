import { createHash } from 'node:crypto';
import { formatInstant } from '../lib/instant.ts';
import type { Finding } from '../model/index.ts';
import type { WrittenWaiver } from './entry.ts';

/** What was known of a credential: a waiver accepts this and nothing worse. */
export interface KnownVerdict {
  /** `unverified`: nobody said whether it lives. */
  readonly status: 'active' | 'inactive' | 'unverified';
  /** Checks that it violated, sorted. */
  readonly violations: readonly string[];
  /** Digest of its scopes, where its issuer named them. */
  readonly scopes?: string;
}

/** The part of a finding that decides; findings of a JSON report have it, too. */
export type Judged = Pick<Finding, 'verdicts' | 'lastKnown'> & {
  readonly introspection: { readonly status: Finding['introspection']['status']; readonly why?: string; readonly facts?: { readonly scopes?: readonly string[] } };
};

/** What is violated by nothing but time that passes without an answer says nothing new of the credential: it ends no waiver. */
const OF_TIME: ReadonlySet<string> = new Set(['unverified-too-long']);

export function verdictOf({ introspection, verdicts }: Pick<Judged, 'introspection' | 'verdicts'>): KnownVerdict {
  const violations = verdicts.filter(({ check, verdict }) => verdict.status === 'violation' && !OF_TIME.has(check)).map(({ check }) => check);
  const { status, why, facts } = introspection;
  const known = status === 'active' || status === 'inactive' ? status : why === 'expired-offline' ? 'inactive' : 'unverified';
  const scopes = status === 'active' ? facts?.scopes : undefined;
  return { status: known, violations: [...new Set(violations)].sort(), ...(scopes === undefined ? {} : { scopes: digestOf(scopes) }) };
}

/** One word that people can read and compare: `active/leaked+no-expiry/scopes-1f2e3d4c5b6a`. */
export function writeVerdict({ status, violations, scopes }: KnownVerdict): string {
  return [status, ...(violations.length === 0 ? [] : [violations.join('+')]), ...(scopes === undefined ? [] : [`scopes-${scopes}`])].join('/');
}

const FORM = /^(active|inactive|unverified)(?:\/(?!scopes-)([a-z0-9-]+(?:\+[a-z0-9-]+)*))?(?:\/scopes-([0-9a-f]{12}))?$/;

/** Undefined if it is none. */
export function readVerdict(text: string): KnownVerdict | undefined {
  const found = FORM.exec(text);
  if (found === null) return undefined;
  const [, status, violations, scopes] = found;
  return { status: status as KnownVerdict['status'], violations: violations?.split('+') ?? [], ...(scopes === undefined ? {} : { scopes }) };
}

/**
 * Why a waiver does not cover what is known of the credential now; undefined if it does. An issuer's silence changes
 * nothing, except that what it last said still counts; any other difference ends the waiver, for whoever gave it did not
 * know. One without a recorded verdict was given blindly, and ends once an issuer says that the credential lives.
 */
export function whyVoid({ kind, verdict }: Pick<WrittenWaiver, 'kind' | 'verdict'>, finding: Judged): string | undefined {
  const now = verdictOf(finding);
  const { lastKnown } = finding;
  const wasActive = now.status === 'unverified' && lastKnown?.status === 'active';
  const live = now.status === 'active' ? 'its issuer says that it is active' : wasActive ? `its issuer called it active on ${formatInstant(lastKnown.at)}` : undefined;
  if (live !== undefined && kind === 'baseline') return `${live}, and a baseline never covers an active credential`;
  if (live !== undefined && kind === 'false-positive') return `${live}, so it is no false positive`;

  const then = verdict === undefined ? undefined : readVerdict(verdict);
  if (then === undefined) return live === undefined ? undefined : `${live}, which was not known when it was waived`;
  if (now.status === 'unverified') {
    if (live !== undefined && then.status !== 'active') return `${live}; it was waived as ${then.status}`;
    const added = now.violations.filter((check) => !then.violations.includes(check));
    return added.length === 0 ? undefined : `it now violates ${added.join(', ')}, too`;
  }
  if (now.status !== then.status) return `it was waived as ${then.status} and is now ${now.status}`;
  if (now.violations.join('+') !== then.violations.join('+')) return `it was waived violating ${listed(then.violations)} and now violates ${listed(now.violations)}`;
  return now.scopes === then.scopes ? undefined : 'its scopes changed';
}

function listed(checks: readonly string[]): string {
  return checks.length === 0 ? 'nothing' : checks.join(', ');
}

function digestOf(scopes: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([...new Set(scopes)].sort()))
    .digest('hex')
    .slice(0, 12);
}
