import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGitHub, type GitHub } from '../../../src/github/client.ts';
import { apiBase, GitHubError } from '../../../src/github/index.ts';
import { OPERATIONS, requestLine } from '../../../src/github/operations.ts';
import { acceptedPermissions } from '../../../src/github/trouble.ts';
import { createHttp, type Http } from '../../../src/lib/http/index.ts';
import { Secret } from '../../../src/model/index.ts';
import { answerProblems, ALL, sample } from '../../github/contract.ts';
import { startFakeGitHub, type FakeGitHub } from '../../github/fake.ts';

let fake: FakeGitHub;
let http: Http;
let slept: number[];

beforeEach(async () => {
  fake = await startFakeGitHub();
  http = createHttp({ userAgent: 'tokenwarden-test' });
  slept = [];
});
afterEach(async () => {
  await http.close();
  await fake.stop();
});

function client(token: string | undefined = fake.token, apiUrl = fake.apiUrl): GitHub {
  let at = Date.UTC(2026, 10, 22);
  const sleep = (milliseconds: number): Promise<void> => {
    slept.push(milliseconds);
    at += milliseconds;
    return Promise.resolve();
  };
  return createGitHub({ apiUrl: new URL(apiUrl), ...(token === undefined ? {} : { token: new Secret(token, 'tw1:own', '********') }), http, now: () => new Date(at), sleep });
}

const HERE = { owner: 'o', repo: 'r' };

describe('a call', () => {
  it('is sent as GitHub describes it and answered as GitHub describes it', async () => {
    const answer = await client().call('issues/create-comment', { ...HERE, issue_number: 7 }, { body: 'hello' });
    expect(answer.value).toMatchObject({ id: 1000, body: 'hello' });
    expect(fake.requests).toMatchObject([{ operation: 'issues/create-comment', path: '/repos/o/r/issues/7/comments', authorization: `Bearer ${fake.token}` }]);
    expect(fake.breaches).toEqual([]);
  });

  it('that GitHub would refuse is seen by the contract', async () => {
    await client().call('issues/create-comment', { ...HERE, issue_number: 7 }, { text: 'hello' });
    await client().call('code-scanning/list-alerts-for-repo', { ...HERE, state: 'closd', surprise: 1 });
    expect(fake.breaches.join('\n')).toMatch(/body.*required property 'body'[^]*state: [^]*unknown query parameter surprise/);
  });

  it('reads every page of a list, each once', async () => {
    for (let index = 0; index < 250; index += 1) fake.comments.push({ id: index, issue: 7, body: String(index), author: 'a' });
    const seen: unknown[] = [];
    for await (const page of client().pages('issues/list-comments', { ...HERE, issue_number: 7 })) seen.push(...(page as unknown[]));
    expect(seen.map((one) => (one as { readonly id: number }).id)).toEqual(Array.from({ length: 250 }, (_one, index) => index));
    expect(fake.requests).toHaveLength(3);
    expect(fake.breaches).toEqual([]);
  });

  describe('of a list whose server gives half of it', () => {
    const numbers = async (): Promise<readonly number[]> => {
      const seen: number[] = [];
      for await (const page of client().pages('issues/list-comments', { ...HERE, issue_number: 7 })) seen.push(...(page as readonly { readonly id: number }[]).map(({ id }) => id));
      return seen;
    };
    const whole = Array.from({ length: 250 }, (_one, index) => index);
    const comment = (id: number): unknown => ({ id, body: '' });
    const pageOf = (query: URLSearchParams): number => Number(query.get('page') ?? 1);
    const link = (page: number): Readonly<Record<string, string>> => (page < 3 ? { link: `<${fake.apiUrl}/repos/o/r/issues/7/comments?per_page=100&page=${page + 1}>; rel="next", <${fake.apiUrl}/repos/o/r/issues/7/comments?per_page=100&page=3>; rel="last"` } : {});
    const items = (page: number): readonly unknown[] => whole.slice((page - 1) * 100, page * 100).map(comment);
    const on = (answer: (page: number, asked: number) => { readonly value: unknown; readonly headers?: Readonly<Record<string, string>> }): void => {
      let asked = 0;
      fake.handlers.set('issues/list-comments', (_, query) => ({ status: 200, ...answer(pageOf(query), (asked += 1)) }));
    };

    it('asks on after a full page that does not say where the next one is', async () => {
      on((page) => ({ value: items(page) }));
      expect(await numbers()).toEqual(whole);
    });

    it('does not read the same page for ever', async () => {
      on(() => ({ value: items(1) }));
      expect(await numbers()).toEqual(whole.slice(0, 100));
    });

    it('asks again for a page that is empty in the middle', async () => {
      on((page, asked) => (asked === 2 ? { value: [] } : { value: items(page), headers: link(page) }));
      expect(await numbers()).toEqual(whole);
    });

    it('says so where it stays empty', async () => {
      on((page) => (page === 2 ? { value: [] } : { value: items(page), headers: link(page) }));
      await expect(numbers()).rejects.toMatchObject({ code: 'GITHUB_MALFORMED', message: 'the list of o/r breaks off at page 2 of 3' });
    });

    it('asks again for a page that was cut short, and says so where it stays short', async () => {
      let left = 1;
      const http: Http = createHttp({ userAgent: 'tokenwarden-test' });
      const cut: Http = { ...http, send: async (...given) => {
        const outcome = await http.send(...given);
        return outcome.ok && left-- > 0 ? { ok: true, response: { ...outcome.response, body: outcome.response.body.slice(0, -20) } } : outcome;
      } };
      const api = createGitHub({ apiUrl: new URL(fake.apiUrl), token: new Secret(fake.token, 'tw1:own', '********'), http: cut, now: () => new Date(), sleep: () => Promise.resolve() });
      expect((await api.call('repos/get', HERE)).value).toMatchObject({ full_name: 'o/r' });
      left = 3;
      await expect(api.call('repos/get', HERE)).rejects.toMatchObject({ code: 'GITHUB_MALFORMED' });
      await http.close();
    });
  });

  it('does not pretend that a list ended where we stopped reading', async () => {
    for (let index = 0; index < 250; index += 1) fake.comments.push({ id: index, issue: 7, body: '', author: 'a' });
    const read = async (): Promise<void> => {
      for await (const page of client().pages('issues/list-comments', { ...HERE, issue_number: 7 }, 2)) void page;
    };
    await expect(read()).rejects.toMatchObject({ code: 'GITHUB_REFUSED' });
  });

  it('names the permission that is missing, in the words of workflows', async () => {
    fake.lacks.add('security-events: write');
    const call = client().call('code-scanning/upload-sarif', HERE, { commit_sha: 'a'.repeat(40), ref: 'refs/heads/main', sarif: 'x' });
    const error = (await call.catch((reason: unknown) => reason)) as GitHubError;
    expect(error).toBeInstanceOf(GitHubError);
    expect(error).toMatchObject({ code: 'GITHUB_PERMISSION', permission: 'security-events: write', status: 403 });
    expect(error.message).toContain('security-events: write');
    expect(`${error.message}${error.hint}${error.stack}`).not.toContain(fake.token);
  });

  it('tells "not switched on" from "not permitted"', async () => {
    fake.handlers.set('code-scanning/list-alerts-for-repo', () => ({ status: 403, value: { message: 'Advanced Security must be enabled for this repository to use code scanning.' } }));
    await expect(client().call('code-scanning/list-alerts-for-repo', HERE)).rejects.toMatchObject({ code: 'GITHUB_DISABLED' });
  });

  it.each([
    [401, 'GITHUB_UNAUTHORIZED'],
    [404, 'GITHUB_NOT_FOUND'],
    [410, 'GITHUB_GONE'],
    [422, 'GITHUB_REFUSED'],
  ])('answered %i throws %s', async (status, code) => {
    fake.handlers.set('actions/get-workflow-run', () => ({ status, value: { message: 'no\u001b[31m' } }));
    const error = (await client().call('actions/get-workflow-run', { ...HERE, run_id: 1 }).catch((reason: unknown) => reason)) as GitHubError;
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('\u001b');
  });

  it('to a server that is not there says so', async () => {
    await fake.stop();
    await expect(client().call('repos/get', HERE)).rejects.toMatchObject({ code: 'GITHUB_UNREACHABLE' });
  });

  it('follows a renamed repository within the API only', async () => {
    fake.handlers.set('repos/get', ({ repo }) => (repo === 'old' ? { status: 301, headers: { location: `${fake.apiUrl}/repos/o/new` } } : undefined));
    expect((await client().call('repos/get', { owner: 'o', repo: 'old' })).value).toMatchObject({ full_name: 'o/new' });
    fake.handlers.set('repos/get', () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } }));
    await expect(client().call('repos/get', HERE)).rejects.toMatchObject({ code: 'GITHUB_REFUSED' });
  });
});

describe('limits', () => {
  it('a primary limit is waited for until its reset, then the call goes on', async () => {
    let left = 1;
    // By GitHub's clock, whatever ours says.
    const date = Date.UTC(2031, 0, 1);
    const reset = Math.floor(date / 1000) + 30;
    fake.handlers.set('repos/get', () => (left-- > 0 ? { status: 403, value: { message: 'API rate limit exceeded' }, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset), date: new Date(date).toUTCString() } } : undefined));
    expect((await client().call('repos/get', HERE)).status).toBe(200);
    expect(Math.max(...slept)).toBe(30_000);
  });

  it('a secondary limit that names no time is waited for a minute', async () => {
    let left = 1;
    fake.handlers.set('repos/get', () => (left-- > 0 ? { status: 403, value: { message: 'You have exceeded a secondary rate limit. Please wait.' } } : undefined));
    expect((await client().call('repos/get', HERE)).status).toBe(200);
    expect(slept.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(60_000);
  });

  it('a pause of an hour is not waited for', async () => {
    fake.handlers.set('repos/get', () => ({ status: 429, value: { message: 'slow down' }, headers: { 'retry-after': '3600' } }));
    await expect(client().call('repos/get', HERE)).rejects.toMatchObject({ code: 'GITHUB_RATE_LIMIT', retryAfterSeconds: 3600 });
    expect(fake.requests).toHaveLength(1);
  });

  it('a read that the server failed at is tried again, a write never', async () => {
    let left = 2;
    fake.handlers.set('repos/get', () => (left-- > 0 ? { status: 502 } : undefined));
    expect((await client().call('repos/get', HERE)).status).toBe(200);
    fake.handlers.set('issues/create-comment', () => ({ status: 502 }));
    await expect(client().call('issues/create-comment', { ...HERE, issue_number: 1 }, { body: 'x' })).rejects.toMatchObject({ code: 'GITHUB_REFUSED', status: 502 });
    expect(fake.requests.filter(({ operation }) => operation === 'issues/create-comment')).toHaveLength(1);
  });
});

describe('a download', () => {
  const bytes = Buffer.alloc(300_000, 'log ');

  it('follows the redirect without the token', async () => {
    fake.handlers.set('actions/download-workflow-run-logs', () => ({ status: 302, file: bytes }));
    const chunks: Uint8Array[] = [];
    const length = await client().download('actions/download-workflow-run-logs', { ...HERE, run_id: 9 }, { sink: (chunk) => void chunks.push(chunk), maxBytes: 1 << 20 });
    expect(length).toBe(bytes.length);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(fake.downloads).toHaveLength(1);
    expect(JSON.stringify(fake.downloads)).not.toMatch(/authorization|made-up workflow token/);
    expect(fake.breaches).toEqual([]);
  });

  it('that is larger than allowed ends early', async () => {
    fake.handlers.set('actions/download-workflow-run-logs', () => ({ status: 302, file: bytes }));
    let seen = 0;
    await expect(client().download('actions/download-workflow-run-logs', { ...HERE, run_id: 9 }, { sink: (chunk) => void (seen += chunk.length), maxBytes: 1000 })).rejects.toMatchObject({ code: 'GITHUB_REFUSED' });
    expect(seen).toBeLessThanOrEqual(1000);
  });

  it('of logs that GitHub no longer keeps throws GITHUB_GONE', async () => {
    fake.handlers.set('actions/download-workflow-run-logs', () => ({ status: 410, value: { message: 'Server Error' } }));
    await expect(client().download('actions/download-workflow-run-logs', { ...HERE, run_id: 9 }, { sink: () => undefined, maxBytes: 1000 })).rejects.toMatchObject({ code: 'GITHUB_GONE' });
  });
});

describe('names', () => {
  it('cannot lead out of their place in the path', () => {
    const base = new URL('https://ghes.example/api/v3');
    expect(requestLine(base, 'repos/get', { owner: 'a/../../b', repo: '?x#y' }).url.href).toBe('https://ghes.example/api/v3/repos/a%2F..%2F..%2Fb/%3Fx%23y');
    expect(() => requestLine(base, 'repos/get', { owner: '..', repo: 'r' })).toThrow(RangeError);
    expect(() => requestLine(base, 'repos/get', { owner: 'o' })).toThrow(RangeError);
  });

  it.each([
    [undefined, 'https://api.github.com/'],
    ['https://github.com', 'https://api.github.com/'],
    ['https://ghes.example', 'https://ghes.example/api/v3'],
    ['https://ghes.example/api/v3', 'https://ghes.example/api/v3'],
    ['https://api.tenant.ghe.example', 'https://api.tenant.ghe.example/'],
  ])('%s means the API at %s', (text, url) => {
    expect(apiBase(text).href).toBe(url);
  });

  it.each(['ftp://x', 'https://user:pass@x', 'nonsense', 'https://x/?a=b'])('%s is refused', (text) => {
    expect(() => apiBase(text)).toThrow(expect.objectContaining({ code: 'GITHUB_API_URL' }) as Error);
  });

  it('of permissions are read from the header that GitHub sends', () => {
    expect(acceptedPermissions('contents=read,pull_requests=write; issues=write')).toBe('contents: read and pull-requests: write, or issues: write');
    expect(acceptedPermissions('nonsense')).toBeUndefined();
    expect(acceptedPermissions(undefined)).toBeUndefined();
  });
});

describe('the contract', () => {
  it('describes every operation that we call, and its smallest answer is valid', () => {
    expect(ALL.map(({ id }) => id)).toEqual(Object.keys(OPERATIONS));
    for (const operation of ALL) {
      const status = operation.method === 'POST' ? (operation.id.endsWith('sarif') ? 202 : 201) : operation.method === 'DELETE' ? 204 : operation.id.includes('download') ? 302 : 200;
      const value = sample(operation, status, undefined);
      expect([operation.id, answerProblems(operation, status, value)]).toEqual([operation.id, []]);
    }
  });
});
