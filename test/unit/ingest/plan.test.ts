import { describe, expect, it } from 'vitest';
import { planOf } from '../../../src/cli/plan-of-run.ts';
import { Secret, type Finding, type Origin, type Rule } from '../../../src/model/index.ts';

const file = (reportedBy?: string): Origin => ({ kind: 'file', path: 'app.env', ...(reportedBy === undefined ? {} : { reportedBy }) });

/** An active token that leaked, and a store that would revoke it. */
function planned(origins: readonly Origin[], trusted: readonly string[]): { readonly actions: number; readonly why: readonly string[] } {
  const rule = { id: 'some-token', references: [], revokeByHand: 'Delete it.', publicPrefix: '' } as unknown as Rule;
  const occurrences = origins.map((origin) => ({ origin, region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 }, role: 'text' as const }));
  const finding = {
    id: 'ab'.repeat(10),
    credential: { fingerprint: 'tw1:00', rule, issuer: 'x', secret: new Secret('made-up', 'tw1:00', '********'), companions: [], confidence: 'high', entropyBits: 99, features: {}, hosts: [], occurrences },
    introspection: { status: 'active', facts: {}, at: new Date(0), method: 'GET', store: 'x', host: 'x.example' },
    verdicts: [{ check: 'leaked', verdict: { status: 'violation', evidence: 'it leaked', remedy: 'revoke it' } }],
    severity: 'critical',
    ruleId: 'some-token/live',
    failing: true,
  } as unknown as Finding;
  const way = { possible: true, store: 'x', host: 'x.example', method: 'POST', reversible: false, sideEffects: 'none' };
  const issuers = { requestsPerSecond: () => undefined, revocationById: () => undefined, deactivation: () => ({ possible: false, why: '' }), revocation: () => way };
  const outcome = { result: { findings: [finding] }, readAgain: new Map() };
  const plan = planOf(outcome as unknown as Parameters<typeof planOf>[0], { issuers, policy: { prefer: 'revoke', digest: 'd' }, now: new Date(0), requestedBy: 'tester', trusted } as unknown as Parameters<typeof planOf>[1]);
  return { actions: plan.actions.length, why: plan.manual.map(({ why }) => why) };
}

describe('a plan for a living token', () => {
  it('that only another tool tells of leaves it to people, and says why', () => {
    const { actions, why } = planned([file('gitleaks'), file('kingfisher')], []);
    expect(actions).toBe(0);
    expect(why).toEqual([expect.stringContaining('only gitleaks and kingfisher tells of it, and no scan of ours has seen it')]);
    expect(planned([file('gitleaks'), file('kingfisher')], ['gitlab']).actions).toBe(0);
  });

  it('that our own scan saw, too, or that a trusted tool tells of, revokes it', () => {
    expect(planned([file('gitleaks'), file()], [])).toEqual({ actions: 1, why: [] });
    expect(planned([file('gitleaks')], ['gitleaks'])).toEqual({ actions: 1, why: [] });
  });
});
