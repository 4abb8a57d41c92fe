import { describe, expect, it } from 'vitest';
import { leavesAlive } from '../../../src/model/index.ts';
import type { Finding, Mutation, Plan } from '../../../src/model/index.ts';
import { applyPlan, describePlan, digestOf, readPast, readPlan, recheckPlan, writePlan } from '../../../src/respond/index.ts';
import type { Choice, PlanInput, Revocable, WantedLimit } from '../../../src/respond/index.ts';
import { introspectionOf } from '../policy/record.ts';
import { Killed, World, findingOf, madeUp, planOf } from './world.ts';
import type { Fault } from './world.ts';

const VALUE = madeUp(1);
const SCOPES = ['admin', 'read', 'write'];
const HOW: Revocable = { store: 'example-store', host: 'issuer.example', method: 'PUT token', reversible: true, sideEffects: 'None.' };
const DAY_MS = 86_400_000;

interface Row {
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly drop?: readonly string[];
  readonly lifetimeMs?: number;
  readonly leaked?: boolean;
}

/** An active token that may do too much, lives too long, or both. */
function tooMuch({ facts = {}, drop, lifetimeMs, leaked = false }: Row): Finding {
  const finding = findingOf({ value: VALUE, introspection: { status: 'active', facts: { sub: 'ana', tokenId: 'id-7', scopes: SCOPES, exp: 'never', ...facts } }, broken: leaked ? ['leaked'] : [] });
  const violation = { status: 'violation', evidence: 'e.', remedy: 'r.' } as const;
  return {
    ...finding,
    verdicts: [
      ...finding.verdicts,
      ...(drop === undefined ? [] : [{ check: 'over-scoped', verdict: { ...violation, allows: { drop } } }]),
      ...(lifetimeMs === undefined ? [] : [{ check: 'max-lifetime', verdict: { ...violation, allows: { lifetimeMs } } }, { check: 'no-expiry', verdict: violation }]),
    ],
  };
}

function limitedPlan(row: Row, more: Partial<PlanInput> = {}): Plan {
  return planOf([tooMuch(row)], { limitable: () => HOW, ...more });
}

const both = { drop: ['admin'], lifetimeMs: 14 * DAY_MS, facts: { iat: '2026-11-20T12:00:00Z' } };

describe('a plan for a token that is not lost', () => {
  it('limits it to what policy allows, the life first, and leaves no step', () => {
    const plan = limitedPlan(both);
    expect(plan.actions).toMatchObject([{ kind: 'shorten', until: '2026-12-04T12:00:00Z', reversible: true }, { kind: 'narrow', keep: ['read', 'write'], scopes: SCOPES }]);
    expect(plan.manual).toEqual([]);
    expect(plan.actions[0]?.breakage).toContain('It goes on working until 2026-12-04T12:00:00Z; what uses it stops then.');
    expect(plan.actions[1]?.breakage?.join(' ')).toContain('without admin');
    const shown = describePlan(plan, { color: false });
    expect(shown).toMatch(/shorten the life of example-token.*until +2026-12-04T12:00:00Z, instead of never/s);
    expect(shown).toMatch(/narrow the scopes of example-token.*keeps +read, write\n +loses +admin\n/s);
    expect(readPlan(writePlan(plan))).toEqual(plan);
  });

  it.each<[string, Row, object]>([
    ['whose issue nobody knows, from now', { lifetimeMs: DAY_MS }, { until: '2026-11-23T12:00:00Z', why: expect.arrayContaining([expect.stringContaining('count from now')]) as string[] }],
    ['whose time is over, a day from now', { lifetimeMs: 14 * DAY_MS, facts: { iat: '2020-01-01T00:00:00Z' } }, { until: '2026-11-23T12:00:00Z', why: expect.arrayContaining([expect.stringContaining('by policy it had to end 2020-01-15')]) as string[] }],
    ['that policy gives an hour, an hour from now', { lifetimeMs: 3_600_000, facts: { iat: '2020-01-01T00:00:00Z' } }, { until: '2026-11-22T13:00:00Z' }],
  ])('ends one %s', (_, row, action) => {
    expect(limitedPlan(row).actions).toMatchObject([action]);
  });

  it.each<[string, Row, Partial<PlanInput>, RegExp]>([
    ['it ends sooner by itself', { lifetimeMs: 14 * DAY_MS, facts: { exp: '2026-11-25T00:00:00Z', iat: '2026-11-20T00:00:00Z' } }, {}, /No machine may shorten it: it ends 2026-11-25T00:00:00Z by itself/],
    ['its issuer cannot', { drop: ['admin'] }, { limitable: () => ({ manual: 'Example offers no way' }) }, /No machine may narrow it: Example offers no way\./],
    ['its scopes are not said', { drop: ['admin'], facts: { scopes: undefined } }, {}, /does not say its scopes/],
    ['it has more scopes than an answer keeps', { drop: ['s1'], facts: { scopes: Array.from({ length: 500 }, (_, at) => `s${at}`) } }, {}, /more scopes/],
  ])('leaves it to a person where %s, with the steps of its rule', (_, row, more, why) => {
    const plan = limitedPlan(row, more);
    expect(plan.actions).toEqual([]);
    expect(plan.manual).toMatchObject([{ why: expect.stringMatching(why) as string, steps: expect.stringContaining('Settings, Tokens, Revoke.') as string }]);
  });

  it('says that policy names no lifetime where it only wants an end', () => {
    const finding = { ...tooMuch({}), verdicts: [{ check: 'no-expiry', verdict: { status: 'violation', evidence: 'e.', remedy: 'r.' } as const }] };
    expect(planOf([finding], { limitable: () => HOW }).manual).toMatchObject([{ why: expect.stringContaining('policy says no lifetime') as string }]);
  });

  it('still revokes one that leaked, whatever else is wrong with it', () => {
    expect(limitedPlan({ ...both, leaked: true }).actions).toMatchObject([{ kind: 'revoke' }]);
  });

  it('answers the violations that remain by a step', () => {
    const finding = tooMuch({ drop: ['admin'] });
    const plan = planOf([{ ...finding, verdicts: [...finding.verdicts, { check: 'stale', verdict: { status: 'violation', evidence: 'stale.', remedy: 'use it' } }] }], { limitable: () => HOW });
    expect([plan.actions.map(({ kind }) => kind), plan.manual.map(({ why }) => why)]).toEqual([['narrow'], ['stale: stale.']]);
  });
});

describe('what a person chose', () => {
  const chosen = (choice: Choice, row: Row = { ...both, leaked: true }): Plan => limitedPlan(row, { choose: () => choice, revocable: (_, kind) => ({ ...HOW, ...(kind === undefined ? {} : { kind }), ...(kind === 'rotate' ? { rotation: 'deploy' } : {}) }) });

  it.each<[Choice, object]>([
    [{ kind: 'shorten', afterMs: 3_600_000 }, { kind: 'shorten', until: '2026-11-22T13:00:00Z' }],
    [{ kind: 'shorten', until: new Date('2026-12-24T00:00:00.500Z') }, { kind: 'shorten', until: '2026-12-24T00:00:00Z' }],
    [{ kind: 'narrow', keep: ['read'] }, { kind: 'narrow', keep: ['read'] }],
    [{ kind: 'deactivate' }, { kind: 'deactivate' }],
    [{ kind: 'revoke' }, { kind: 'revoke' }],
    [{ kind: 'rotate' }, { kind: 'rotate', rotation: 'deploy' }],
  ])('%o is what the plan does', (choice, action) => {
    const plan = chosen(choice);
    expect(plan.actions).toMatchObject([action]);
    expect(plan.actions[0]?.why).toContain(`whoever planned chose to ${choice.kind} it`);
    expect(plan.actions[0]?.why.some((why) => why.includes('goes on living all the same'))).toBe(choice.kind === 'shorten' || choice.kind === 'narrow');
  });

  it.each<[Choice, RegExp]>([
    [{ kind: 'shorten', until: new Date('2026-01-01T00:00:00Z') }, /past: that is a revocation/],
    [{ kind: 'narrow', keep: ['read', 'sudo'] }, /nothing is ever added/],
    [{ kind: 'narrow', keep: SCOPES }, /none of the scopes that are to go/],
  ])('%o is refused in the plan, with the reason', (choice, why) => {
    expect(chosen(choice)).toMatchObject({ actions: [], manual: [{ why: expect.stringMatching(why) as string }] });
  });
});

/** An issuer whose tokens can be limited, which outlives the runs that use it. */
class LimitingWorld extends World {
  limits: WantedLimit['kind'][] = [];

  constructor() {
    super([VALUE]);
    this.facts = { sub: 'ana', tokenId: 'id-7', scopes: SCOPES, exp: 'never' };
  }

  limit(plan: Plan, kind: string): Mutation {
    const action = plan.actions.find((one) => one.kind === kind);
    if (action === undefined || !leavesAlive(action)) throw new Error('no limit');
    this.limits.push(kind as WantedLimit['kind']);
    this.facts = { ...this.facts, ...(action.until === undefined ? {} : { exp: action.until }), ...(action.keep === undefined ? {} : { scopes: action.keep }) };
    return { status: 'accepted', detail: '' };
  }

  async run(plan: Plan, fault?: Fault): ReturnType<typeof applyPlan> {
    const deps = await this.deps({}, fault);
    // What is counted as a call goes through `deps`; the issuer's own change stands behind it.
    this.revoke = () => ({ status: 'accepted', detail: '' });
    return applyPlan(plan, { ...deps, past: await readPast(this.records), mutate: async (credential, action) => (await deps.mutate(credential, action), this.limit(plan, action.kind)) });
  }
}

describe('applying a limit', () => {
  it('is done when the issuer then says so, and harmless a second time', async () => {
    const world = new LimitingWorld();
    const plan = limitedPlan(both);
    expect(await world.run(plan)).toMatchObject({ ok: true, results: [{ status: 'done', confirmedBy: { status: 'active' } }, { status: 'done' }] });
    expect(await world.run(plan)).toMatchObject({ ok: true, results: [{ status: 'already-limited' }, { status: 'already-limited' }] });
    expect(world.limits).toEqual(['shorten', 'narrow']);
  });

  it('is only requested while the issuer says more', async () => {
    const world = new LimitingWorld();
    world.limit = () => ({ status: 'accepted', detail: '' });
    const applied = await world.run(limitedPlan(both));
    expect(applied).toMatchObject({ ok: false, results: [{ status: 'requested', detail: expect.stringContaining('active for longer') as string }, { status: 'requested', detail: expect.stringContaining('may do more') as string }] });
  });

  it('tells when more came of it than was planned', async () => {
    const world = new LimitingWorld();
    world.limit = function (this: LimitingWorld) {
      this.facts = { ...this.facts, scopes: ['read'] };
      return { status: 'accepted', detail: '' };
    };
    expect(await world.run(limitedPlan({ drop: ['admin'] }))).toMatchObject({ results: [{ status: 'done', detail: 'it lost write, too, which it was to keep' }] });
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['gained a scope', { scopes: [...SCOPES, 'sudo'] }, /scopes of the token are/],
    ['lost one that it is to keep, which the change might give back', { scopes: ['admin', 'read'] }, /scopes of the token are/],
  ])('is refused for a token that %s meanwhile', async (_, facts, detail) => {
    const world = new LimitingWorld();
    world.facts = { ...world.facts, ...facts };
    expect(await world.run(limitedPlan({ drop: ['admin'] }))).toMatchObject({ results: [{ status: 'refused', detail: expect.stringMatching(detail) as string }] });
    expect(world.limits).toEqual([]);
  });

  it('is refused once the planned end is past', async () => {
    const world = new LimitingWorld();
    const made = limitedPlan({ lifetimeMs: 60_000 });
    const { digest: _, ...rest } = { ...made, createdAt: '2026-11-22T11:50:00.000Z', expiresAt: '2026-11-23T11:50:00.000Z', actions: made.actions.map((action) => ({ ...action, until: '2026-11-22T11:59:00Z' })) };
    const plan = { ...rest, digest: digestOf(rest) };
    expect(await world.run(plan)).toMatchObject({ results: [{ status: 'refused', detail: expect.stringContaining('is past') as string }] });
  });

  it('never becomes a revocation where its secret is gone', async () => {
    const world = new LimitingWorld();
    world.text = 'nothing';
    const deps = await world.deps({ byId: { ask: async () => introspectionOf({ status: 'active', facts: world.facts }), mutate: async () => (world.limits.push('narrow'), { status: 'accepted', detail: '' }) } });
    const made = limitedPlan({ drop: ['admin'] });
    const { digest: _, ...rest } = { ...made, actions: made.actions.map((action) => ({ ...action, byId: { method: 'DELETE', reversible: false, sideEffects: '' } })) };
    expect(await applyPlan({ ...rest, digest: digestOf(rest) }, deps)).toMatchObject({ results: [{ status: 'unable' }] });
    expect(world.limits).toEqual([]);
  });

  it('sends nothing twice, whenever a run dies, and ends as planned', async () => {
    const plan = limitedPlan(both);
    for (let at = 0; ; at += 1) {
      let died = false;
      for (const after of [false, true]) {
        const world = new LimitingWorld();
        died = await world.run(plan, { at, after }).then(() => false, (error: unknown) => error instanceof Killed);
        await world.run(plan);
        expect(world.facts).toMatchObject({ exp: '2026-12-04T12:00:00Z', scopes: ['read', 'write'] });
        expect(new Set(world.limits).size).toBe(world.limits.length);
        expect(world.records.filter(({ event }) => event === 'apply.intent').length).toBeGreaterThanOrEqual(world.limits.length);
      }
      if (!died) break;
    }
  });

  it('goes on where it lost some of the scopes before it died', async () => {
    const world = new LimitingWorld();
    const plan = limitedPlan({ drop: ['admin', 'write'] });
    world.facts = { ...world.facts, scopes: ['read', 'write'] };
    const [action] = plan.actions;
    world.write('apply.intent', { plan: plan.digest, action: action?.id, kind: 'narrow', store: action?.store, keep: action?.keep }, action?.fingerprint);
    expect(await world.run(plan)).toMatchObject({ results: [{ status: 'done' }] });
  });

  it('is asked about as what it is: alive, and limited', async () => {
    const world = new LimitingWorld();
    const plan = limitedPlan(both);
    const states = async (): Promise<readonly string[]> => (await recheckPlan(plan, await world.deps())).map(({ state }) => state);
    expect(await states()).toEqual(['alive', 'alive']);
    await world.run(plan);
    expect(await states()).toEqual(['limited', 'limited']);
  });

  it('is no plan that does not say to what', () => {
    const made = limitedPlan(both);
    for (const gone of ['until', 'keep', 'tokenId']) {
      const actions = made.actions.filter((action) => gone in action).map((action) => Object.fromEntries(Object.entries(action).filter(([name]) => name !== gone)));
      const rest = { ...made, actions } as unknown as Plan;
      expect(() => readPlan(writePlan({ ...rest, digest: digestOf(rest) }))).toThrow(/does not say to what/);
    }
  });
});
