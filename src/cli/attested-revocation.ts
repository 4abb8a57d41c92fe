import type { Finding, Introspection, NotAttemptedWhy } from '../model/index.ts';
import type { Memory } from './memory.ts';

/** Nobody could ask, however the run is configured: only then does a person's word stand in for the issuer's. */
const CANNOT: ReadonlySet<NotAttemptedWhy> = new Set(['no-issuer', 'no-introspection', 'host-not-known', 'missing-companion']);

export function cannotBeAsked({ status, why }: { readonly status: Introspection['status']; readonly why?: string }): boolean {
  return status === 'notAttempted' && (CANNOT as ReadonlySet<string | undefined>).has(why);
}

export interface Attested {
  readonly remembered: Memory['remembered'];
  readonly maxDays: number;
  readonly now: Date;
}

const DAY_MS = 86_400_000;

/** Lets pass what a change removed again and its owner says was revoked by hand (`attest --revoked`), for as long as a waiver may hold. */
export async function withAttested(findings: readonly Finding[], { remembered, maxDays, now }: Attested): Promise<readonly Finding[]> {
  const open = findings.filter(({ removed, failing, introspection }) => removed === true && failing && cannotBeAsked(introspection));
  if (open.length === 0) return findings;
  const words = await remembered(open.map(({ id }) => id));
  return findings.map((finding) => {
    const word = open.includes(finding) ? words?.get(finding.id)?.attestation : undefined;
    if (word?.revoked !== true) return finding;
    const ends = new Date(word.at.getTime() + maxDays * DAY_MS);
    if (ends < now) return finding;
    return { ...finding, failing: false, waiver: { owner: word.owner, reason: `attested: ${word.purpose}`, expires: ends.toISOString().slice(0, 10) } };
  });
}
