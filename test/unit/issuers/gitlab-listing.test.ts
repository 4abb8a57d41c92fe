import { describe, expect, it } from 'vitest';
import { listTokens } from '../../../src/issuers/exchange/gitlab-administration.ts';
import type { ListEnd, Send } from '../../../src/model/index.ts';
import { makeSecret } from './make-credential.ts';
import { makeStore, NOW } from './make-verifier.ts';

async function list(total: number, pageHeader: boolean): Promise<{ readonly ids: readonly string[]; readonly end: ListEnd }> {
  const send: Send = async ({ url }) => {
    const page = Number(url.searchParams.get('page'));
    const entries = Array.from({ length: Math.max(0, Math.min(100, total - (page - 1) * 100)) }, (_, index) => ({ id: (page - 1) * 100 + index, active: true }));
    const next = page * 100 >= total ? '' : String(page + 1);
    return Promise.resolve({ ok: true, response: { status: 200, headers: { 'content-type': 'application/json', ...(pageHeader ? { 'x-next-page': next } : {}) }, body: JSON.stringify(entries) } });
  };
  const store = makeStore('gitlab', 'https://gitlab.example', { clientAuth: { method: 'bearer', token: makeSecret('own-secret-0123456789') } });
  const items = listTokens({ store, send, now: () => NOW });
  const ids: string[] = [];
  for (;;) {
    const next = await items.next();
    if (next.done === true) return { ids, end: next.value };
    ids.push(next.value.tokenId);
  }
}

describe("GitLab's list of tokens", () => {
  it.each([
    [99, true],
    [300, true],
    [99, false],
    [100, false],
    [250, false],
  ])('of %i tokens is read to its end (x-next-page: %s), as proxies drop headers', async (total, pageHeader) => {
    const { ids, end } = await list(total, pageHeader);
    expect(new Set(ids).size).toBe(total);
    expect(end).toEqual({ complete: true });
  });
});
