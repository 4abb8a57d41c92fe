import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditRecord, ConsumerPlace, Doubt, Introspection, ReplacementWish } from '../../../src/model/index.ts';
import { rotate, stateOf, type RotateDeps, type RotateOptions, type Rotated, type RotationSpec } from '../../../src/respond/index.ts';
import { makeCredential, makeSecret } from '../issuers/make-credential.ts';

const DAY = 86_400_000;
const place = (name: string, part = 'secret'): ConsumerPlace => ({ type: 'file', at: { path: name }, part });
const spec: RotationSpec = { name: 'deploy', store: 'bao', rule: 'vault-service-token', consumers: [place('a'), place('blind'), place('c')], scopes: ['read'], lifetimeMs: 30 * DAY, quietMs: DAY, graceMs: DAY };

const NONE: RotateOptions = { again: false, confirmQuiet: false, confirmLost: false, confirmLimits: false, confirmOverwrite: false };

class Crash extends Error {}

interface Token {
  readonly id: string;
  readonly name: string;
  isOn: boolean;
  isThere: boolean;
  usedAt?: Date | 'never';
}

/** Issuer, consumers and ledger in memory. It can break at any of its effects, before or after it. */
class World {
  now = Date.parse('2026-11-22T12:00:00Z');
  tokens = new Map<string, Token>();
  places = new Map<string, string>();
  records: AuditRecord[] = [];
  sealed = new Map<string, string>();
  calls: string[] = [];
  breakAt = -1;
  breaksAfter = false;
  effects = 0;
  canDeactivate = true;
  tellsUse = true;
  tellsNames = true;
  made = 0;
  newScopes: readonly string[] | undefined = ['read'];
  answersNew: 'active' | 'inactive' = 'active';
  worst = Infinity;
  allowed: readonly string[] | undefined;
  doubts: readonly Doubt[] = [];
  newExp: Date | 'never' | undefined = new Date(Date.parse('2026-12-22T12:00:00Z'));

  constructor() {
    this.tokens.set('old-secret', { id: 'id-0', name: 'hand-made', isOn: true, isThere: true, usedAt: 'never' });
    for (const { at } of spec.consumers) this.places.set(at['path'] ?? '', 'old-secret');
  }

  /** Consumers that have a credential which works, at this moment. */
  get served(): number {
    return [...this.places].filter(([path, value]) => !path.endsWith('/id') && this.works(value) && this.#hasItsId(path, value)).length;
  }
  /** Where a place has the id beside it, that is the id of this secret and no other. */
  #hasItsId(path: string, value: string): boolean {
    const id = this.places.get(path.replace(/[^/]*$/, 'id'));
    return id === undefined || id === this.tokens.get(value)?.id;
  }
  works(value: string): boolean {
    const token = this.tokens.get(value);
    return token !== undefined && token.isOn && token.isThere;
  }

  #effect<T>(name: string, work: () => T): T {
    this.effects += 1;
    const isHere = this.effects === this.breakAt;
    if (isHere && !this.breaksAfter) throw new Crash(name);
    this.calls.push(name);
    const result = work();
    this.worst = Math.min(this.worst, this.served);
    if (isHere) throw new Crash(name);
    return result;
  }

  readonly deps: RotateDeps = {
    ledger: (event, detail) => this.#effect(`ledger ${event}`, () => this.records.push({ seq: this.records.length + 1, prev: '', at: new Date(this.now).toISOString(), run: '', actor: '', event, detail })),
    now: () => new Date(this.now),
    sleep: async (ms) => {
      this.now += ms;
    },
    newId: () => `round-${this.records.length}`,
    makeSecret,
    credential: (secret, parts) => makeCredential('vault-service-token', secret.reveal(), { companions: Object.entries(parts).map(([name, value]) => ({ name, secret: value })) }),
    issuer: {
      cannotRotate: () => undefined,
      ask: async ({ secret }): Promise<Introspection> => {
        const base = { at: new Date(this.now), method: 'lookup' };
        const token = this.tokens.get(secret.reveal());
        if (token?.id !== 'id-0' && this.answersNew === 'inactive') return { status: 'inactive', reason: 'unknown', ...base };
        if (token === undefined || !token.isOn || !token.isThere) return { status: 'inactive', reason: 'gone', ...base };
        return { status: 'active', facts: { ...(token.id === 'id-0' ? { scopes: ['read', 'write'] } : this.newScopes === undefined ? {} : { scopes: this.newScopes }), tokenId: token.id, ...(this.newExp === undefined ? {} : { exp: this.newExp }), ...(this.tellsUse && token.usedAt !== undefined ? { lastUsedAt: token.usedAt } : {}) }, ...base };
      },
      rotate: async (_old, { name = '' }) =>
        this.#effect('rotate', () => {
          this.made += 1;
          const value = `new-secret-${this.made}`;
          this.tokens.set(value, { id: `id-${this.made}`, name, isOn: true, isThere: true });
          return { status: 'issued', secret: makeSecret(value), facts: { tokenId: `id-${this.made}` }, oldLives: true };
        }),
      canDeactivate: () => this.canDeactivate,
      deactivate: async ({ secret }) => this.#effect(`deactivate ${secret.reveal()}`, () => this.#switchOff(secret.reveal())),
      revoke: async ({ secret }) => this.#effect(`revoke ${secret.reveal()}`, () => this.#end(secret.reveal())),
      revokeById: async (id) => this.#effect(`revoke ${id}`, () => this.#end([...this.tokens].find(([, token]) => token.id === id)?.[0] ?? '')),
      named: async (name) => (this.tellsNames ? [...this.tokens.values()].filter((token) => token.name === name && token.isThere).map(({ id }) => id) : undefined),
      isListed: async (id) => [...this.tokens.values()].some((token) => token.id === id && token.isThere),
    },
    consumers: {
      read: async ({ at: { path = '' } }) => (path === 'blind' ? { status: 'unreadable' } : { status: 'holds', secret: makeSecret(this.places.get(path) ?? '') }),
      put: async (writes) =>
        this.#effect(`put ${writes.map(({ place: one }) => one.at['path']).join(' ')}`, () => {
          for (const { place: one, secret } of writes) this.places.set(one.at['path'] ?? '', secret.reveal());
          return { status: 'accepted', detail: '' };
        }),
      holder: ({ at: { path = '', holder = path } }) => holder,
      guard: () => 'look-before',
    },
    policy: {
      allowed: (scopes) => scopes.filter((scope) => this.allowed === undefined || this.allowed.includes(scope)),
      doubts: () => this.doubts,
    },
    vault: {
      keep: (id, slot, secret) => this.#effect(`keep ${slot}`, () => this.sealed.set(`${id} ${slot}`, secret.reveal()) !== undefined),
      kept: (id, slot) => {
        const value = this.sealed.get(`${id} ${slot}`);
        return value === undefined ? undefined : makeSecret(value);
      },
      forget: (id) => this.#effect('forget', () => (['old', 'new', 'new-id'] as const).forEach((slot) => this.sealed.delete(`${id} ${slot}`))),
    },
    onStep: () => undefined,
  };

  #switchOff(value: string): { readonly status: 'accepted'; readonly detail: string } {
    const token = this.tokens.get(value);
    if (token !== undefined) token.isOn = false;
    return { status: 'accepted', detail: '' };
  }
  #end(value: string): { readonly status: 'accepted'; readonly detail: string } {
    const token = this.tokens.get(value);
    if (token !== undefined) token.isThere = false;
    return { status: 'accepted', detail: '' };
  }

  run(options: Partial<RotateOptions> = {}): Promise<Rotated> {
    return rotate(spec, this.records, { ...NONE, ...options }, this.deps);
  }

  /** As a schedule would: again every few hours, until it is finished. */
  async runOn(): Promise<Rotated> {
    let last = await this.run();
    for (let times = 0; last.status === 'waiting' && times < 12; times += 1) {
      this.now += 7 * 3_600_000;
      last = await this.run();
    }
    return last;
  }

  /** Deps whose nth call to issuer or consumers has no answer, whether or not it was carried out. */
  silent(nth: number, isCarriedOut: boolean): { readonly deps: RotateDeps; readonly count: () => number } {
    let count = 0;
    const lost = { status: 'uncertain' as const, why: 'timeout' as const, detail: 'no answer' };
    const wrap =
      <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>, instead: R) =>
      async (...args: A): Promise<R> => {
        count += 1;
        if (count !== nth) return call(...args);
        if (isCarriedOut) await call(...args);
        return instead;
      };
    const { issuer, consumers } = this.deps;
    const unknown = { status: 'unknown' as const, why: 'timeout' as const, detail: 'no answer', at: new Date(this.now), method: 'lookup' };
    return {
      count: () => count,
      deps: {
        ...this.deps,
        issuer: { ...issuer, ask: wrap(issuer.ask, unknown), rotate: wrap(issuer.rotate, lost), deactivate: wrap(issuer.deactivate, lost), revoke: wrap(issuer.revoke, lost), revokeById: wrap(issuer.revokeById, lost), named: wrap(issuer.named, undefined), isListed: wrap(issuer.isListed, undefined) },
        consumers: { ...consumers, read: wrap(consumers.read, { status: 'unknown', detail: 'no answer' }), put: wrap(consumers.put, lost) },
      },
    };
  }

  get alive(): readonly string[] {
    return [...this.tokens].filter(([value]) => this.works(value)).map(([value]) => value);
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe('a rotation', () => {
  it('replaces, checks, stores, waits for quiet, switches off, waits, deletes', async () => {
    expect(await world.run()).toMatchObject({ status: 'waiting', until: new Date('2026-11-23T12:00:00Z') });
    expect([...world.places.values()]).toEqual(['new-secret-1', 'new-secret-1', 'new-secret-1']);
    expect(world.alive).toEqual(['old-secret', 'new-secret-1']);
    world.now += DAY;
    expect(await world.run()).toMatchObject({ status: 'waiting', until: new Date('2026-11-24T12:00:00Z') });
    expect(world.alive).toEqual(['new-secret-1']);
    world.now += DAY;
    expect(await world.run()).toMatchObject({ status: 'finished' });
    expect(world.calls.filter((call) => /^(?:rotate|put|deactivate|revoke)/.test(call))).toEqual(['rotate', 'put a', 'put blind', 'put c', 'deactivate old-secret', 'revoke old-secret']);
    expect(world.tokens.get('old-secret')?.isThere).toBe(false);
    expect(world.sealed.size).toBe(0);
    expect(JSON.stringify(world.records)).not.toMatch(/-secret/);
    expect(await stateOf('deploy', world.records)).toEqual({ finished: { id: 'round-0', at: new Date(world.now), expiresAt: new Date('2026-12-22T12:00:00Z') } });
    expect(await world.run()).toMatchObject({ status: 'finished' });
    expect(world.made).toBe(1);
    expect(await world.run({ again: true })).toMatchObject({ status: 'waiting' });
    expect(world.made).toBe(2);
  });

  const variants = [true, false].flatMap((canDeactivate) => [true, false].map((breaksAfter) => ({ canDeactivate, breaksAfter })));
  it.each(variants)('goes on after a crash at any effect, each consumer served at every moment: %j', async ({ canDeactivate, breaksAfter }) => {
    const whole = new World();
    whole.canDeactivate = canDeactivate;
    expect((await whole.runOn()).status).toBe('finished');
    expect(whole.effects).toBeGreaterThan(20);
    for (let breakAt = 1; breakAt <= whole.effects; breakAt += 1) {
      world = new World();
      Object.assign(world, { canDeactivate, breaksAfter, breakAt });
      const error = await world.runOn().catch((thrown: unknown) => thrown);
      expect({ breakAt, broke: error instanceof Crash }).toEqual({ breakAt, broke: true });
      expect({ breakAt, served: world.served }).toEqual({ breakAt, served: 3 });
      const where = (error as Crash).message;
      expect({ where, ...(await world.runOn()) }).toMatchObject({ where, status: 'finished' });
      expect({ where, worst: world.worst, alive: world.alive.length, holds: new Set(world.places.values()) }).toEqual({ where, worst: 3, alive: 1, holds: new Set(world.alive) });
      const ended = world.calls.filter((call) => call === 'revoke old-secret');
      expect({ where, ended: ended.length }).toEqual({ where, ended: 1 });
      expect(world.sealed.size).toBe(0);
    }
  });

  it('goes on after two crashes anywhere', async () => {
    const total = 30;
    for (let first = 1; first <= total; first += 3) {
      for (let second = 1; second <= total; second += 4) {
        world = new World();
        world.breakAt = first;
        world.breaksAfter = true;
        await world.runOn().catch(() => undefined);
        world.breakAt = world.effects + second;
        await world.runOn().catch(() => undefined);
        world.breakAt = -1;
        expect(['finished']).toContain((await world.runOn()).status);
        expect({ first, second, worst: world.worst, alive: world.alive.length }).toEqual({ first, second, worst: 3, alive: 1 });
      }
    }
  });

  it('takes time alone for no proof where the issuer does not tell the last use: a person confirms', async () => {
    world.tellsUse = false;
    await world.run();
    world.now += 1000 * DAY;
    expect(await world.run()).toMatchObject({ status: 'waiting', detail: expect.stringContaining('--confirm-quiet') as string });
    expect(world.alive).toEqual(['old-secret', 'new-secret-1']);
    expect(await world.run({ confirmQuiet: true })).toMatchObject({ status: 'waiting' });
    expect(world.records.find(({ event }) => event === 'rotate.quiet')?.detail).toMatchObject({ how: 'a person confirmed that nothing uses it' });
    expect(world.alive).toEqual(['new-secret-1']);
  });

  it('waits while the old one is used', async () => {
    await world.run();
    world.now += 2 * DAY;
    const old = world.tokens.get('old-secret');
    if (old !== undefined) old.usedAt = new Date(world.now - 3_600_000);
    expect(await world.run()).toMatchObject({ status: 'waiting', until: new Date(world.now - 3_600_000 + DAY) });
    expect(world.alive).toHaveLength(2);
  });

  it('does not take its own questions for uses', async () => {
    const old = world.tokens.get('old-secret');
    if (old !== undefined) old.usedAt = new Date(world.now - DAY);
    await world.run();
    if (old !== undefined) old.usedAt = new Date(world.now);
    world.now += 30_000;
    expect(await world.run()).toMatchObject({ status: 'waiting' });
    if (old !== undefined) old.usedAt = new Date(world.now);
    world.now += 2 * DAY;
    expect(await world.run()).toMatchObject({ status: 'waiting', detail: expect.stringContaining('grace') as string });
    expect(world.records.find(({ event }) => event === 'rotate.quiet')?.detail).toMatchObject({ how: `last used at ${new Date(Date.parse('2026-11-21T12:00:00Z')).toISOString()}` });
  });

  it.each([
    ['does not work', { answersNew: 'inactive' as const }],
    ['may do more than was wanted', { newScopes: ['read', 'admin'] }],
  ])('ends a replacement that %s before any consumer is touched', async (_name, given) => {
    Object.assign(world, given);
    expect(await world.run()).toMatchObject({ status: 'refused' });
    expect([...world.places.values()]).toEqual(['old-secret', 'old-secret', 'old-secret']);
    expect(world.alive).toEqual(['old-secret']);
    expect(world.calls.filter((call) => call.startsWith('put'))).toEqual([]);
  });

  it('leaves alone a place that somebody else changed', async () => {
    world.breakAt = 8;
    await world.run().catch(() => undefined);
    world.breakAt = -1;
    world.places.set('c', 'of-somebody');
    expect(await world.run()).toMatchObject({ status: 'waiting', detail: expect.stringContaining('somebody else changed it') as string });
    expect(world.places.get('c')).toBe('of-somebody');
  });

  it('does not end the old one when a place has lost the new one', async () => {
    await world.run();
    world.places.set('c', 'old-secret');
    world.now += 3 * DAY;
    expect(await world.run()).toMatchObject({ status: 'waiting', detail: expect.stringContaining('does not hold the new one') as string });
    expect(world.alive).toContain('old-secret');
  });

  it('asks a person where an answer was lost and the issuer keeps no names', async () => {
    world.tellsNames = false;
    const rotation = new World();
    await rotation.run();
    world.breakAt = rotation.calls.indexOf('rotate') + 1;
    world.breaksAfter = true;
    await expect(world.run()).rejects.toThrow(Crash);
    expect(await world.run()).toMatchObject({ status: 'waiting', detail: expect.stringContaining('--confirm-lost') as string });
    expect(await world.run({ confirmLost: true })).toMatchObject({ status: 'waiting' });
    expect(world.places.get('a')).toBe('new-secret-2');
  });

  it.each([true, false])('goes on after any question or request without an answer, carried out or not: %s', async (isCarriedOut) => {
    for (const canDeactivate of [true, false]) {
      for (let nth = 1; ; nth += 1) {
        world = new World();
        world.canDeactivate = canDeactivate;
        const { deps, count } = world.silent(nth, isCarriedOut);
        let last: Rotated = { status: 'waiting', detail: '' };
        for (let times = 0; last.status !== 'finished' && times < 15; times += 1) {
          last = await rotate(spec, world.records, NONE, deps);
          world.now += 7 * 3_600_000;
        }
        expect({ nth, status: last.status, worst: world.worst, alive: world.alive, there: [...world.tokens.values()].filter(({ isThere }) => isThere).length }).toMatchObject({ nth, status: 'finished', worst: 3, alive: [expect.stringMatching(/^new-secret/)], there: 1 });
        if (count() < nth) break;
      }
    }
  });

  it('takes no word of a person that nothing uses the old one before every consumer has the new one', async () => {
    world.tellsUse = false;
    expect(await world.run({ confirmQuiet: true })).toMatchObject({ status: 'waiting', detail: expect.stringContaining('only since this run') as string });
    expect(world.alive).toEqual(['old-secret', 'new-secret-1']);
    await world.run({ confirmQuiet: true });
    expect(world.alive).toEqual(['new-secret-1']);
  });

  it('does not call one deleted that is only switched off', async () => {
    await world.run();
    world.now += DAY;
    await world.run();
    world.now += DAY;
    const { revoke } = world.deps.issuer;
    const refusing = { ...world.deps, issuer: { ...world.deps.issuer, revoke: async () => ({ status: 'uncertain' as const, why: 'timeout' as const, detail: 'no answer' }) } };
    const options = NONE;
    expect(await rotate(spec, world.records, options, refusing)).toMatchObject({ status: 'waiting', detail: expect.stringContaining('not deleted (no answer)') as string });
    expect(world.tokens.get('old-secret')?.isThere).toBe(true);
    expect(await rotate(spec, world.records, options, { ...refusing, issuer: { ...refusing.issuer, revoke } })).toMatchObject({ status: 'finished' });
    expect(world.tokens.get('old-secret')?.isThere).toBe(false);
  });

  it('does not call a replacement ended that nobody saw dead', async () => {
    world.newScopes = ['read', 'admin'];
    const taking = { ...world.deps, issuer: { ...world.deps.issuer, revokeById: async () => ({ status: 'accepted' as const, detail: 'answered 202' }) } };
    expect(await rotate(spec, world.records, NONE, taking)).toMatchObject({ status: 'waiting', detail: expect.stringContaining('not known to be dead (answered 202)') as string });
    expect(world.alive).toEqual(['old-secret', 'new-secret-1']);
    expect(await world.run()).toMatchObject({ status: 'refused' });
    expect(world.alive).toEqual(['old-secret']);
  });

  describe('of two parts', () => {
    const pair: RotationSpec = { ...spec, consumers: [place('app/secret'), { ...place('app/id', 'key-id') }, { type: 'file', part: 'secret', at: { path: 'url' }, template: 'db://{key-id|url}:{secret|url}@host/' }] };
    const holder = ({ at: { path = '' } }: ConsumerPlace): string => path.replace(/\/.*/, '');
    const paired = (): World => {
      const made = new World();
      made.places.clear();
      made.places.set('app/secret', 'old-secret').set('app/id', 'id-0').set('url', 'db://id-0:old%2Dsecret@host/');
      return made;
    };
    /** The secret in the URL, as its reader takes it apart. */
    const depsOf = (given: World): RotateDeps => ({ ...given.deps, consumers: { ...given.deps.consumers, holder } });
    const on = async (given: World): Promise<Rotated> => {
      let last: Rotated = { status: 'waiting', detail: '' };
      for (let times = 0; last.status === 'waiting' && times < 12; times += 1) {
        last = await rotate(pair, given.records, NONE, depsOf(given));
        given.now += 7 * 3_600_000;
      }
      return last;
    };

    it('has both written at once, whatever breaks and when', async () => {
      const whole = paired();
      expect(await on(whole)).toMatchObject({ status: 'finished' });
      expect(whole.calls.filter((call) => call.startsWith('put'))).toEqual(['put app/secret app/id', 'put url']);
      expect(Object.fromEntries(whole.places)).toEqual({ 'app/secret': 'new-secret-1', 'app/id': 'id-1', url: 'db://id-1:new-secret-1@host/' });
      expect(whole.worst).toBe(1);
      for (const breaksAfter of [true, false]) {
        for (let breakAt = 1; breakAt <= whole.effects; breakAt += 1) {
          const broken = Object.assign(paired(), { breakAt, breaksAfter });
          await on(broken).catch(() => undefined);
          expect({ breakAt, served: broken.served }).toEqual({ breakAt, served: 1 });
          expect({ breakAt, ...(await on(broken)), worst: broken.worst, url: broken.places.get('url') }).toMatchObject({ breakAt, status: 'finished', worst: 1, url: expect.stringMatching(/^db:\/\/(id-\d):new-secret-\d@host\/$/) as string });
        }
      }
    });

    it('is refused before anything is done where a place takes one part at a time', async () => {
      const given = paired();
      expect(await rotate(pair, given.records, NONE, given.deps)).toMatchObject({ status: 'refused', detail: expect.stringContaining('file: app/secret does not take key-id in the same write') as string });
      expect(given.calls).toEqual([]);
    });

    it('is refused where a template does not fit what is there', async () => {
      const given = paired();
      given.places.set('url', 'db://somebody@host/');
      expect(await rotate(pair, given.records, NONE, depsOf(given))).toMatchObject({ status: 'refused', detail: expect.stringContaining('another form than its template') as string });
    });

    it('wants its other part told where nobody gives it back', async () => {
      const given = new World();
      const blind = { ...pair, consumers: [place('blind'), place('blind', 'key-id')] };
      const deps = { ...given.deps, consumers: { ...given.deps.consumers, holder: () => 'one' } };
      const options = { ...NONE, given: makeSecret('old-secret') };
      expect(await rotate(blind, given.records, options, deps)).toMatchObject({ status: 'refused', detail: expect.stringContaining('--part key-id=') as string });
      expect(await rotate(blind, given.records, { ...options, givenParts: { 'key-id': makeSecret('id-0') } }, deps)).toMatchObject({ status: 'waiting' });
      expect(given.calls.filter((call) => call.startsWith('put'))).toEqual(['put blind blind']);
    });
  });

  describe('and policy', () => {
    const free: RotationSpec = (({ scopes: _scopes, lifetimeMs: _lifetime, ...rest }) => rest)(spec);
    const wishes: ReplacementWish[] = [];
    /** An issuer that makes what is wished, or nothing. */
    const depsOf = (given: World, can: (wish: ReplacementWish) => boolean = () => true, maxLifetimeMs?: number): RotateDeps => ({
      ...given.deps,
      policy: { ...given.deps.policy, ...(maxLifetimeMs === undefined ? {} : { maxLifetimeMs }) },
      issuer: {
        ...given.deps.issuer,
        rotate: async (old, wish) => {
          wishes.push(wish);
          return can(wish) ? given.deps.issuer.rotate(old, wish) : { status: 'refused', detail: 'it cannot' };
        },
      },
    });
    beforeEach(() => void wishes.splice(0));

    it('makes the new one narrower and shorter than the old one, as policy allows', async () => {
      world.allowed = ['read'];
      expect(await rotate(free, world.records, NONE, depsOf(world, undefined, 14 * DAY))).toMatchObject({ status: 'waiting' });
      expect(wishes).toMatchObject([{ scopes: ['read'] }]);
      expect(Math.round(((wishes[0]?.expiresAt?.getTime() ?? 0) - Date.parse('2026-11-22T12:00:00Z')) / DAY)).toBe(14);
      expect(world.records.find(({ event }) => event === 'rotate.started')?.detail).toMatchObject({ scopes: ['read'], narrowed: ['write'] });
    });

    it.each([
      ['nobody', {}, undefined, 'refused'],
      ['a person', { confirmLimits: true }, undefined, 'waiting'],
      ['the configuration', {}, [{ limit: 'max-lifetime', reason: 'it has none', owner: 'ana' }], 'waiting'],
      ['the configuration, of another limit', {}, [{ limit: 'over-scoped', reason: 'x', owner: 'ana' }], 'refused'],
    ])('does not take one without an end where policy wants one and %s accepts it', async (_who, options, accept, status) => {
      const answer = await rotate({ ...free, ...(accept === undefined ? {} : { accept }) }, world.records, { ...NONE, ...options }, depsOf(world, ({ expiresAt }) => expiresAt === undefined, 14 * DAY));
      expect(answer).toMatchObject({ status, ...(status === 'refused' ? { detail: expect.stringMatching(/max-lifetime: policy allows 14d.*--confirm-limits/) as string } : {}) });
      expect([wishes.length, world.alive.length]).toEqual(status === 'refused' ? [1, 1] : [2, 2]);
      expect(world.records.filter(({ event }) => event === 'rotate.accepted').map(({ detail }) => detail['limit'])).toEqual(status === 'refused' ? [] : ['max-lifetime']);
    });

    it('ends a replacement of which policy says that it is too much, before any consumer is touched', async () => {
      world.doubts = [{ about: 'no-expiry', detail: 'The token never expires.' }];
      expect(await world.run()).toMatchObject({ status: 'refused', detail: expect.stringContaining('no-expiry: The token never expires.') as string });
      expect([world.alive, world.calls.filter((call) => call.startsWith('put'))]).toEqual([['old-secret'], []]);
      expect(await world.run({ confirmLimits: true })).toMatchObject({ status: 'waiting' });
    });

    it.each([
      ['scopes', { newScopes: undefined }],
      ['expiry', { newExp: undefined }],
    ])('does not go on where the issuer is silent about the wished %s, unless a person says so', async (about, given) => {
      Object.assign(world, given);
      expect(await world.run()).toMatchObject({ status: 'refused', detail: expect.stringMatching(new RegExp(`${about}: the issuer does not tell`)) as string });
      expect(world.alive).toEqual(['old-secret']);
      expect(await world.run({ confirmLimits: true })).toMatchObject({ status: 'waiting' });
      expect(world.records.filter(({ event }) => event === 'rotate.checked').at(-1)?.detail).toMatchObject({ untold: [about] });
    });

    it('refuses a life that would be over before the old one is deleted', async () => {
      expect(await rotate({ ...spec, lifetimeMs: 2 * DAY }, world.records, NONE, world.deps)).toMatchObject({ status: 'refused', detail: expect.stringContaining('shorten quiet: or grace:') as string });
      world.newExp = new Date(world.now + DAY);
      expect(await world.run()).toMatchObject({ status: 'refused', detail: expect.stringContaining('before the old one could be deleted') as string });
      expect(world.alive).toEqual(['old-secret']);
    });

    it('is due again before what it made ends by itself', async () => {
      await world.runOn();
      const { finished } = await stateOf('deploy', world.records);
      expect(finished?.expiresAt).toEqual(new Date('2026-12-22T12:00:00Z'));
      expect(await world.run()).toMatchObject({ status: 'finished', detail: expect.stringContaining('as it ends at 2026-12-22') as string });
      world.now = Date.parse('2026-12-13T12:00:00Z');
      world.newExp = new Date('2027-01-10T12:00:00Z');
      expect(await world.run()).toMatchObject({ status: 'waiting' });
      expect(world.made).toBe(2);
    });
  });

  it('leaves alone a place that gives nothing back and was changed since the rotation began, unless a person says so', async () => {
    let updatedAt = new Date('2026-11-20T00:00:00Z');
    const { consumers } = world.deps;
    const deps: RotateDeps = {
      ...world.deps,
      consumers: {
        ...consumers,
        read: async (one) => (one.at['path'] === 'blind' ? { status: 'unreadable', updatedAt } : consumers.read(one)),
        put: async (writes) => {
          if (writes[0]?.place.at['path'] === 'a') updatedAt = new Date('2026-11-22T12:00:01Z');
          if (writes[0]?.place.at['path'] === 'blind') updatedAt = new Date(world.now);
          return consumers.put(writes);
        },
      },
    };
    expect(await rotate(spec, world.records, NONE, deps)).toMatchObject({ status: 'waiting', detail: expect.stringMatching(/blind was changed at 2026-11-22T12:00:01.000Z, after this rotation began.*--confirm-overwrite/) as string });
    expect(world.calls.includes('put blind')).toBe(false);
    await rotate(spec, world.records, { ...NONE, confirmOverwrite: true }, deps);
    expect(world.calls.includes('put blind')).toBe(true);
    expect(world.records.filter(({ event }) => event === 'rotate.overwriting')).toHaveLength(1);
  });

  it.each(['before', 'after'])('stores at a place that was listed while it was under way, %s all had the new one', async (when) => {
    if (when === 'before') {
      const whole = new World();
      await whole.run();
      world.breakAt = whole.calls.indexOf('put a') + 3;
      await expect(world.run()).rejects.toThrow(Crash);
      world.breakAt = -1;
    } else await world.run();
    world.places.set('first', 'old-secret');
    world.now += 3 * DAY;
    const longer = { ...spec, consumers: [place('first'), ...spec.consumers] };
    await rotate(longer, world.records, NONE, world.deps);
    expect(new Set(world.places.values())).toEqual(new Set(['new-secret-1']));
    expect(world.calls.filter((call) => call === 'put a')).toHaveLength(1);
  });
});
