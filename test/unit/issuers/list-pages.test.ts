import { describe, expect, it } from 'vitest';
import { findListed } from '../../../src/issuers/exchange/find-listed.ts';
import { listAll, listPages, nextLink, sameOrigin } from '../../../src/issuers/exchange/list-pages.ts';
import type { Page } from '../../../src/issuers/exchange/list-pages.ts';
import { get } from '../../../src/issuers/exchange/requests.ts';
import { fitsShortened } from '../../../src/issuers/reading/shortened.ts';
import type { AdminAsk, Ask, HttpResponse, ListedToken, ListEnd, Send } from '../../../src/model/index.ts';
import { makeRule, makeSecret } from './make-credential.ts';
import { makeStore, NOW } from './make-verifier.ts';

const BASE = 'https://issuer.example/';
const token = (id: string, shown?: string): ListedToken => ({ rule: 'x', tokenId: id, status: 'active', facts: shown === undefined ? {} : { notes: { shown, kept: 'yes' } } });
const answer = (body: unknown, more: Partial<HttpResponse> = {}): Awaited<ReturnType<Send>> => ({ ok: true, response: { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), ...more } });
const askOf = (send: Send): AdminAsk => ({ store: makeStore('x', BASE), send, now: () => NOW });

async function drain(items: AsyncGenerator<ListedToken, ListEnd>): Promise<{ readonly ids: readonly string[]; readonly end: ListEnd }> {
  const ids: string[] = [];
  for (;;) {
    const next = await items.next();
    if (next.done === true) return { ids, end: next.value };
    ids.push(next.value.tokenId);
  }
}

/** Pages as `{ ids, next }`. */
const list = listPages({
  first: () => get(new URL('/1', BASE), {}),
  read: (body) => {
    const page = (body ?? {}) as { readonly ids?: readonly string[]; readonly next?: string };
    if (page.ids === undefined) return undefined;
    const next = sameOrigin(page.next, new URL(BASE));
    return { tokens: page.ids.map((id) => token(id)), next: next === undefined ? undefined : get(next, {}) } satisfies Page;
  },
});

describe('a listing', () => {
  it('ends incomplete when its pages go round in a circle', async () => {
    const { ids, end } = await drain(list(askOf(async (request) => Promise.resolve(answer({ ids: [request.url.pathname], next: request.url.pathname === '/1' ? '/2' : '/1' })))));
    expect(ids).toEqual(['/1', '/2']);
    expect(end).toMatchObject({ complete: false, why: 'malformed' });
  });

  it('ends incomplete when every page is the same under another address', async () => {
    let page = 0;
    const { ids, end } = await drain(list(askOf(async () => Promise.resolve(answer({ ids: ['a', 'b'], next: `/${(page += 1) + 1}` })))));
    expect(ids).toEqual(['a', 'b']);
    expect(end).toEqual({ complete: false, why: 'malformed', detail: 'the listing repeats itself (page 2)' });
    expect(page).toBe(2);
  });

  it('does not carry our credentials to a next page of another origin, and says what it did not see', async () => {
    const asked: string[] = [];
    const send: Send = async (request) => {
      asked.push(request.url.host);
      return Promise.resolve(answer({ ids: ['a'], next: 'https://evil.example/2' }));
    };
    expect(await drain(list(askOf(send)))).toEqual({ ids: [], end: { complete: false, why: 'redirect', detail: 'after page 1: the next page lies on another origin, which was not asked' } });
    expect(asked).toEqual(['issuer.example']);
  });

  it.each([
    ['a refusal', answer({ ids: ['a'] }, { status: 403 }), 'own-credentials'],
    ['too many requests', answer({}, { status: 429 }), 'throttled'],
    ['a refusal that asks for patience', answer({}, { status: 403, headers: { 'retry-after': '30' } }), 'throttled'],
    ['a login page', answer('', { headers: { 'content-type': 'text/html' }, body: '<p>Sign in</p>' }), 'malformed'],
    ['an object of another kind', answer({ data: [] }), 'malformed'],
    ['an outage', answer({}, { status: 502 }), 'server-error'],
    ['no answer', { ok: false, why: 'timeout', detail: 'silence' } as const, 'timeout'],
  ])('ends incomplete after %s', async (_, outcome, why) => {
    const pages = [answer({ ids: ['a'], next: '/2' }), outcome];
    const { ids, end } = await drain(list(askOf(async () => Promise.resolve(pages.shift() ?? outcome))));
    expect(ids).toEqual(['a']);
    expect(end).toMatchObject({ complete: false, why });
  });

  it('of several parts is complete only when all are', async () => {
    const outcomes = [answer({}, { status: 500 }), answer({ ids: ['b'] })];
    const { ids, end } = await drain(listAll(list, list)(askOf(async () => Promise.resolve(outcomes.shift() ?? answer({ ids: [] })))));
    expect(ids).toEqual(['b']);
    expect(end).toMatchObject({ complete: false, why: 'server-error' });
  });

  it('reads the next link of a header among others', () => {
    const link = `<${BASE}p?page=9>; rel="last", <${BASE}p?page=2>; rel="next"`;
    expect(nextLink({ status: 200, headers: { link }, body: '' }, { url: new URL(BASE) })?.search).toBe('?page=2');
    const comma = '<https://issuer.example/t?ids=1,2>; rel="first", <https://issuer.example/t?cursor=a,b>; title="x"; rel="last next"';
    expect(nextLink({ status: 200, headers: { link: comma }, body: '' }, { url: new URL(BASE) })?.search).toBe('?cursor=a,b');
    expect(nextLink({ status: 200, headers: {}, body: '' }, { url: new URL(BASE) })).toBeUndefined();
  });
});

describe('the token of a listing that a credential is', () => {
  const secret = makeSecret('sk-abcdef0123456789wxyz');
  const find = (tokens: readonly ListedToken[], complete = true): Promise<ListedToken | undefined> => {
    async function* items(): AsyncGenerator<ListedToken, ListEnd> {
      yield* tokens;
      return Promise.resolve(complete ? { complete: true } : { complete: false, why: 'network', detail: 'broke off' });
    }
    const ask: Ask = { ...askOf(async () => Promise.resolve(answer({}))), rule: makeRule('x'), secret, companions: [] };
    return findListed(ask, items, ({ facts }) => fitsShortened(facts.notes?.['shown'], secret.reveal(), 'sk-'));
  };

  it('is found by what is shown of it, which is not handed on', async () => {
    expect(await find([token('a', 'sk-zzz...zzzz'), token('b', 'sk-abc...wxyz')])).toEqual({ ...token('b'), facts: { notes: { kept: 'yes' } } });
  });

  it.each([
    ['two fit', [token('a', 'sk-abc...wxyz'), token('b', 'sk-abcd...wxyz')], true],
    ['the listing broke off', [token('a', 'sk-abc...wxyz')], false],
    ['too little is shown', [token('a', 'sk-...xyz'), token('b', 'sk-ab***')], true],
    ['nothing is shown', [token('a')], true],
  ])('is not guessed when %s', async (_, tokens, complete) => {
    expect(await find(tokens, complete)).toBeUndefined();
  });
});
