import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Introspection, Plan, WardenError } from '../../../src/model/index.ts';
import { applyPlan, digestOf } from '../../../src/respond/index.ts';
import { introspectionOf } from '../policy/record.ts';
import { Killed, NOW, World, findingOf, madeUp, planOf } from './world.ts';

const VALUES = [madeUp(1), madeUp(2)];
const FINDINGS = VALUES.map((value) => findingOf({ value, introspection: { status: 'active', facts: { sub: 'ana', scopes: ['read', 'write'] } } }));

function worldOf(values: readonly string[] = VALUES): World {
  const world = new World(values);
  world.facts = { sub: 'ana', scopes: ['write', 'read'] };
  return world;
}

describe('applyPlan', () => {
  it('reads, asks, records the intent, sends, and calls it done when the issuer says inactive', async () => {
    const world = worldOf();
    const deps = await world.deps();
    const applied = await applyPlan(planOf(FINDINGS), deps);
    expect(applied).toMatchObject({ ok: true, dryRun: false, results: [{ status: 'done', confirmedBy: { status: 'inactive' } }, { status: 'done' }] });
    expect([...world.tokens.values()].map(({ alive, mutations }) => [alive, mutations])).toEqual([[false, 1], [false, 1]]);
    expect(world.events(planOf(FINDINGS).actions[0])).toEqual(['apply.asked', 'apply.intent', 'apply.answer', 'apply.proof', 'apply.result']);
    expect(deps.steps.map(({ kind }) => kind)).toEqual([...Array<string[]>(2).fill(['read', 'ask', 'intend', 'send', 'prove', 'result'])].flat());
  });

  it('sends only after the intent is in the ledger', async () => {
    const world = worldOf();
    const seen: string[] = [];
    const deps = await world.deps();
    await applyPlan(planOf(FINDINGS), { ...deps, mutate: async (credential) => (seen.push(world.records.at(-1)?.event ?? ''), world.revoke(credential)) });
    expect(seen).toEqual(['apply.intent', 'apply.intent']);
  });

  it('sends nothing when the ledger cannot be written', async () => {
    const world = worldOf();
    const full = new Error('disk full');
    const deps = await world.deps({ ledger: (event) => { if (event === 'apply.intent') throw full; } });
    await expect(applyPlan(planOf(FINDINGS), deps)).rejects.toBe(full);
    expect(world.sends).toBe(0);
  });

  it('as a dry run sends nothing, asks nothing, and says what it would do', async () => {
    const world = worldOf();
    const applied = await applyPlan(planOf(FINDINGS), await world.deps({ yes: false }));
    expect(applied).toMatchObject({ ok: true, dryRun: true, results: [{ status: 'would' }, { status: 'would' }] });
    expect([world.sends, world.asks]).toEqual([0, 0]);
    world.text = VALUES[0] ?? '';
    expect(await applyPlan(planOf(FINDINGS), await world.deps({ yes: false }))).toMatchObject({ ok: false, results: [{ status: 'would' }, { status: 'unable' }] });
  });

  it('a second time is harmless', async () => {
    const world = worldOf();
    await applyPlan(planOf(FINDINGS), await world.deps());
    const again = await applyPlan(planOf(FINDINGS), await world.deps());
    expect(again).toMatchObject({ ok: true, results: [{ status: 'already-inactive' }, { status: 'already-inactive' }] });
    expect(world.sends).toBe(2);
  });

  it('finds a token dead that somebody else revoked', async () => {
    const world = worldOf();
    for (const token of world.tokens.values()) token.alive = false;
    expect((await applyPlan(planOf(FINDINGS), await world.deps())).ok).toBe(true);
    expect(world.sends).toBe(0);
  });

  it('waits for an issuer that takes its time, and asks no more once it is dead', async () => {
    const world = worldOf([VALUES[0] ?? '']);
    world.lag = 2;
    const waits: number[] = [];
    const deps = await world.deps({ sleep: async (ms) => void waits.push(ms) });
    expect(await applyPlan(planOf(FINDINGS.slice(0, 1)), deps)).toMatchObject({ ok: true, results: [{ status: 'done' }] });
    expect(waits).toEqual([1000, 2000]);
  });

  it('without proof it is requested, never done', async () => {
    const world = worldOf([VALUES[0] ?? '']);
    world.lag = 100;
    const applied = await applyPlan(planOf(FINDINGS.slice(0, 1)), await world.deps());
    expect(applied).toMatchObject({ ok: false, results: [{ status: 'requested', detail: expect.stringContaining('still calls the token active') as string }] });
    expect(world.asks).toBe(5);
  });

  it.each([
    ['a timeout', { status: 'uncertain', why: 'timeout', detail: '' } as const],
    ['an accepted request', { status: 'accepted', detail: 'HTTP 202' } as const],
  ])('%s that the issuer then confirms is done', async (_, answer) => {
    const world = worldOf();
    world.answer = answer;
    expect(await applyPlan(planOf(FINDINGS), await world.deps())).toMatchObject({ ok: true, results: [{ status: 'done' }, { status: 'done' }] });
  });

  it('a sending that fails is uncertain, and is asked about', async () => {
    const world = worldOf([VALUES[0] ?? '']);
    const deps = await world.deps({
      mutate: async (credential) => {
        world.revoke(credential);
        throw new Error(`socket closed while sending ${VALUES[0]}`);
      },
    });
    expect(await applyPlan(planOf(FINDINGS.slice(0, 1)), deps)).toMatchObject({ results: [{ status: 'done' }] });
    expect(JSON.stringify(world.records)).not.toContain(VALUES[0]);
  });

  it('a refused mutation of a living token is unable, with what the issuer said', async () => {
    const world = worldOf([VALUES[0] ?? '']);
    world.answer = { status: 'refused', detail: 'HTTP 403: not yours' };
    expect(await applyPlan(planOf(FINDINGS.slice(0, 1)), await world.deps())).toMatchObject({ ok: false, results: [{ status: 'unable', detail: expect.stringContaining('not yours') as string }] });
    expect(world.asks).toBe(2);
  });

  it.each([
    ['does not answer', introspectionOf({ status: 'unknown', why: 'timeout', detail: 'no answer' })],
    ['may not be asked', introspectionOf({ status: 'notAttempted', why: 'denied', detail: 'denied' })],
  ])('sends nothing when the issuer %s', async (_, answer) => {
    const world = worldOf();
    expect(await applyPlan(planOf(FINDINGS), await world.deps({ ask: async () => answer }))).toMatchObject({ ok: false, results: [{ status: 'unable' }, { status: 'unable' }] });
    expect(world.sends).toBe(0);
  });

  it.each([
    ['identity', { sub: 'eve', scopes: ['read', 'write'] }],
    ['identity that is not said any more', { scopes: ['read', 'write'] }],
    ['grown scopes', { sub: 'ana', scopes: ['read', 'write', 'admin'] }],
    ['shrunken scopes', { sub: 'ana', scopes: ['read'] }],
    ['scopes that are not said any more', { sub: 'ana' }],
  ])('refuses a changed world: %s', async (_, facts) => {
    const world = worldOf();
    world.facts = facts;
    expect(await applyPlan(planOf(FINDINGS), await world.deps())).toMatchObject({ ok: false, results: [{ status: 'refused' }, { status: 'refused' }] });
    expect(world.sends).toBe(0);
  });

  it.each([
    ['store', { store: 'other-store' }],
    ['host', { host: 'elsewhere.example' }],
  ])('refuses a changed world: another %s', async (_, more) => {
    const world = worldOf();
    const answer = { ...introspectionOf({ status: 'active', facts: world.facts }), ...more } as Introspection;
    expect(await applyPlan(planOf(FINDINGS), await world.deps({ ask: async () => answer }))).toMatchObject({ results: [{ status: 'refused' }, { status: 'refused' }] });
    expect(world.sends).toBe(0);
  });

  it('does not mind facts that the plan did not know', async () => {
    const world = worldOf();
    const silent = VALUES.map((value) => findingOf({ value }));
    expect((await applyPlan(planOf(silent), await world.deps())).ok).toBe(true);
  });

  it('says which secret is no longer readable, and goes on with the others', async () => {
    const world = worldOf();
    world.text = VALUES[1] ?? '';
    const applied = await applyPlan(planOf(FINDINGS), await world.deps());
    expect(applied).toMatchObject({ ok: false, results: [{ status: 'unable', detail: 'secret no longer readable: config.yml does not hold it any more' }, { status: 'done' }] });
  });

  it('uses the secret that the user gives where no place holds it, and only if it is that one', async () => {
    const world = worldOf([VALUES[0] ?? '']);
    world.text = '';
    const plan = planOf(FINDINGS.slice(0, 1));
    expect(await applyPlan(plan, await world.deps({ given: Buffer.from(madeUp(9)) }))).toMatchObject({ results: [{ status: 'unable', detail: expect.stringContaining('nor 1 more place') as string }] });
    expect(await applyPlan(plan, await world.deps({ given: Buffer.from(VALUES[0] ?? '') }))).toMatchObject({ results: [{ status: 'done' }] });
  });

  it('does not believe a finder that returns another credential', async () => {
    const world = worldOf();
    const deps = await world.deps();
    const applied = await applyPlan(planOf(FINDINGS), { ...deps, findSecret: async () => findingOf({ value: madeUp(3) }).credential });
    expect(applied.results.map(({ status }) => status)).toEqual(['unable', 'unable']);
    expect([world.asks, world.sends]).toEqual([0, 0]);
  });

  it('stops before the next action when it is interrupted, and still proves what it sent', async () => {
    const world = worldOf();
    const abort = new AbortController();
    const deps = await world.deps({ signal: abort.signal });
    const applied = await applyPlan(planOf(FINDINGS), { ...deps, mutate: async (credential) => (abort.abort(), world.revoke(credential)) });
    expect(applied.results.map(({ status }) => status)).toEqual(['done', 'unable']);
    expect(world.sends).toBe(1);
  });

  it('sends once for one token that two rules found, though the issuer is slow to forget it', async () => {
    const world = worldOf([VALUES[0] ?? '']);
    world.lag = 4;
    const value = VALUES[0] ?? '';
    const findings = [findingOf({ value }), { ...findingOf({ value }), id: 'other' }].map((finding, index) => (index === 0 ? finding : { ...finding, credential: { ...finding.credential, rule: { ...finding.credential.rule, id: 'second-rule' } } }));
    const deps = await world.deps();
    await applyPlan(planOf(findings), { ...deps, findSecret: async (_, fingerprint, rule) => findings.find(({ credential }) => credential.rule.id === rule && credential.fingerprint === fingerprint)?.credential });
    expect(world.sends).toBe(1);
  });

  it('hides a secret that a hostile issuer echoes', async () => {
    const value = VALUES[0] ?? '';
    const world = worldOf([value]);
    world.answer = { status: 'accepted', detail: `revoked ${value}, in base64 ${Buffer.from(value).toString('base64')}` };
    const deps = await world.deps();
    const applied = await applyPlan(planOf(FINDINGS.slice(0, 1)), { ...deps, ask: async (credential) => ({ ...world.ask(credential), reason: `no ${value}` }) as Introspection });
    for (const text of [JSON.stringify(world.records), JSON.stringify(applied)]) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(Buffer.from(value).toString('base64').slice(0, 20));
    }
    expect(applied.results[0]?.status).toBe('done');
  });
});

describe('a plan that is not as it was made', () => {
  const plan = planOf(FINDINGS);
  const [first, second] = plan.actions;
  if (first === undefined || second === undefined) throw new Error('two actions were planned');
  const forged = (changed: Plan): Plan => ({ ...changed, digest: digestOf(changed) });
  it.each([
    ['edited', { ...plan, actions: [{ ...first, host: 'evil.example' }, second] }, 'PLAN_CHANGED'],
    ['reordered', { ...plan, actions: [second, first] }, 'PLAN_CHANGED'],
    ['shortened', { ...plan, actions: [first] }, 'PLAN_CHANGED'],
    ['lengthened', { ...plan, actions: [first, second, first] }, 'PLAN_CHANGED'],
    ['kept alive', { ...plan, expiresAt: '2099-01-01T00:00:00.000Z' }, 'PLAN_CHANGED'],
    ['exactly out of date', forged({ ...plan, expiresAt: NOW.toISOString() }), 'PLAN_STALE'],
    ['from the future', forged({ ...plan, createdAt: new Date(NOW.getTime() + 3_600_000).toISOString(), expiresAt: '2099-01-01T00:00:00.000Z' }), 'PLAN_STALE'],
  ])('is refused before anything is read: %s', async (_, changed, code) => {
    const world = worldOf();
    const deps = await world.deps();
    const error = await applyPlan(changed, deps).then(
      () => undefined,
      (thrown: unknown) => thrown as WardenError,
    );
    expect(error?.code).toBe(code);
    expect(deps.calls()).toBe(0);
  });

  it('forged with a digest of its own still reaches only what the issuer confirms', async () => {
    const world = worldOf();
    const changed = forged({ ...plan, actions: [{ ...first, store: 'other-store' }, { ...second, identity: 'eve' }] });
    expect((await applyPlan(changed, await world.deps())).results.map(({ status }) => status)).toEqual(['refused', 'refused']);
    expect(world.sends).toBe(0);
  });
});

describe('a process that dies', { timeout: 120_000 }, () => {
  it('at any step, any number of times, revokes nothing twice and ends proven', async () => {
    const calls = await callsOfAWholeRun();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ at: fc.nat(calls), after: fc.boolean() }), { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 3 }), fc.constantFrom('accepted', 'uncertain'), async (faults, lag, status) => {
        const world = worldOf();
        world.lag = lag;
        world.answer = status === 'accepted' ? { status, detail: '' } : { status: 'uncertain', why: 'timeout', detail: '' };
        for (const fault of faults) await applyPlan(planOf(FINDINGS), await world.deps({}, fault)).catch(mustBeKilled);
        const last = await applyPlan(planOf(FINDINGS), await world.deps());
        expect(last.ok).toBe(true);
        for (const { mutations, alive } of world.tokens.values()) {
          expect(mutations).toBe(1);
          expect(alive).toBe(false);
        }
        for (const value of VALUES) expect(JSON.stringify(world.records)).not.toContain(value);
      }),
      { seed: 17, numRuns: 200 },
    );
  });

  it('at each single step in turn', async () => {
    const calls = await callsOfAWholeRun();
    expect(calls).toBeGreaterThan(20);
    for (let at = 0; at < calls; at += 1) {
      for (const after of [false, true]) {
        const world = worldOf();
        world.lag = 1;
        await expect(applyPlan(planOf(FINDINGS), await world.deps({}, { at, after }))).rejects.toBeInstanceOf(Killed);
        expect((await applyPlan(planOf(FINDINGS), await world.deps())).ok).toBe(true);
        expect([...world.tokens.values()].map(({ mutations }) => mutations)).toEqual([1, 1]);
      }
    }
  });
});

async function callsOfAWholeRun(): Promise<number> {
  const world = worldOf();
  const deps = await world.deps();
  await applyPlan(planOf(FINDINGS), deps);
  return deps.calls();
}

function mustBeKilled(error: unknown): void {
  expect(error).toBeInstanceOf(Killed);
}

describe('a plan that was carried out', () => {
  it('is not carried out again when somebody switches the token on again', async () => {
    const world = worldOf([VALUES[0] ?? '']);
    const plan = planOf(FINDINGS.slice(0, 1));
    await applyPlan(plan, await world.deps());
    for (const token of world.tokens.values()) Object.assign(token, { alive: true, asksUntilDead: undefined });
    expect(await applyPlan(plan, await world.deps())).toMatchObject({ ok: false, results: [{ status: 'refused', detail: expect.stringContaining('carried out once') as string }] });
    expect(world.sends).toBe(1);
  });

  it('does not repeat what the issuer took a moment ago, and does after a while', async () => {
    const world = worldOf([VALUES[0] ?? '']);
    world.lag = 100;
    const plan = planOf(FINDINGS.slice(0, 1));
    await applyPlan(plan, await world.deps());
    expect(await applyPlan(plan, await world.deps())).toMatchObject({ results: [{ status: 'requested', detail: expect.stringContaining('was not sent again') as string }] });
    expect(world.sends).toBe(1);
    await applyPlan(plan, await world.deps({ now: () => new Date(NOW.getTime() + 3_600_000) }));
    expect(world.sends).toBe(2);
  });
});

describe('a token of which nobody has the secret', () => {
  const byId = planOf(FINDINGS.slice(0, 1), { revocable: () => ({ store: 'example-store', host: 'issuer.example', method: 'DELETE tokens/ID', reversible: false, sideEffects: '', through: 'id' }) });
  const withId = (): Plan => {
    const plan = planOf([findingOf({ value: VALUES[0] ?? '', introspection: { status: 'active', facts: { sub: 'ana', scopes: ['read', 'write'], tokenId: 'id-1' } } })], { revocable: () => ({ store: 'example-store', host: 'issuer.example', method: 'DELETE tokens/ID', reversible: false, sideEffects: '', through: 'id' }) });
    return plan;
  };
  const doorOf = (world: World): { readonly mutated: string[]; readonly door: NonNullable<Parameters<typeof applyPlan>[1]['byId']> } => {
    const mutated: string[] = [];
    const credential = FINDINGS[0]?.credential;
    if (credential === undefined) throw new Error('a credential was made');
    return {
      mutated,
      door: {
        ask: async () => {
          const answer = world.ask(credential);
          return answer.status === 'active' ? { ...answer, facts: { ...answer.facts, tokenId: 'id-1' } } : answer;
        },
        mutate: async ({ tokenId }) => (mutated.push(tokenId ?? ''), world.revoke(credential)),
      },
    };
  };

  it('is revoked by its id, without reading anything, and proven by the list', async () => {
    const world = worldOf([VALUES[0] ?? '']);
    world.text = '';
    const { mutated, door } = doorOf(world);
    expect(await applyPlan(withId(), await world.deps({ byId: door }))).toMatchObject({ ok: true, results: [{ status: 'done' }] });
    expect(mutated).toEqual(['id-1']);
    expect(world.records.find(({ event }) => event === 'apply.intent')?.detail).toMatchObject({ tokenId: 'id-1' });
  });

  it('needs an id in the plan, and a store that takes it', async () => {
    const world = worldOf([VALUES[0] ?? '']);
    expect(await applyPlan(byId, await world.deps({ byId: doorOf(world).door }))).toMatchObject({ results: [{ status: 'unable', detail: 'the plan names no id of the token' }] });
    expect(await applyPlan(withId(), await world.deps())).toMatchObject({ results: [{ status: 'unable', detail: expect.stringContaining('no store is configured') as string }] });
  });

  it('is what is left when no place holds the secret any more', async () => {
    const world = worldOf([VALUES[0] ?? '']);
    world.text = '';
    const { mutated, door } = doorOf(world);
    const plan = planOf([findingOf({ value: VALUES[0] ?? '', introspection: { status: 'active', facts: { sub: 'ana', tokenId: 'id-1' } } })], { revocable: () => ({ store: 'example-store', host: 'issuer.example', method: 'POST revoke', reversible: false, sideEffects: '', byId: { method: 'DELETE tokens/ID', reversible: false, sideEffects: '' } }) });
    expect(await applyPlan(plan, await world.deps({ byId: door }))).toMatchObject({ ok: true, results: [{ status: 'done' }] });
    expect(mutated).toEqual(['id-1']);
  });
});

describe('an action that is held', () => {
  it('is left alone before anything is read, or once the secret is known', async () => {
    const world = worldOf();
    const deps = await world.deps({ hold: (action, credential) => (credential === undefined ? (action.fingerprint === FINDINGS[0]?.credential.fingerprint ? 'protected' : undefined) : 'it is our own') });
    expect(await applyPlan(planOf(FINDINGS), deps)).toMatchObject({ ok: false, results: [{ status: 'held', detail: 'protected' }, { status: 'held', detail: 'it is our own' }] });
    expect([world.sends, world.asks]).toEqual([0, 0]);
  });

  it('so is one whose plan goes out of date while others are carried out', async () => {
    const world = worldOf();
    let calls = 0;
    const deps = await world.deps({ now: () => (calls++ < 4 ? NOW : new Date(NOW.getTime() + 2 * 86_400_000)) });
    expect((await applyPlan(planOf(FINDINGS), deps)).results.at(-1)).toMatchObject({ status: 'held', detail: expect.stringContaining('out of date') as string });
  });
});
