import type { Finding, Verification } from '../model/index.ts';

/** Outcomes over the credentials that are reported, and hosts that gave none. */
export function countOutcomes(findings: readonly Finding[], requests: Readonly<Record<string, number>>): Verification {
  const counts = { active: 0, inactive: 0, unknown: 0, notAttempted: 0 };
  const outages = new Map<string, { host: string; why: string; credentials: number }>();
  for (const { introspection } of findings) {
    counts[introspection.status] += 1;
    if (introspection.status !== 'unknown') continue;
    const host = introspection.host ?? introspection.store ?? 'unknown host';
    const key = `${host} ${introspection.why}`;
    const known = outages.get(key);
    if (known === undefined) outages.set(key, { host, why: introspection.why, credentials: 1 });
    else known.credentials += 1;
  }
  return { ...counts, requests, outages: [...outages.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, outage]) => outage) };
}

