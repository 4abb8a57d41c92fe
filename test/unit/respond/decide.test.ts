import { describe, expect, it } from 'vitest';
import type { Action, RespondPolicy } from '../../../src/model/index.ts';
import { createBreaker, decide, holdAutomatic, isInUse, readPast } from '../../../src/respond/index.ts';
import type { Situation } from '../../../src/respond/index.ts';
import { respondPolicy } from './policy.ts';
import { NOW, findingOf, madeUp, planOf } from './world.ts';

const FINDING = findingOf({ value: madeUp(1), introspection: { status: 'active', facts: { sub: 'ana' } } });
const ACTION = { ...planOf([FINDING]).actions[0], environments: [] as readonly string[], owners: ['@team'] } as Action;
const SITUATION: Situation = { action: ACTION, issuer: 'example', severity: 'critical', leaked: true, active: true, public: true };
const RULES: RespondPolicy['rules'] = [{ name: 'public leaks', when: { leaked: true, active: true, public: true }, then: 'revoke' }];
const POLICY = respondPolicy({ rules: RULES, issuers: ['example-store'] });
const heldBy = (situation: Partial<Situation>, policy: Partial<RespondPolicy> = {}, now = NOW): string => {
  const decision = decide({ ...SITUATION, ...situation }, { ...POLICY, ...policy }, now);
  return decision.automatic ? `automatic: ${decision.rule}` : decision.held.join('; ');
};

describe('what may be done without a person', () => {
  it('is what a rule names at an issuer that is allowed', () => {
    expect(heldBy({})).toBe('automatic: public leaks');
  });

  it.each<[string, Partial<Situation>, Partial<RespondPolicy>, RegExp]>([
    ['without any rule', {}, { rules: [] }, /no entry/],
    ['that no rule fits', { leaked: false }, {}, /no entry/],
    ['of which nobody knows whether the world can read it', { public: undefined }, {}, /no entry/],
    ['that nobody called active', { active: false }, { rules: [{ name: 'r', when: { leaked: true }, then: 'revoke' }] }, /no entry/],
    ['at an issuer that is not allowed', {}, { issuers: ['github'] }, /respond.issuers does not name/],
    ['where no issuer is allowed', {}, { issuers: [] }, /respond.issuers/],
    ['that is protected by its kind', {}, { protect: [{ rule: 'example-*', reason: 'billing' }] }, /protect\[0\] covers it \(billing\)/],
    ['that is protected by its path', {}, { protect: [{ path: 'config.yml' }] }, /protect/],
    ['that is protected by its identity', {}, { protect: [{ identity: 'an*' }] }, /protect/],
    ['that may be protected: its identity is not known', { action: withoutIdentity() }, { protect: [{ identity: 'root' }] }, /protect/],
    ['in production', { action: { ...ACTION, environments: ['prod'] } }, {}, /which is production/],
    ['of which nobody knows where it is used', { action: withoutEnvironments() }, {}, /nobody looked/],
    ['during a freeze', {}, { freeze: [{ from: '2026-11-20', to: '2026-11-22', reason: 'release' }] }, /freeze until 2026-11-22 \(release\)/],
    ['that cannot be undone, where the rule permits that only', {}, { rules: [{ name: 'r', when: { leaked: true }, then: 'deactivate' }] }, /permits deactivate/],
    ['of which nobody has the secret', { action: { ...ACTION, through: 'id', tokenId: '1' } }, {}, /our own/],
  ])('is nothing %s', (_, situation, policy, reason) => {
    expect(heldBy(situation, policy)).toMatch(reason);
  });

  it('says everything that speaks against it', () => {
    expect(heldBy({}, { rules: [], issuers: [], protect: [{ rule: '*' }] }).split('; ')).toHaveLength(3);
  });

  it('takes the weaker act where the rule permits the stronger', () => {
    expect(heldBy({ action: { ...ACTION, kind: 'deactivate' } })).toBe('automatic: public leaks');
  });

  it('ends with a freeze on its last day', () => {
    const freeze = [{ from: '2026-11-20', to: '2026-11-21', reason: 'release' }];
    expect(heldBy({}, { freeze })).toBe('automatic: public leaks');
    expect(heldBy({}, { freeze }, new Date('2026-11-21T23:59:59Z'))).toMatch(/freeze/);
  });
});

describe('the circuit breaker', () => {
  it('counts what was done by itself, over runs, and opens', async () => {
    const record = (at: Date, automatic: boolean): Parameters<typeof readPast>[0] extends Iterable<infer R> | AsyncIterable<infer R> ? R : never => ({ seq: 1, prev: '', at: at.toISOString(), run: '', actor: '', event: 'apply.intent', fingerprint: `f${at.getTime()}`, detail: { action: 'a', kind: 'revoke', store: 's', ...(automatic ? { automatic } : {}) } });
    const minutes = (count: number): Date => new Date(NOW.getTime() - count * 60_000);
    const past = await readPast([record(minutes(90), true), record(minutes(30), true), record(minutes(20), false), record(minutes(10), true)]);
    const breaker = createBreaker({ policy: POLICY, past, now: () => NOW });
    expect(breaker.open()).toBeUndefined();
    breaker.count();
    expect(breaker.open()).toMatch(/3 automatic actions within 1h, and respond.limit allows 3/);
    expect(holdAutomatic({ decided: () => undefined, breaker, ownTexts: [] })(ACTION)).toMatch(/circuit breaker/);
  });
});

describe('a credential that is in use here', () => {
  const value = madeUp(1);
  it.each([
    ['as it is', value],
    ['in a URL', `https://user:${encodeURIComponent(value)}@host.example/`],
    ['as basic authorization of git', `extraheader = AUTHORIZATION: basic ${Buffer.from(`x-access-token:${value}`).toString('base64')}`],
  ])('is found %s', (_, text) => {
    expect(isInUse(FINDING.credential, ['other', text])).toBe(true);
    const hold = holdAutomatic({ decided: () => undefined, breaker: { open: () => undefined, count: () => undefined }, ownTexts: [text] });
    expect(hold(ACTION, FINDING.credential)).toMatch(/in use by tokenwarden itself/);
  });

  it('is none where it stands nowhere', () => {
    expect(isInUse(FINDING.credential, [madeUp(2), ''])).toBe(false);
  });
});

function withoutIdentity(): Action {
  const { identity: _, ...rest } = ACTION;
  return rest;
}

function withoutEnvironments(): Action {
  const { environments: _, ...rest } = ACTION;
  return rest;
}
