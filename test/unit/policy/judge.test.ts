import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { SEVERITIES, WardenError } from '../../../src/model/index.ts';
import type { CheckedVerdict, Confidence, LastKnown, Severity, Verdict } from '../../../src/model/index.ts';
import { CHECKS, CLAUSES, PACKS, isFailing, isViolating, judgeAll, policySchema, readPolicy, ruleIdOf, severityOf } from '../../../src/policy/index.ts';
import { NOW, introspectionOf, recordOf } from './record.ts';

const violation: Verdict = { status: 'violation', evidence: 'e', remedy: 'r' };
const pass: Verdict = { status: 'pass', evidence: 'e' };
const open: Verdict = { status: 'undetermined', why: 'w' };
const bad = (severity: Severity, check = 'leaked'): CheckedVerdict => ({ check, severity, verdict: violation });
const active = { introspection: { status: 'active', facts: {} } };
const inactive = { introspection: { status: 'inactive', reason: 'revoked' } };
const unknown = { introspection: { status: 'unknown', why: 'timeout', detail: '' } };
const expired = { introspection: { status: 'notAttempted', why: 'expired-offline', detail: '' } };
const sure = (confidence: Confidence) => ({ ...unknown, rule: { confidence } });

describe('readPolicy', () => {
  it('without configuration switches every check on with its defaults, but those for which people must write something down', () => {
    const policy = readPolicy(undefined, CHECKS);
    const on = CHECKS.filter(({ id }) => id !== 'owner-required' && id !== 'recertify-every');
    expect(policy.entries.map(({ check }) => check.id)).toEqual(on.map(({ id }) => id));
    expect(policy.entries.map(({ params }) => params)).toEqual(on.map(({ defaults }) => defaults));
    expect(readPolicy({ pack: 'default' }, CHECKS).digest).toBe(policy.digest);
    expect(readPolicy({}, CHECKS).digest).toBe(policy.digest);
  });

  it('adds defaults to what is given, and drops what is false', () => {
    const policy = readPolicy({ 'max-lifetime': { temporary: '1h', severity: 'critical' }, stale: false, 'no-expiry': true }, CHECKS);
    const lifetime = policy.entries.find(({ check }) => check.id === 'max-lifetime');
    expect(lifetime).toMatchObject({ params: { temporary: '1h', persistent: '14d' }, severity: 'critical' });
    expect(policy.entries.some(({ check }) => check.id === 'stale')).toBe(false);
    expect(policy.entries.some(({ check }) => check.id === 'no-expiry')).toBe(true);
  });

  it('starts from the pack that is named, and lets what is given win', () => {
    const entryOf = (config: unknown, id: string) => readPolicy(config, CHECKS).entries.find(({ check }) => check.id === id);
    expect(readPolicy({ pack: 'strict' }, CHECKS).entries.map(({ check }) => check.id)).toEqual(CHECKS.map(({ id }) => id));
    expect(entryOf({ pack: 'strict' }, 'max-lifetime')).toMatchObject({ params: { temporary: '24h', persistent: '7d' }, severity: 'critical' });
    expect(entryOf({ pack: 'strict', 'max-lifetime': { persistent: '30d' } }, 'max-lifetime')).toMatchObject({ params: { temporary: '24h', persistent: '30d' }, severity: 'critical' });
    expect(entryOf({ pack: 'strict', 'max-lifetime': true }, 'max-lifetime')).toMatchObject({ params: { temporary: '24h' } });
    expect(entryOf({ pack: 'strict', 'max-lifetime': false }, 'max-lifetime')).toBeUndefined();
    expect(entryOf({ 'recertify-every': true }, 'recertify-every')).toMatchObject({ params: { every: '90d', grace: '14d' }, severity: 'medium' });
    expect(entryOf({ 'owner-required': { severity: 'low' } }, 'owner-required')).toMatchObject({ severity: 'low' });
  });

  it('holds packs to what the checks take, and every check to clauses', () => {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(policySchema(CHECKS));
    for (const { id, settings } of PACKS) {
      expect(validate(settings), JSON.stringify(validate.errors)).toBe(true);
      expect(() => readPolicy({ pack: id }, CHECKS)).not.toThrow();
    }
    expect(Object.keys(CLAUSES).sort()).toEqual(CHECKS.map(({ id }) => id).sort());
    expect(Object.values(CLAUSES).every((clauses) => clauses.length > 0)).toBe(true);
  });

  it('gives equal digests to equal policies and different ones to different', () => {
    const a = readPolicy({ stale: { unused: '1d' }, leaked: { allowed: [{ path: 'a', rule: 'b' }] } }, CHECKS);
    const b = readPolicy({ leaked: { allowed: [{ rule: 'b', path: 'a' }], severity: 'critical' }, stale: { unused: '1d' } }, CHECKS.toReversed());
    expect(a.digest).toBe(b.digest);
    const others = [{ stale: { unused: '2d' } }, { stale: false }, { stale: { severity: 'low' } }].map((config) => readPolicy(config, CHECKS).digest);
    expect(new Set([a.digest, ...others]).size).toBe(4);
  });

  it.each([
    [{ 'max-lifetimes': true }, 'policy.max-lifetimes: there is no such check', 'Did you mean "max-lifetime"?'],
    [{ stale: { unusd: '3d' } }, 'policy.stale.unusd: there is no such setting', 'Did you mean "unused"?'],
    [{ stale: { unused: 'month' } }, 'policy.stale.unused: "month" is not a duration', undefined],
    [{ stale: { unused: 30 } }, 'policy.stale.unused: "30" is not a duration', undefined],
    [{ stale: { unused: null } }, 'policy.stale.unused: "null" is not a duration', undefined],
    [{ stale: { severity: 'hihg' } }, 'policy.stale.severity: "hihg" is no severity', 'Did you mean "high"?'],
    [{ pack: 'strikt' }, 'policy.pack: there is no such pack', 'Did you mean "strict"?'],
    [{ pack: true }, 'policy.pack: there is no such pack', 'Known: default or strict.'],
    [{ 'over-scoped': { roles: { reader: ['read'] }, allow: [{ role: 'raeder' }] } }, 'policy.over-scoped.allow[0].role: there is no such role; did you mean "reader"?', undefined],
    [{ 'over-scoped': { allow: [{ role: 'reader' }] } }, 'policy.over-scoped.allow[0].role: there is no such role; known: none', undefined],
    [{ 'over-scoped': { allow: [{ path: 'ci/**' }] } }, 'expected scopes or a role', undefined],
    [{ stale: 'on' }, 'policy.stale: expected true, false or settings by name', undefined],
    [[], 'policy: expected checks by name', undefined],
    [{ stale: { constructor: 1 } }, 'policy.stale.constructor: there is no such setting', 'Known: unused or severity.'],
  ])('refuses %j', (config, message, hint) => {
    const error = catching(() => readPolicy(config, CHECKS));
    expect(error.code).toBe('POLICY_INVALID');
    expect(error.message).toContain(message);
    if (hint !== undefined) expect(error.hint).toBe(hint);
  });
});

describe('judgeAll', () => {
  it('asks every check that is on, in registry order, and carries the severity of the policy', () => {
    const policy = readPolicy({ 'in-log': false, leaked: { severity: 'medium' } }, CHECKS);
    const verdicts = judgeAll(recordOf(active), policy, NOW);
    expect(verdicts.map(({ check }) => check)).toEqual(policy.entries.map(({ check }) => check.id));
    expect(verdicts.map(({ check }) => check)).not.toContain('in-log');
    expect(verdicts.find(({ check }) => check === 'leaked')).toMatchObject({ severity: 'medium', verdict: { status: 'violation' } });
    expect(isViolating(verdicts)).toBe(true);
  });

  it('does not call an undetermined verdict a violation', () => {
    expect(isViolating([{ check: 'a', verdict: open }, { check: 'b', verdict: pass }])).toBe(false);
  });

  it('never passes a living-token check while nobody said whether the token lives', () => {
    // What is judged by place, or by what the token's own bytes or files say, needs no issuer.
    const placeOnly = new Set(['in-url', 'in-log', 'shared', 'plaintext-transport', 'owner-required', 'stale-owner', 'promoted', 'personal-in-automation', 'static-where-short-lived-exists', 'weak-jwt', 'unverified-too-long']);
    for (const row of [unknown, { introspection: { status: 'notAttempted', why: 'no-verify', detail: '' } }]) {
      const policy = readPolicy({ 'over-scoped': { allow: [{ scopes: ['x'] }] } }, CHECKS);
      const surroundings = { declaration: { purpose: 'p', owner: 'o', place: 'tokens[0]' }, recordedScopes: { scopes: ['x'], at: NOW.toISOString() }, attestation: { owner: 'o', purpose: 'p', at: NOW.toISOString(), by: 'o' } };
      for (const { check, verdict } of judgeAll(recordOf({ ...row, surroundings, facts: { scopes: ['x'], expiresAt: NOW.toISOString() } }), policy, NOW)) {
        if (!placeOnly.has(check)) expect([check, verdict.status]).toEqual([check, 'undetermined']);
      }
    }
  });
});

describe('severityOf', () => {
  it.each([
    ['active and leaked is critical', active, judgeAll(recordOf(active), readPolicy({}, CHECKS), NOW), 'critical'],
    ['an active violation is as bad as the policy says', active, [bad('medium', 'stale')], 'medium'],
    ['the worst violation decides', active, [bad('low', 'expiring-soon'), bad('high', 'in-url'), bad('medium', 'stale')], 'high'],
    ['an active token that breaks nothing is low', active, [{ check: 'leaked', severity: 'critical', verdict: pass } as const], 'low'],
    ['an open verdict raises nothing', active, [{ check: 'leaked', severity: 'critical', verdict: open } as const], 'low'],
    ['inactive is low', inactive, [bad('critical')], 'low'],
    ['expired by its own bytes is low', expired, [], 'low'],
    ['unverified with high confidence is high', sure('high'), [], 'high'],
    ['unverified with medium confidence is medium', sure('medium'), [bad('critical', 'in-url')], 'medium'],
    ['unverified with low confidence is low', sure('low'), [bad('critical', 'in-url')], 'low'],
  ] as const)('%s', (_, row, verdicts, expected) => expect(severityOf(recordOf(row), verdicts)).toBe(expected));
});

describe('isFailing', () => {
  const floor = { failOn: 'low', minConfidence: 'medium' } as const;
  it.each([
    ['an inactive token never fails, even at low', inactive, [], floor, false],
    ['a token that expired by its own bytes never fails', expired, [], floor, false],
    ['an active token without a violation never fails', active, [{ check: 'leaked', verdict: open } as const], floor, false],
    ['an active violation fails however unsure the detection was', { ...active, rule: { confidence: 'low' as const } }, [bad('low')], floor, true],
    ['an active violation below the floor does not fail', active, [bad('medium')], { ...floor, failOn: 'high' as const }, false],
    ['an unverified match of medium confidence fails at low', sure('medium'), [], floor, true],
    ['an unverified match of low confidence does not', sure('low'), [], floor, false],
    ['an unverified match of high confidence does not fail at critical', sure('high'), [], { ...floor, failOn: 'critical' as const }, false],
    ['asking for low confidence makes it fail', sure('low'), [], { failOn: 'low', minConfidence: 'low' } as const, true],
  ] as const)('%s', (_, row, verdicts, options, expected) => expect(isFailing(recordOf(row), verdicts, options)).toBe(expected));
});

describe('ruleIdOf', () => {
  const known = (status: LastKnown['status'], violating: boolean): LastKnown => ({ status, violating, at: NOW });
  it.each([
    ['active and violating is live', active, [bad('low')], undefined, 'r/live'],
    ['active without violation is not', active, [], known('active', true), 'r'],
    ['inactive is not, whatever was known', inactive, [bad('low')], known('active', true), 'r'],
    ['unknown follows the last answer: live', unknown, [], known('active', true), 'r/live'],
    ['unknown follows the last answer: active but clean', unknown, [bad('low')], known('active', false), 'r'],
    ['unknown follows the last answer: inactive', unknown, [bad('low')], known('inactive', true), 'r'],
    ['unknown without a last answer is not live', unknown, [bad('low')], undefined, 'r'],
    ['expired by its own bytes is not live, whatever was known', expired, [], known('active', true), 'r'],
  ] as const)('%s', (_, row, verdicts, last, expected) => expect(ruleIdOf('r', introspectionOf(row.introspection), verdicts, last)).toBe(expected));
});

it('knows the severities that the contract names', () => expect(SEVERITIES).toEqual(['critical', 'high', 'medium', 'low']));

function catching(run: () => unknown): WardenError {
  try {
    run();
  } catch (error) {
    if (error instanceof WardenError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
