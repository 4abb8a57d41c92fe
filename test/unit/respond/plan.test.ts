import { describe, expect, it } from 'vitest';
import type { Location, Origin, Plan, WardenError } from '../../../src/model/index.ts';
import { describePlan, digestOf, readPlan, requireFresh, writePlan } from '../../../src/respond/index.ts';
import { NOW, REVOCABLE, findingOf, fingerprintOf, madeUp, planOf } from './world.ts';

const active = { status: 'active', facts: { sub: 'ana', clientId: 'app', scopes: ['write', 'read'], exp: '2026-12-01T00:00:00Z', lastUsedAt: 'never', tokenId: 'id-7' } };
const unknown = { status: 'unknown', why: 'timeout', detail: '' };
const inactive = { status: 'inactive', reason: 'revoked' };
const expired = { status: 'notAttempted', why: 'expired-offline', detail: '' };

describe('makePlan', () => {
  it('plans the revocation of an active token that leaked, with all that an approver must know', () => {
    const value = madeUp(1);
    const plan = planOf([findingOf({ value, introspection: active, broken: ['leaked', 'in-url'] })]);
    expect(plan).toMatchObject({ schemaVersion: 1, createdAt: '2026-11-22T12:00:00.000Z', expiresAt: '2026-11-23T12:00:00.000Z', tool: 'tokenwarden test', manual: [] });
    expect(plan.actions).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
        kind: 'revoke',
        breakage: ['Its sessions end.', 'Its issuer says that it was never used: nothing should break.'],
        places: ['config.yml:3'],
        findingId: findingOf({ value }).id,
        fingerprint: fingerprintOf(value),
        rule: 'example-token',
        ...REVOCABLE,
        why: ['leaked: evidence of leaked.', 'in-url: evidence of in-url.'],
        identity: 'ana',
        scopes: ['read', 'write'],
        tokenId: 'id-7',
        expiresAt: '2026-12-01T00:00:00Z',
        lastUsedAt: 'never',
        readAgain: [{ target: '/target', origin: { kind: 'file', path: 'config.yml' }, startLine: 3 }],
        usable: { with: ['occurrence', 'given'], until: '2026-11-23T12:00:00.000Z' },
      },
    ]);
  });

  it('is the same for the same findings at the same time', () => {
    const make = () => planOf([findingOf({ introspection: active }), findingOf({ value: madeUp(2) })]);
    expect(writePlan(make())).toBe(writePlan(make()));
  });

  it.each([
    ['a violation that is no leak becomes a step with its remedy', { introspection: active, broken: ['max-lifetime', 'stale'] }, { why: 'max-lifetime: evidence of max-lifetime. stale: evidence of stale.', steps: expect.stringContaining('remedy of max-lifetime. remedy of stale. Settings, Tokens, Revoke.') as string }],
    ['a token of which nobody said whether it lives becomes a step if it fails the run', { introspection: unknown, broken: [] }, { why: 'Nobody has said whether the token is active (unknown: timeout): treat it as live.', steps: 'Settings, Tokens, Revoke.' }],
    ['a token that lies in a URL and of which nobody knows is a step with both reasons', { introspection: unknown, broken: ['in-url'] }, { why: expect.stringContaining('in-url: evidence') as string }],
  ])('%s', (_, row, step) => {
    const plan = planOf([findingOf(row)]);
    expect(plan.actions).toEqual([]);
    expect(plan.manual).toMatchObject([step]);
  });

  it.each([
    ['dead', { introspection: inactive }],
    ['expired by its own bytes', { introspection: expired, failing: false, broken: [] }],
    ['active and without violation', { introspection: active, broken: [] }],
    ['waived', { introspection: active, waived: true }],
    ['unknown and not failing', { introspection: unknown, failing: false }],
  ])('asks nothing of anybody for a token that is %s', (_, row) => {
    expect(planOf([findingOf(row)])).toMatchObject({ actions: [], manual: [] });
  });

  it('turns a leak that no machine may answer into the steps of its rule, and says why', () => {
    const plan = planOf([findingOf({ introspection: active })], { revocable: () => ({ manual: 'the store cannot revoke' }) });
    expect(plan.actions).toEqual([]);
    expect(plan.manual).toMatchObject([{ why: 'leaked: evidence of leaked. No machine may revoke it: the store cannot revoke.', steps: 'Settings, Tokens, Revoke.' }]);
  });

  it('revokes for other violations where it is told to', () => {
    const findings = [findingOf({ introspection: active, broken: ['stale'] })];
    expect(planOf(findings, { revokeFor: ['stale'] }).actions).toHaveLength(1);
    expect(planOf(findings, { revokeFor: [] }).actions).toHaveLength(0);
  });

  it('gives every action an id of its own', () => {
    const findings = Array.from({ length: 50 }, (_, seed) => findingOf({ value: madeUp(seed) }));
    expect(new Set(planOf(findings).actions.map(({ id }) => id)).size).toBe(50);
  });

  it('reads files before history, each path once, not more than twenty, and never a stream', () => {
    const place = (origin: Origin): Location => ({ origin, region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 }, role: 'text' });
    const commit = (path: string, blob: string): Location => place({ kind: 'commit', path, blob, reachable: true });
    const finding = findingOf({ introspection: active });
    const occurrences = [place({ kind: 'stdin' }), commit('a', '1'), commit('a', '2'), place({ kind: 'message', object: 'c', objectType: 'commit' }), place({ kind: 'file', path: 'z' }), place({ kind: 'member', archive: { kind: 'stdin' }, path: 'm' })];
    const origins = planOf([{ ...finding, credential: { ...finding.credential, occurrences } }]).actions[0]?.readAgain.map(({ origin }) => origin.kind);
    expect(origins).toEqual(['file', 'commit', 'message']);
    const many = Array.from({ length: 100 }, (_, index) => place({ kind: 'file', path: `f${index}` }));
    expect(planOf([{ ...finding, credential: { ...finding.credential, occurrences: many } }]).actions[0]?.readAgain).toHaveLength(20);
  });

  it('holds no secret, though a path, an identity and a scope repeat it', () => {
    const value = madeUp(4);
    const finding = findingOf({ value, places: [`keys/${value}.txt`], introspection: { status: 'active', facts: { sub: value, scopes: [`s:${Buffer.from(value).toString('base64')}`], tokenId: encodeURIComponent(value) } } });
    const text = writePlan(planOf([finding, { ...finding, introspection: { ...findingOf({ introspection: unknown }).introspection } }]));
    expect(text).not.toContain(value);
    expect(text).not.toContain(Buffer.from(value).toString('base64').slice(0, 30));
    expect(readPlan(text).actions[0]?.identity).toBe('exa_****');
  });
});

describe('readPlan', () => {
  const plan = planOf([findingOf({ introspection: active }), findingOf({ value: madeUp(2), introspection: unknown })]);
  const text = writePlan(plan);
  const forged = (change: (plan: Record<string, unknown>) => unknown): string => {
    const changed = change(JSON.parse(text) as Record<string, unknown>) as Plan;
    return JSON.stringify({ ...changed, digest: digestOf(changed) });
  };

  it('reads what was written, also with another layout', () => {
    expect(readPlan(text)).toEqual(plan);
    expect(readPlan(`\ufeff${JSON.stringify(plan)}`)).toEqual(plan);
  });

  it.each([
    ['no JSON', 'revoke everything', 'PLAN_INVALID', 'not JSON'],
    ['nothing', '', 'PLAN_INVALID', 'not JSON'],
    ['a list', '[]', 'PLAN_INVALID', 'no plan'],
    ['null', 'null', 'PLAN_INVALID', 'no plan'],
    ['another JSON file', '{"findings":[]}', 'PLAN_INVALID', 'no schemaVersion'],
    ['another version', text.replace('"schemaVersion": 1', '"schemaVersion": 2'), 'PLAN_INVALID', 'version 2'],
    ['a changed host', text.replace('issuer.example', 'elsewhere.example'), 'PLAN_CHANGED', 'does not fit its digest'],
    ['a changed digest', text.replace(plan.digest, '0'.repeat(64)), 'PLAN_CHANGED', 'does not fit its digest'],
    ['a changed letter of a manual step', text.replace('Settings, Tokens', 'Settings, Tokem'), 'PLAN_CHANGED', 'does not fit its digest'],
    ['an added member', text.replace('"tool"', '"extra": true, "tool"'), 'PLAN_CHANGED', 'does not fit its digest'],
    ['an unknown member, forged', forged((value) => ({ ...value, extra: 1 })), 'PLAN_INVALID', 'plan: nothing is called "extra" here'],
    ['a missing member, forged', forged(({ tool: _, ...rest }) => rest), 'PLAN_INVALID', 'plan.tool: is missing'],
    ['a wrong type, forged', forged((value) => ({ ...value, actions: {} })), 'PLAN_INVALID', 'plan.actions: expected a list'],
    ['a wrong instant, forged', forged((value) => ({ ...value, expiresAt: 'tomorrow' })), 'PLAN_INVALID', 'plan.expiresAt: expected an instant'],
    ['a wrong origin, forged', forged((value) => ({ ...value, actions: [{ ...plan.actions[0], readAgain: [{ target: '/', startLine: 1, origin: { kind: '__proto__' } }] }] })), 'PLAN_INVALID', 'plan.actions[0].readAgain[0].origin.kind: expected file'],
    ['two actions of one id, forged', forged((value) => ({ ...value, actions: [plan.actions[0], plan.actions[0]] })), 'PLAN_INVALID', 'the same id'],
    ['archives in archives without end, forged', forged((value) => ({ ...value, actions: [{ ...plan.actions[0], readAgain: [{ target: '/', startLine: 1, origin: deep(40) }] }] })), 'PLAN_INVALID', 'too deep'],
  ])('refuses %s', (_, changed, code, message) => {
    const error = catching(() => readPlan(changed));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
    expect(error.hint).toContain('audit --plan FILE');
  });

  it('survives nesting that would exhaust the stack', () => {
    const error = catching(() => readPlan(`{"schemaVersion":1,"digest":"x","tool":${'['.repeat(200_000)}${']'.repeat(200_000)}}`));
    expect(error.code).toBe('PLAN_INVALID');
  });

  it('knows when a plan is out of date, to the millisecond', () => {
    const at = (ms: number) => () => requireFresh(plan, new Date(NOW.getTime() + ms));
    const day = 86_400_000;
    expect(at(0)).not.toThrow();
    expect(at(day - 1)).not.toThrow();
    expect(catching(at(day)).code).toBe('PLAN_STALE');
    expect(at(-300_000)).not.toThrow();
    expect(catching(at(-300_001)).code).toBe('PLAN_STALE');
  });

  it('believes no plan that gives itself more than a day', () => {
    const error = catching(() => requireFresh({ ...plan, expiresAt: '2099-01-01T00:00:00.000Z' }, NOW));
    expect([error.code, error.message]).toEqual(['PLAN_STALE', expect.stringContaining('24 hours')]);
  });
});

describe('describePlan', () => {
  const plan = planOf([findingOf({ introspection: active, broken: ['leaked'], places: ['a.env', 'b.env', 'c.env'] }), findingOf({ value: madeUp(2), introspection: unknown, broken: [] })]);

  it('says what would be done, where, why, as whom, and that it cannot be undone', () => {
    expect(describePlan(plan, { color: false, now: NOW })).toBe(`Plan ${plan.digest.slice(0, 16)}, made 2026-11-22T12:00:00.000Z by tokenwarden test, good until 2026-11-23T12:00:00.000Z
1 action, 1 step for a person

1. revoke example-token at issuer.example (example-store)
   finding    ${plan.actions[0]?.findingId}
   token      ${plan.actions[0]?.fingerprint}
   acts as    ana
   scopes     read, write
   expires    2026-12-01T00:00:00Z
   last used  never
   how        POST revoke · cannot be undone
   why        leaked: evidence of leaked.
   lies at    a.env:3, b.env:3, c.env:3
   breaks     Its sessions end.
   breaks     Its issuer says that it was never used: nothing should break.
   usable     the secret where it lies, or given with --secret -; until 2026-11-23T12:00:00.000Z
   read from  a.env:3 or 2 more places

For a person

- example-token
   finding    ${plan.manual[0]?.findingId}
   lies at    config.yml:3
   why        Nobody has said whether the token is active (unknown: timeout): treat it as live.
   do         Settings, Tokens, Revoke.
   see        https://example.com/tokens

Nothing has been sent. "tokenwarden apply PLAN" shows what would be done, with --yes it is done.
`);
  });

  it('says that a plan is out of date', () => {
    expect(describePlan(plan, { color: false, now: new Date('2027-01-01T00:00:00Z') })).toContain('out of date since 2026-11-23');
  });

  it('uses colours only where it is told to', () => {
    expect(describePlan(plan, { color: false })).not.toContain('\u001b');
    expect(describePlan(plan, { color: true })).toContain('\u001b[');
  });

  it('shows what strangers wrote so that it moves no cursor', () => {
    const hostile = findingOf({ places: ['a\u001b[2J\nb'], introspection: { status: 'active', facts: { sub: 'ana\u202egro' } } });
    const text = describePlan(planOf([hostile]), { color: false });
    expect(text).not.toMatch(/[\u001b\u202e]/);
    expect(text).toContain('a\\u{1b}[2J\\nb:3');
  });
});

function deep(levels: number): unknown {
  return levels === 0 ? { kind: 'file', path: 'x' } : { kind: 'member', path: 'x', archive: deep(levels - 1) };
}

function catching(run: () => unknown): WardenError {
  try {
    run();
  } catch (error) {
    expect((error as Error).name).toBe('WardenError');
    return error as WardenError;
  }
  throw new Error('nothing was thrown');
}
