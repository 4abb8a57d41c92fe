import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditRecord, Ending, Introspection, Issued, Mutation } from '../../../src/model/index.ts';
import { findGrant, issueFor, openIssues, sweepIssues, type IssueCall, type IssueDeps, type IssueGrant } from '../../../src/respond/index.ts';
import { makeSecret } from '../issuers/make-credential.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;
const SECRET = ['s.', 'q1w2e3r4', 't5y6u7i8'].join('');

/** An issuer in memory, and a ledger that can fail at a line. */
class World {
  records: AuditRecord[] = [];
  alive = new Set<string>();
  sealed = new Map<string, string>();
  held = new Set<string>();
  ran: Readonly<Record<string, string>>[] = [];
  made = 0;
  revocations: string[] = [];
  failAt = -1;
  issued: Partial<Extract<Issued, { status: 'issued' }>> = {};
  ending: Ending = 'by-id';
  now = NOW;
  clearProof = true;

  readonly deps: IssueDeps = {
    door: {
      describe: () => ({ host: 'issuer.example', method: 'POST token', keepsTtl: true, variables: { token: 'TOKEN' } }),
      refuses: () => undefined,
      obtain: async (): Promise<Issued> => {
        this.made += 1;
        const handle = `id-${this.made}`;
        this.alive.add(handle);
        return { status: 'issued', parts: [{ name: 'token', value: makeSecret(SECRET), isSecret: true }], ending: this.ending, handle, facts: { scopes: ['read'], exp: new Date(this.now.getTime() + HOUR) }, ...this.issued };
      },
      revoke: async (_store, { handle = '' }): Promise<Mutation> => {
        this.revocations.push(handle);
        this.alive.delete(handle);
        return { status: 'accepted', detail: 'answered 204' };
      },
      ask: async (_store, { handle = '' }): Promise<Introspection> => {
        const base = { at: this.now, method: 'lookup' };
        if (!this.clearProof) return { status: 'unknown', why: 'timeout', detail: 'no answer', ...base };
        return this.alive.has(handle) ? { status: 'active', facts: {}, ...base } : { status: 'inactive', reason: 'gone', ...base };
      },
      find: () => Promise.resolve({ status: 'found', handles: [...this.alive] }),
      seal: (_store, _id, secret) => Buffer.from(secret.reveal()).toString('base64'),
      unseal: (_store, _id, text) => makeSecret(Buffer.from(text, 'base64').toString()),
    },
    storage: {
      hold: (id) => Promise.resolve(this.held.has(id) ? undefined : (this.held.add(id), () => this.held.delete(id))),
      keep: (id, text) => this.sealed.set(id, text),
      kept: (id) => this.sealed.get(id),
      forget: (id) => this.sealed.delete(id),
    },
    ledger: (event, detail) => {
      if (this.records.length === this.failAt) throw new Error('disk full');
      this.records.push({ seq: this.records.length + 1, prev: '', at: this.now.toISOString(), run: '', actor: '', event, detail });
    },
    now: () => this.now,
    sleep: () => Promise.resolve(),
    newId: () => '0123456789abcdef',
    say: () => undefined,
    isStopped: () => false,
    run: async ({ variables }) => {
      this.ran.push(variables);
      return { exitCode: 0 };
    },
  };
  get events(): readonly string[] {
    return this.records.map(({ event }) => event);
  }
}

const grant: IssueGrant = { store: 'bao', identities: ['user:ana'], scopes: ['read'], maxTtlMs: HOUR, parameters: {} };
const call: IssueCall = { store: 'bao', identity: 'user:ana', scopes: ['read'], ttlMs: HOUR, grants: [grant], secrets: {}, deliver: 'env', variables: {}, program: 'make' };

let world: World;
beforeEach(() => {
  world = new World();
});

describe('a grant', () => {
  it.each([
    ['a-*', 'a-b', true],
    ['a-*', 'a-', true],
    ['a-*', 'b-a-b', false],
    ['*', 'anything', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'aXc', false],
    ['ab*b', 'ab', false],
    ['a.c', 'abc', false],
    ['s3:GetObject=arn:aws:s3:::x/*', 's3:GetObject=arn:aws:s3:::x/*', true],
    ['s3:GetObject=arn:aws:s3:::x/*', 's3:GetObject=*', false],
  ])('%s and the scope %s: %s', (pattern, scope, covered) => {
    expect('grant' in findGrant({ ...call, scopes: [scope] }, [{ ...grant, scopes: [pattern] }])).toBe(covered);
  });

  it('covers all that is asked for by itself, or nothing', () => {
    expect(findGrant({ ...call, scopes: ['read', 'write'] }, [grant, { ...grant, scopes: ['write'] }])).toEqual({ denied: 'the scope write is not granted' });
  });
});

describe('issuing', () => {
  it('writes each step before it is taken and ends what it handed out', async () => {
    expect(await issueFor(call, world.deps)).toMatchObject({ status: 'ran', ended: { exitCode: 0 }, closed: { status: 'revoked' } });
    expect(world.ran).toEqual([{ TOKEN: SECRET }]);
    expect(world.events).toEqual(['issue.intent', 'issue.obtained', 'issue.delivered', 'issue.revoking', 'issue.revoked', 'issue.ended']);
    expect(JSON.stringify(world.records).includes(SECRET)).toBe(false);
    expect([...world.alive, ...world.held]).toEqual([]);
  });

  it.each([
    ['a longer life than asked', { facts: { scopes: ['read'], exp: new Date(NOW.getTime() + 2 * HOUR) } }, /for 2h, and 1h was asked/],
    ['no end', { facts: { scopes: ['read'], exp: 'never' as const } }, /never expires/],
    ['an end that nobody says', { facts: { scopes: ['read'] } }, /does not say when it ends/],
    ['more than was asked for', { facts: { scopes: ['read', 'admin'], exp: new Date(NOW.getTime() + HOUR) } }, /more than was asked for \(admin\)/],
    ['a secret too short to be masked', { parts: [{ name: 'token', value: makeSecret('abc'), isSecret: true }] }, /too short to be masked/],
  ])('hands out nothing that has %s, and ends it', async (_name, issued, why) => {
    world.issued = issued;
    expect(await issueFor(call, world.deps)).toMatchObject({ status: 'refused', detail: expect.stringMatching(why) as string, closed: { status: 'revoked' } });
    expect(world.ran).toEqual([]);
    expect([...world.alive]).toEqual([]);
  });

  it('says expires, never revoked, where the issuer ends no single one', async () => {
    world.ending = 'expires';
    expect(await issueFor(call, world.deps)).toMatchObject({ closed: { status: 'expires', at: new Date(NOW.getTime() + HOUR) } });
    expect(world.events.includes('issue.revoked')).toBe(false);
    expect(world.records.find(({ event }) => event === 'issue.expires')?.detail).toMatchObject({ expiresAt: '2026-11-22T13:00:00.000Z' });
  });

  it('says requested where the issuer does not confirm, and a sweep finds it', async () => {
    world.clearProof = false;
    expect(await issueFor(call, world.deps)).toMatchObject({ closed: { status: 'requested' } });
    world.clearProof = true;
    expect(await sweepIssues(await openIssues(world.records), world.deps)).toMatchObject([{ status: 'revoked' }]);
    expect(await openIssues(world.records)).toEqual([]);
  });

  it('ends what it obtained when the ledger takes no more lines, at whichever line that is, and hands nothing out unrecorded', async () => {
    for (let failAt = 0; failAt < 6; failAt += 1) {
      world = new World();
      world.failAt = failAt;
      await expect(issueFor(call, world.deps)).rejects.toThrow('disk full');
      expect({ failAt, alive: [...world.alive] }).toEqual({ failAt, alive: [] });
      expect({ failAt, ran: world.ran.length > 0 }).toEqual({ failAt, ran: failAt > 2 });
    }
  });

  it('leaves nothing that a sweep does not find when it is cut at any line', async () => {
    for (const ending of ['by-id', 'by-secret'] as const) {
      world = new World();
      world.ending = ending;
      await issueFor(call, world.deps);
      const { records } = world;
      for (let lines = 1; lines < records.length - 1; lines += 1) {
        world = new World();
        world.ending = ending;
        world.records = records.slice(0, lines);
        // The issuer has it, whether or not its answer is on record.
        world.alive.add('id-1');
        world.sealed.set('0123456789abcdef', Buffer.from(SECRET).toString('base64'));
        const swept = await sweepIssues(await openIssues(world.records), world.deps);
        const isOver = records.slice(0, lines).some(({ event }) => event === 'issue.revoked');
        expect({ lines, ending, swept: swept.map(({ status }) => status) }).toEqual({ lines, ending, swept: isOver ? [] : ['revoked'] });
        if (!isOver) expect([...world.alive]).toEqual([]);
        expect(world.revocations.length).toBeLessThanOrEqual(1);
      }
    }
  });

  it('has one settled by a person whose answer was lost for ever, after it was looked for once more', async () => {
    await issueFor(call, world.deps);
    world.records = world.records.slice(0, 1).map((record) => ({ ...record, detail: { ...record.detail, keepsTtl: false } }));
    let searches = 0;
    const deps = { ...world.deps, door: { ...world.deps.door, find: () => void (searches += 1) } } as IssueDeps;
    world.now = new Date(NOW.getTime() + 1000 * HOUR);
    expect(await sweepIssues(await openIssues(world.records), deps, { ids: new Set(['another']), reason: 'x' })).toMatchObject([{ status: 'lost' }]);
    expect(await sweepIssues(await openIssues(world.records), deps, { ids: new Set(['0123456789abcdef']), reason: 'nothing is listed' })).toMatchObject([{ status: 'settled' }]);
    expect([searches, world.records.at(-1)]).toMatchObject([2, { event: 'issue.settled', detail: { reason: 'nothing is listed', was: expect.stringContaining('answer was lost') as string } }]);
    expect(await openIssues(world.records)).toEqual([]);
  });

  it('revokes what it still can before a person\'s word counts', async () => {
    world.clearProof = false;
    await issueFor(call, world.deps);
    world.clearProof = true;
    expect(await sweepIssues(await openIssues(world.records), world.deps, { ids: new Set(['0123456789abcdef']), reason: 'x' })).toMatchObject([{ status: 'revoked' }]);
  });

  it.each([['ended an hour ago', -HOUR], ['ends now', 0]])('does not hand out one that %s, and ends it', async (_what, ms) => {
    world.issued = { facts: { scopes: ['read'], exp: new Date(NOW.getTime() + ms) } };
    expect(await issueFor(call, world.deps)).toMatchObject({ status: 'refused', detail: expect.stringContaining('gave one that ended at') as string, closed: { status: 'revoked' } });
    expect([world.ran, [...world.alive]]).toEqual([[], []]);
  });

  it('says of a lost one that cannot be searched for by when it is dead, and nothing more', async () => {
    await issueFor(call, world.deps);
    world.records = world.records.slice(0, 1);
    const deps = { ...world.deps, door: { ...world.deps.door, find: () => undefined } };
    expect(await sweepIssues(await openIssues(world.records), deps)).toMatchObject([{ status: 'lost', until: new Date(NOW.getTime() + HOUR + 300_000) }]);
    world.now = new Date(NOW.getTime() + 2 * HOUR);
    expect(await sweepIssues(await openIssues(world.records), deps)).toMatchObject([{ status: 'expired' }]);
  });

  it('calls a lost one over only when all of its name are dead', async () => {
    await issueFor(call, world.deps);
    const begun = world.records.slice(0, 1);
    const { revoke } = world.deps.door;
    for (const stubborn of ['id-1', 'id-2']) {
      world.records = [...begun];
      world.alive = new Set(['id-1', 'id-2']);
      const deps = { ...world.deps, door: { ...world.deps.door, revoke: async (...[store, held]: Parameters<typeof revoke>) => (held.handle === stubborn ? { status: 'refused' as const, detail: 'answered 403' } : revoke(store, held)) } };
      expect(await sweepIssues(await openIssues(world.records), deps)).toMatchObject([{ status: 'requested' }]);
      expect(await openIssues(world.records)).toHaveLength(1);
    }
  });
});
