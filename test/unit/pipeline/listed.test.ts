import { describe, expect, it } from 'vitest';

import { DEFAULT_FINGERPRINT_KEY } from '../../../src/lib/fingerprint.ts';
import { listed } from '../../../src/issuers/exchange/listed.ts';
import type { CoverageEvent, Introspection, Issuer, ListedToken, ListEnd } from '../../../src/model/index.ts';
import { answerKey, toFindings } from '../../../src/pipeline/findings.ts';
import { readListed, withoutFound, type Answered } from '../../../src/pipeline/listed.ts';
import { readPolicy } from '../../../src/policy/judge/index.ts';
import { CHECKS } from '../../../src/policy/registry.ts';
import { RULES } from '../detect/engine.ts';
import { makeSecret } from '../issuers/make-credential.ts';
import { makeStore, makeVerifier, NOW } from '../issuers/make-verifier.ts';

const rules = new Map(RULES.map((rule) => [rule.id, rule]));
const YEAR_MS = 365 * 86_400_000;

async function* listOf(tokens: readonly ListedToken[], end: ListEnd = { complete: true }): AsyncGenerator<ListedToken, ListEnd> {
  for (const token of tokens) {
    await Promise.resolve();
    yield token;
  }
  return end;
}

function token(number: number, more: Partial<ListedToken> = {}): ListedToken {
  return { rule: 'gitlab-pat', tokenId: String(number), status: 'active', facts: { name: `deploy ${number}`, scopes: ['api'], iat: new Date(NOW.getTime() - 1000), exp: new Date(NOW.getTime() + 86_400_000) }, ...more };
}

async function read(tokens: AsyncGenerator<ListedToken, ListEnd>): Promise<{ readonly answered: readonly Answered[]; readonly events: readonly CoverageEvent[] }> {
  const events: CoverageEvent[] = [];
  const answered = await readListed(tokens, { store: 'lab', host: 'lab.example', method: 'gitlab:list', rules, fingerprintKey: DEFAULT_FINGERPRINT_KEY, now: () => NOW, note: (event) => events.push(event), onProgress: () => undefined });
  return { answered, events };
}

function judge(answered: readonly Answered[]) {
  const answers = new Map<string, Introspection>(answered.map(({ credential, introspection }) => [answerKey(credential), introspection]));
  const options = { policy: readPolicy({}, CHECKS), answers, now: NOW, fingerprintKey: DEFAULT_FINGERPRINT_KEY, failOn: 'low', minConfidence: 'medium', onIssuerOutage: 'block', lastKnown: () => new Map<string, never>() } as const;
  return toFindings(answered.map(({ credential }) => credential), options);
}

describe('tokens that a store lists', () => {
  it('are findings where they live and break policy, and nowhere leaked', async () => {
    const { answered } = await read(listOf([token(1), token(2, { facts: { name: 'old', exp: 'never', iat: NOW } }), token(3, { status: 'inactive', facts: {} })]));
    const { findings, quiet } = judge(answered);
    expect(findings.map(({ credential }) => credential.secret.masked)).toEqual(['old']);
    // The others are not reported, but remembered: later runs know since when and with which scopes they are there.
    expect(quiet.map(({ introspection }) => introspection.status)).toEqual(['active', 'inactive']);
    const verdicts = Object.fromEntries((findings[0]?.verdicts ?? []).map(({ check, verdict }) => [check, verdict.status]));
    expect(verdicts).toMatchObject({ 'no-expiry': 'violation', leaked: 'notApplicable', 'in-url': 'notApplicable', 'in-log': 'notApplicable' });
    expect(findings[0]).toMatchObject({ failing: true });
  });

  it('ten thousand are judged in little time, each an identity of its own', async () => {
    const startedAt = performance.now();
    const { answered, events } = await read(listOf(Array.from({ length: 10_000 }, (_, number) => token(number, { facts: { exp: new Date(NOW.getTime() + YEAR_MS), iat: NOW } }))));
    const { findings } = judge(answered);
    expect(new Set(findings.map(({ id }) => id)).size).toBe(10_000);
    expect(events).toContainEqual({ type: 'scanned', counts: { tokens: 10_000 } });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  it('a list that breaks off, or names kinds we do not know, is a gap', async () => {
    const { events } = await read(listOf([token(1), token(2, { rule: 'nobody-knows-it' })], { complete: false, why: 'throttled', detail: 'answered 429' }));
    const gaps = events.flatMap((event) => (event.type === 'skipped' ? [event.skip] : []));
    expect(gaps).toEqual([
      { what: 'issuer:lab', reason: 'listing-incomplete', detail: 'tokens of kinds that no rule describes', count: 1 },
      { what: 'issuer:lab', reason: 'listing-incomplete', detail: 'throttled: answered 429' },
    ]);
  });

  it('stand once, if two pages name them', async () => {
    const { answered, events } = await read(listOf([token(1), token(2), token(2), token(3)]));
    expect(answered).toHaveLength(3);
    expect(events).toContainEqual({ type: 'planned', counts: { tokens: 3 } });
  });

  it('stand once, if they were found in what was scanned as well', async () => {
    const { answered } = await read(listOf([token(1), token(2)]));
    const found: Introspection = { status: 'active', facts: { tokenId: '2' }, at: NOW, method: 'gitlab:GET /personal_access_tokens/self', store: 'lab' };
    expect(withoutFound(answered, [found]).map(({ introspection }) => (introspection.status === 'active' ? introspection.facts.tokenId : ''))).toEqual(['1']);
    expect(withoutFound(answered, [{ ...found, store: 'other' }])).toHaveLength(2);
    // A list that does not say whether it is active means the same token.
    const unsure = await read(listOf([token(2, { status: 'unknown', facts: {} })]));
    expect(withoutFound(unsure.answered, [found])).toEqual([]);
  });
});

describe('the door to a store', () => {
  const issuer: Issuer = {
    id: 'gitlab', name: 'Lab', kinds: ['gitlab-pat'], proof: { how: 'document', reference: 'none' },
    list: {
      method: 'GET /tokens',
      async *run({ store }) {
        await Promise.resolve();
        const repeated = store.clientAuth?.method === 'bearer' ? store.clientAuth.token.reveal() : '';
        yield token(1, { facts: { name: `made by ${repeated}` } });
        throw new Error('half a page');
      },
    },
  };
  const auth = { clientAuth: { method: 'bearer', token: makeSecret('own-secret-0123456789') } } as const;
  const open = (more: Parameters<typeof makeStore>[2]) => {
    const bench = makeVerifier({ stores: [makeStore('gitlab', 'http://127.0.0.1:9', more)], issuers: [issuer] });
    return { ...bench, close: () => bench.http.close() };
  };

  it('hides our own secret, says that a list broke off, and puts it on record', async () => {
    const { verifier, ledger, close } = open(auth);
    const { answered, events } = await read(verifier.administrator.list('test-gitlab'));
    expect(JSON.stringify([answered, events, ledger])).not.toContain('own-secret');
    expect(answered).toHaveLength(1);
    expect(events).toContainEqual({ type: 'skipped', skip: { what: 'issuer:lab', reason: 'listing-incomplete', detail: 'malformed: the answer could not be read' } });
    expect(ledger.at(-1)).toMatchObject({ event: 'list.answered', detail: { count: 1, complete: false } });
    await close();
  });

  it('calls no list complete whose entries cannot be told apart', async () => {
    const nameless: Issuer = { ...issuer, list: { method: 'GET /tokens', async *run() { await Promise.resolve(); yield* [...listed('gitlab-pat', undefined, { name: 'x' }), ...listed('gitlab-pat', '7', {})]; return { complete: true }; } } };
    const { verifier, http } = makeVerifier({ stores: [makeStore('gitlab', 'http://127.0.0.1:9', auth)], issuers: [nameless] });
    const { answered, events } = await read(verifier.administrator.list('test-gitlab'));
    expect(answered.map(({ introspection }) => (introspection.status === 'active' ? introspection.facts.tokenId : ''))).toEqual(['7']);
    expect(events).toContainEqual({ type: 'skipped', skip: { what: 'issuer:lab', reason: 'listing-incomplete', detail: 'malformed: 1 of its entries had no id, so that they cannot be told apart' } });
    await http.close();
  });

  it('says which store it does not know, or cannot list without credentials', async () => {
    const { verifier, close } = open({});
    expect(() => verifier.administrator.list('test-gitlap')).toThrow(/no store "test-gitlap"/);
    expect(() => verifier.administrator.list('test-gitlab')).toThrow(/credentials of our own/);

    await close();
  });

  it.each([
    [{ deny: ['test-gitlab'] }, /verify\.deny names it/],
    [{ deny: ['gitlab'] }, /verify\.deny names it/],
    [{ allow: ['github'] }, /verify\.allow does not name it/],
  ])('does not list a store that must not be asked (%o)', async (limits, said) => {
    const { verifier, http } = makeVerifier({ stores: [makeStore('gitlab', 'http://127.0.0.1:9', auth)], issuers: [issuer], ...limits });
    expect(() => verifier.administrator.list('test-gitlab')).toThrow(said);
    expect(verifier.administrator.listable()).toEqual([]);
    await http.close();
  });
});
