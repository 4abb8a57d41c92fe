import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { credentialKey } from '../../../src/issuers/ask/index.ts';
import type { VerifierOptions } from '../../../src/issuers/ask/index.ts';
import { ISSUERS } from '../../../src/issuers/registry.ts';
import type { Store } from '../../../src/model/index.ts';
import type { RequestListener } from 'node:http';
import { serve, serveTcp } from '../http/local-server.ts';
import type { LocalServer } from '../http/local-server.ts';
import { makeCredential, makeSecret, makeToken } from './make-credential.ts';
import { makeStore, makeVerifier } from './make-verifier.ts';
import type { Bench } from './make-verifier.ts';
import type { RecordedFile } from './recorded-exchange.ts';
import { factsOf, tokenOf } from './replay.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function run(listener: RequestListener): Promise<LocalServer> {
  const server = await serve(listener);
  stops.push(server.stop);
  return server;
}

function bench(stores: readonly Store[], options: Partial<VerifierOptions> & { readonly timeoutMs?: number } = {}): Bench {
  const { timeoutMs, ...rest } = options;
  const made = makeVerifier({ stores, ...rest, ...(timeoutMs === undefined ? {} : { httpOptions: { timeoutMs } }) });
  stops.push(() => made.http.close());
  return made;
}

const json = (body: unknown, status = 200): RequestListener => (_, response) => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const gitlabActive = { id: 1, active: true, revoked: false, scopes: ['api'] };
const pats = (count: number): ReturnType<typeof makeCredential>[] => Array.from({ length: count }, () => makeCredential('gitlab-pat', makeToken('glpat-', 20)));

describe('verifying many credentials', () => {
  it('asks once for each, however often it occurs, and counts requests by host', async () => {
    const server = await run(json(gitlabActive));
    const { verifier } = bench([makeStore('gitlab', server.url.href)]);
    const unique = pats(30);
    const answers = await verifier.verify([...unique, ...unique, ...unique]);
    expect(answers.size).toBe(30);
    expect([...answers.keys()]).toEqual(unique.map(credentialKey));
    expect(verifier.requests()).toEqual({ [server.url.host]: 30 });
  });

  it('tells progress to the end', async () => {
    const server = await run(json(gitlabActive));
    const seen: [number, number][] = [];
    const { verifier } = bench([makeStore('gitlab', server.url.href)], { onProgress: (done, total) => seen.push([done, total]) });
    await verifier.verify([...pats(5), makeCredential('unknown-kind', makeToken('', 20), { hosts: [] })]);
    expect(seen.at(-1)).toEqual([6, 6]);
  });

  it('lets one silent store keep nobody else waiting', async () => {
    const silent = await run(() => undefined);
    const quick = await run(json(gitlabActive));
    const claims = (prefix: string): Pick<Store, 'claims'> => ({ claims: [{ pattern: `${prefix}.+` }] });
    const order: string[] = [];
    const { verifier } = bench([makeStore('gitlab', silent.url.href, { id: 'silent', ...claims('slow-') }), makeStore('gitlab', quick.url.href, { id: 'quick', ...claims('fast-') })], {
      timeoutMs: 400,
      record: (event, detail) => void (event === 'introspect.answered' && order.push(String(detail['store']))),
    });
    const answers = await verifier.verify([...Array.from({ length: 8 }, () => makeCredential('x', makeToken('slow-', 20))), ...Array.from({ length: 8 }, () => makeCredential('x', makeToken('fast-', 20)))]);
    expect(order.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 'quick'));
    expect([...answers.values()].filter(({ status }) => status === 'unknown')).toHaveLength(8);
  });

  it('does not hammer a store that is down', async () => {
    const server = await serve(() => undefined);
    await server.stop();
    const { verifier } = bench([makeStore('gitlab', server.url.href)], { concurrency: 1 });
    const answers = await verifier.verify(pats(50));
    expect([...answers.values()].every((answer) => answer.status === 'unknown' && answer.why === 'network')).toBe(true);
    expect(verifier.requests()[server.url.host]).toBe(5);
  });

  it('ends an interrupted run as interrupted, keeping what was answered', async () => {
    const controller = new AbortController();
    let answered = 0;
    const server = await run((request, response) => {
      answered += 1;
      if (answered > 3) return void controller.abort();
      json(gitlabActive)(request, response);
    });
    const { verifier } = bench([makeStore('gitlab', server.url.href)], { signal: controller.signal, concurrency: 1 });
    const answers = await verifier.verify(pats(10));
    const statuses = [...answers.values()].map((answer) => (answer.status === 'notAttempted' ? answer.why : answer.status));
    expect(statuses).toEqual(['active', 'active', 'active', ...Array.from({ length: 7 }, () => 'interrupted')]);
  });
});

describe('the ledger', () => {
  it('has a line before each send and one after each answer, without a secret', async () => {
    const events: string[] = [];
    const server = await run((request, response) => {
      events.push('received');
      json(gitlabActive)(request, response);
    });
    const lines: unknown[] = [];
    const { verifier } = bench([makeStore('gitlab', server.url.href)], {
      record: (event, detail, fingerprint) => {
        events.push(event);
        lines.push({ event, detail, fingerprint });
      },
    });
    const [credential] = pats(1);
    if (credential === undefined) return;
    await verifier.ask(credential);
    expect(events).toEqual(['introspect.sent', 'received', 'introspect.answered']);
    expect(lines[0]).toEqual({ event: 'introspect.sent', detail: { host: server.url.host, rule: 'gitlab-pat', store: 'test-gitlab', verb: 'GET', carriesCredential: true }, fingerprint: credential.fingerprint });
    expect(JSON.stringify(lines)).not.toContain(credential.secret.reveal());
  });

  it('that cannot be written stops everything before it is sent', async () => {
    let received = 0;
    const server = await run((request, response) => {
      received += 1;
      json(gitlabActive)(request, response);
    });
    const { verifier } = bench([makeStore('gitlab', server.url.href)], {
      record: () => {
        throw new Error('no space left on device');
      },
    });
    await expect(verifier.verify(pats(20))).rejects.toThrow('The ledger could not be written');
    const [credential] = pats(1);
    if (credential !== undefined) await expect(verifier.revoke(credential)).rejects.toThrow('The ledger could not be written');
    expect(received).toBe(0);
  });

  it('has a line for a revocation, too', async () => {
    const server = await run((_, response) => void response.writeHead(204).end());
    const { verifier, ledger } = bench([makeStore('gitlab', server.url.href)]);
    const [credential] = pats(1);
    if (credential === undefined) return;
    expect(await verifier.revoke(credential)).toEqual({ status: 'accepted', detail: 'answered 204' });
    expect(ledger.map(({ event }) => event)).toEqual(['revoke.sent', 'revoke.answered']);
  });
});

describe('what would be sent', () => {
  it('is counted by host, rule and store, and asks nothing', async () => {
    let received = 0;
    const server = await run((_, response) => void ((received += 1), response.end()));
    const { verifier, ledger } = bench([makeStore('gitlab', server.url.href, { claims: [{ rule: 'gitlab-pat' }, { rule: 'gitlab-deploy-token' }] })]);
    const credentials = [...pats(3), makeCredential('gitlab-deploy-token', makeToken('gldt-', 20)), makeCredential('jwt', 'x'), makeCredential('gitlab-pat', makeToken('glpat-', 20), { facts: { expiresAt: new Date(0) } })];
    expect(verifier.egress([...credentials, ...credentials])).toEqual([{ host: server.url.host, rule: 'gitlab-pat', store: 'test-gitlab', credentials: 3 }]);
    expect([received, ledger.length]).toEqual([0, 0]);
  });

  it('names the host that the credential itself goes to', () => {
    const endpoints = { introspection: new URL('https://other.example/introspect') };
    const { verifier } = bench([makeStore('oauth', 'https://sso.example', { endpoints, clientAuth: { method: 'none' } })]);
    expect(verifier.egress([makeCredential('jwt', makeToken('', 40))])).toEqual([{ host: 'other.example', rule: 'jwt', store: 'test-oauth', credentials: 1 }]);
  });

  it('is described for a plan: where, how, and what else dies', () => {
    const { verifier } = bench([makeStore('gitlab', 'https://gitlab.example')]);
    expect(verifier.revocation(makeCredential('gitlab-runner', makeToken('glrt-', 20)))).toEqual({
      possible: true,
      store: 'test-gitlab',
      host: 'gitlab.example',
      method: 'gitlab:DELETE /runners',
      reversible: false,
      sideEffects: 'Deletes the runner: jobs that need it will wait.',
    });
    expect(verifier.revocation(makeCredential('gitlab-ci-job', makeToken('glcbt-', 20)))).toMatchObject({ possible: false });
  });
});

/** One credential for each module, in the shape of its first recorded live one, so that a new issuer is tried without an edit here. */
const SUBJECTS = await Promise.all(
  ISSUERS.map(async ({ id }) => {
    const path = fileURLToPath(new URL(`../../../fixtures/issuers/${id}/active.json`, import.meta.url));
    const { cases } = JSON.parse(await readFile(path, 'utf8')) as RecordedFile;
    const first = cases[0];
    const parts = Object.entries(first?.companions ?? {}).map(([name, spec]) => ({ name, secret: makeSecret('text' in spec ? spec.text : makeToken(spec.prefix, spec.length)) }));
    // An account that stands in the store's URL is of no matter here.
    const at = (server: URL): string => new URL(id === 'ssh' ? 'someone' : '', server).href;
    return { type: id, at, rule: first?.rule ?? '', make: (): string => (first === undefined ? '' : 'prefix' in first.token ? makeToken(first.token.prefix, 40) : tokenOf(first)), more: { companions: parts, ...(first?.facts === undefined ? {} : { facts: factsOf(first.facts) }) }, auth: first?.auth?.method };
  }),
);

type Subject = (typeof SUBJECTS)[number];

/** Our own credentials as the recorded case has them, else a client's: no issuer may hold its tongue for want of them. */
function ownAuth({ auth }: Pick<Subject, 'auth'>, own = makeToken('own-', 20)): Pick<Store, 'clientAuth'> {
  return { clientAuth: auth === 'bearer' ? { method: 'bearer', token: makeSecret(own) } : { method: auth ?? 'client_secret_basic', clientId: 'me', clientSecret: makeSecret(own) } };
}

describe('every issuer against a hostile server', () => {
  const answers: readonly (readonly [string, RequestListener])[] = [
    ['garbage', (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('\u0000\u0001garbage')],
    ['an empty object', json({})],
    ['a deep list', (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('['.repeat(100_000))],
    ['wrong types everywhere', json({ active: {}, login: [], username: {}, data: { policies: {} }, issuer: 3, objects: 'x', errors: 7, message: {} })],
    ['prototype names', (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"__proto__":{"active":true,"login":"x","username":"x"},"constructor":1}')],
    ['a login page', (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<form>Sign in</form>')],
    ['401 as HTML', (_, response) => void response.writeHead(401, { 'content-type': 'text/html' }).end('<h1>401</h1>')],
    ['403 as HTML', (_, response) => void response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>403 Forbidden</h1>')],
    ['403 {}', json({}, 403)],
    ['404', json({ message: 'Not Found' }, 404)],
    ['418', json({}, 418)],
    ['500', json({}, 500)],
    ['503', json({}, 503)],
    ['204', (_, response) => void response.writeHead(204).end()],
    ['a redirect to itself', (request, response) => void response.writeHead(302, { location: request.url ?? '/' }).end()],
    ['a body beyond the cap', (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(`{"login":"${'x'.repeat(3_000_000)}`)],
  ];

  for (const subject of SUBJECTS) {
    const { type, at, rule, make, more } = subject;
    it.each(answers)(`${type}: %s is unknown, never alive and never dead`, async (_, listener) => {
      const server = await run(listener);
      const { verifier } = bench([makeStore(type, at(server.url), ownAuth(subject))]);
      const credential = makeCredential(rule, make(), more);
      const answer = await verifier.ask(credential);
      expect(answer.status).toBe('unknown');
      expect(['accepted', 'refused', 'uncertain']).toContain((await verifier.revoke(credential)).status);
    });
  }

  it.each(SUBJECTS)('$type: a redirect to a private address is not followed', async ({ type, at, rule, make, more, auth }) => {
    let contacted = 0;
    const canary = await run((_, response) => void ((contacted += 1), response.end('{}')));
    const server = await run((_, response) => void response.writeHead(307, { location: canary.url.href }).end());
    const { verifier } = bench([makeStore(type, at(server.url), auth === undefined ? { clientAuth: { method: 'none' } } : ownAuth({ auth }))]);
    const credential = makeCredential(rule, make(), more);
    // What does not speak HTTP sees no redirect, only something that is not of its protocol.
    const why = ISSUERS.find(({ id }) => id === type)?.protocol === undefined ? 'redirect' : expect.stringMatching(/^(?:malformed|network|timeout|tls)$/);
    expect(await verifier.ask(credential)).toMatchObject({ status: 'unknown', why });
    expect((await verifier.revoke(credential)).status).not.toBe('accepted');
    expect(contacted).toBe(0);
  });

  it.each(SUBJECTS)('$type: no text of ours or of the server\'s leads a secret out', async ({ type, at, rule, make, more, auth }) => {
    const token = make();
    const own = makeToken('own-', 24);
    const inHeader = token.replaceAll('\n', ' ');
    const everywhere = { active: true, revoked: false, login: token, username: token, sub: token, scope: token, client_id: own, name: token, id: token, scopes: [token], data: { policies: [token], display_name: token, accessor: token, entity_id: own }, objects: [{ token, key: token, name: own }], message: token, errors: [token] };
    const server = await run((request, response) => {
      const origin = `http://${request.headers.host ?? ''}`;
      const body = { ...everywhere, issuer: origin, introspection_endpoint: `${origin}/i`, revocation_endpoint: `${origin}/r` };
      response.writeHead(200, { 'content-type': 'application/json', 'x-oauth-scopes': inHeader, 'x-oauth-client-id': own, 'github-authentication-token-expiration': inHeader }).end(JSON.stringify(body));
    });
    const { verifier, ledger } = bench([makeStore(type, at(server.url), ownAuth({ auth }, own))]);
    const credential = makeCredential(rule, token, more);
    const all = JSON.stringify([await verifier.ask(credential), await verifier.revoke(credential), ledger, verifier.egress([credential]), verifier.revocation(credential)]);
    for (const secret of [token, own]) expect(all.includes(secret.slice(6, 26))).toBe(false);
  });

  it.each(SUBJECTS)('$type: a server that hangs up is a named outcome', async ({ type, at, rule, make, more, auth }) => {
    const server = await serveTcp((socket) => socket.destroy());
    stops.push(server.stop);
    const { verifier } = bench([makeStore(type, at(server.url), auth === undefined ? { clientAuth: { method: 'none' } } : ownAuth({ auth }))]);
    expect(await verifier.ask(makeCredential(rule, make(), more))).toMatchObject({ status: 'unknown', why: 'network' });
  });
});
