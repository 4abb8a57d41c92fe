import { describe, expect, it } from 'vitest';
import { DEFAULT_FINGERPRINT_KEY } from '../../../src/lib/fingerprint.ts';
import { Secret, type Credential, type Introspection, type Rule } from '../../../src/model/index.ts';
import { answerKey, toFindings, type JudgeOptions } from '../../../src/pipeline/findings.ts';
import { readPolicy } from '../../../src/policy/judge/index.ts';
import { CHECKS } from '../../../src/policy/registry.ts';
import { RULES } from '../detect/engine.ts';

const NOW = new Date('2026-11-22T12:00:00Z');

function credential(overrides: Partial<Credential> = {}): Credential {
  const rule = RULES.find(({ id }) => id === 'github-pat-classic') as Rule;
  return {
    fingerprint: 'tw1:00', rule, issuer: 'github', secret: new Secret('not a token', 'tw1:00', 'ghp_********'), companions: [], confidence: 'high', entropyBits: 200, features: {}, hosts: [],
    occurrences: [{ origin: { kind: 'file', path: 'a.env' }, region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 }, role: 'text' }],
    ...overrides,
  };
}

function judge(one: Credential, introspection?: Introspection, more: Partial<JudgeOptions> = {}) {
  const answers = new Map(introspection === undefined ? [] : [[answerKey(one), introspection]]);
  return toFindings([one], { policy: readPolicy({}, CHECKS), answers, now: NOW, fingerprintKey: DEFAULT_FINGERPRINT_KEY, failOn: 'low', minConfidence: 'medium', onIssuerOutage: 'block', lastKnown: () => new Map(), ...more }).findings;
}

const at = { at: NOW, method: 'test' } as const;

describe('findings', () => {
  it('a token that nobody asked about fails the run', () => {
    expect(judge(credential())[0]).toMatchObject({ severity: 'high', failing: true, ruleId: 'github-pat-classic', introspection: { status: 'notAttempted', why: 'no-verify' } });
  });

  it('a token whose own bytes say that it expired does not, give or take five minutes of clock', () => {
    const expired = (minutes: number) => credential({ facts: { expiresAt: new Date(NOW.getTime() - minutes * 60_000) } });
    expect(judge(expired(6))[0]).toMatchObject({ severity: 'low', failing: false, introspection: { why: 'expired-offline' } });
    expect(judge(expired(4))[0]).toMatchObject({ severity: 'high', failing: true, introspection: { why: 'no-verify' } });
  });

  it('a dead token does not fail the run, an active one that lies about does', () => {
    expect(judge(credential(), { status: 'inactive', reason: 'revoked', ...at })[0]).toMatchObject({ severity: 'low', failing: false });
    expect(judge(credential(), { status: 'active', facts: {}, ...at })[0]).toMatchObject({ severity: 'critical', failing: true, ruleId: 'github-pat-classic/live' });
  });

  it('while the issuer is silent the last answer keeps the rule, and the outage blocks or warns as configured', () => {
    const silent: Introspection = { status: 'unknown', why: 'timeout', detail: 'no answer', ...at };
    const lastKnown = (ids: readonly string[]) => new Map(ids.map((id) => [id, { status: 'active' as const, violating: true, at: NOW }]));
    expect(judge(credential(), silent, { lastKnown })[0]).toMatchObject({ ruleId: 'github-pat-classic/live', severity: 'high', failing: true });
    expect(judge(credential(), silent, { onIssuerOutage: 'warn' })[0]).toMatchObject({ ruleId: 'github-pat-classic', failing: false });
  });

  it('below the wanted confidence only what its issuer calls active is shown', () => {
    const unsure = credential({ confidence: 'low' });
    expect(judge(unsure)).toEqual([]);
    expect(judge(unsure, { status: 'active', facts: {}, ...at })).toHaveLength(1);
  });

  it('the id rests on rule and fingerprint alone', () => {
    const [first] = judge(credential());
    const [moved] = judge(credential({ occurrences: [{ origin: { kind: 'file', path: 'b' }, region: { startLine: 9, startColumn: 1, endLine: 9, endColumn: 2 }, role: 'url' }] }));
    const [other] = judge(credential({ fingerprint: 'tw1:01' }));
    expect(moved?.id).toBe(first?.id);
    expect(other?.id).not.toBe(first?.id);
  });
});
