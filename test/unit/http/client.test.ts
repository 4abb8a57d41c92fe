import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../../src/lib/http/client.ts';
import type { Http, HttpOptions, RequestPolicy } from '../../../src/lib/http/client.ts';
import { hostOf } from '../../../src/lib/http/address-guard.ts';
import type { HttpOutcome, HttpRequest } from '../../../src/model/index.ts';
import { makeToken } from '../issuers/make-credential.ts';
import { serve, serveTcp, started } from './local-server.ts';
import type { LocalServer } from './local-server.ts';
import { selfSigned } from './self-signed.ts';

const running: { stop: () => Promise<void> }[] = [];
const clients: Http[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

function keep(server: LocalServer): LocalServer {
  running.push(server);
  return server;
}

function client(options: Partial<HttpOptions> = {}): Http {
  const made = createHttp({ userAgent: 'tokenwarden-test', timeoutMs: 2_000, maxBodyBytes: 64 * 1024, ...options });
  clients.push(made);
  return made;
}

const policyFor = (url: URL, more: Partial<RequestPolicy> = {}): RequestPolicy => ({ allowPrivate: true, allowedHosts: [hostOf(url)], secrets: [], ...more });
const getOf = (url: URL): HttpRequest => ({ method: 'GET', url, headers: {} });
const ask = (url: URL, http: Http = client(), more: Partial<RequestPolicy> = {}): Promise<HttpOutcome> => http.send(getOf(url), policyFor(url, more));

describe('an honest server', () => {
  it('gets method, headers and body, and its answer comes back', async () => {
    const server = keep(
      await serve((request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => response.writeHead(201, { 'X-Mixed': ['a', 'b'] }).end(JSON.stringify({ method: request.method, auth: request.headers.authorization, agent: request.headers['user-agent'], body })));
      }),
    );
    const outcome = await client().send({ method: 'POST', url: server.url, headers: { authorization: 'Bearer x' }, body: 'a=1' }, policyFor(server.url));
    expect(outcome).toMatchObject({ ok: true, response: { status: 201, headers: { 'x-mixed': 'a, b' } } });
    if (outcome.ok) expect(JSON.parse(outcome.response.body)).toEqual({ method: 'POST', auth: 'Bearer x', agent: 'tokenwarden-test', body: 'a=1' });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('may compress with %s', async (encoding, compress) => {
    const server = keep(await serve((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(compress('{"active":true}'))));
    expect(await ask(server.url)).toMatchObject({ ok: true, response: { body: '{"active":true}' } });
  });
});

describe('a hostile or broken server', () => {
  it.each([301, 302, 303, 307, 308])('that redirects with %i is not followed, and the target hears nothing', async (status) => {
    let contacted = 0;
    const canary = keep(
      await serve((_, response) => {
        contacted += 1;
        response.end('{}');
      }),
    );
    const server = keep(await serve((_, response) => response.writeHead(status, { location: canary.url.href }).end()));
    expect(await ask(server.url)).toMatchObject({ ok: false, why: 'redirect' });
    expect(contacted).toBe(0);
  });

  it('with an endless body is cut at the cap', async () => {
    let written = 0;
    const server = keep(
      await serve((_, response) => {
        const chunk = Buffer.alloc(64 * 1024, 32);
        const pour = (): void => {
          while (!response.destroyed && written < 10_000_000_000) {
            written += chunk.length;
            if (!response.write(chunk)) return void response.once('drain', pour);
          }
        };
        pour();
      }),
    );
    expect(await ask(server.url)).toMatchObject({ ok: false, why: 'too-large' });
    expect(written).toBeLessThan(50_000_000);
  });

  it('with a compression bomb is cut at the cap after inflation', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000));
    const server = keep(await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)));
    const before = process.memoryUsage().arrayBuffers;
    expect(await ask(server.url, client({ maxBodyBytes: 1024 * 1024 }))).toMatchObject({ ok: false, why: 'too-large' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
  });

  it.each([
    ['compressed three times', 'gzip, gzip, gzip', Buffer.from('x')],
    ['with an unknown compression', 'zip', Buffer.from('x')],
    ['with broken compression', 'gzip', Buffer.from('not gzip at all')],
    ['with cut-off compression', 'gzip', gzipSync('{"active":true}').subarray(0, 20)],
  ])('%s is malformed', async (_, encoding, body) => {
    const server = keep(await serve((__, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body)));
    expect(await ask(server.url)).toMatchObject({ ok: false, why: 'malformed' });
  });

  it.each([
    ['never sends headers', (): void => undefined],
    ['never ends its headers', (socket: Socket): void => void drip(socket, 'HTTP/1.1 200 OK\r\nx: ')],
    ['drips its body', (socket: Socket): void => void drip(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n')],
  ])('that %s runs into the time limit', async (_, onSocket) => {
    const server = keep(await serveTcp(onSocket));
    const begun = performance.now();
    expect(await ask(server.url, client({ timeoutMs: 300 }))).toMatchObject({ ok: false, why: 'timeout' });
    expect(performance.now() - begun).toBeLessThan(1_500);
  });

  it.each([
    ['speaks no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'malformed'],
    ['sends chunks that are none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n{}', 'malformed'],
    ['says that nothing changed', 'HTTP/1.1 304 Not Modified\r\n\r\n', 'answer'],
    ['sends endless headers', `HTTP/1.1 200 OK\r\n${'x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n'.repeat(5_000)}`, 'malformed'],
    ['closes before the promised length', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"active":fal', 'network'],
    ['says nothing and closes', '', 'network'],
    ['smuggles two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!', 'malformed'],
  ])('that %s ends in a named outcome', async (_, bytes, why) => {
    const server = keep(await serveTcp((socket) => socket.once('data', () => socket.end(bytes))));
    const outcome = await ask(server.url);
    expect(outcome.ok ? 'answer' : outcome.why).toBe(why);
  });

  it('that nobody runs is a network failure', async () => {
    const server = await serve(() => undefined);
    await server.stop();
    expect(await ask(server.url)).toMatchObject({ ok: false, why: 'network', detail: 'the connection failed (ECONNREFUSED)' });
  });
});

describe('a kept-alive connection that breaks', () => {
  /** The pool gives a connection back one turn after the answer. */
  const untilIdle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

  async function resetting(): Promise<{ readonly server: LocalServer; readonly seen: () => number }> {
    let seen = 0;
    const server = keep(
      await serveTcp((socket) => {
        let answered = 0;
        socket.on('data', () => {
          seen += 1;
          if (answered > 0) return void socket.destroy();
          answered += 1;
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
        });
      }),
    );
    return { server, seen: () => seen };
  }

  it('is replaced for a question that may be repeated', async () => {
    const { server, seen } = await resetting();
    const http = client();
    expect(await ask(server.url, http)).toMatchObject({ ok: true });
    await untilIdle();
    expect(await ask(server.url, http)).toMatchObject({ ok: true });
    expect(seen()).toBe(3);
  });

  it('is not replaced for one that may not: it is sent once', async () => {
    const { server, seen } = await resetting();
    const http = client();
    expect(await ask(server.url, http)).toMatchObject({ ok: true });
    await untilIdle();
    expect(await http.send({ method: 'POST', url: server.url, headers: {}, body: 'x' }, policyFor(server.url))).toMatchObject({ ok: false, why: 'network' });
    expect(seen()).toBe(2);
  });
});

describe('addresses', () => {
  it.each(['https://127.0.0.1:1/', 'https://localhost:1/', 'https://0x7f.1:1/', 'https://2130706433:1/', 'https://[::1]:1/', 'https://[::ffff:127.0.0.1]:1/', 'https://10.1.2.3/', 'https://169.254.169.254/latest/'])(
    '%s is refused unless the store allows it',
    async (href) => {
      const url = new URL(href);
      expect(await ask(url, client(), { allowPrivate: false })).toMatchObject({ ok: false, why: 'refused-address' });
    },
  );

  it('refuses the metadata service even for a store that allows private hosts', async () => {
    expect(await ask(new URL('http://169.254.169.254/latest/'))).toMatchObject({ ok: false, why: 'refused-address' });
  });

  it('refuses a name that resolves to a private address', async () => {
    const http = client({ resolve: () => Promise.resolve(['10.0.0.7']) });
    expect(await ask(new URL('https://issuer.test/'), http, { allowPrivate: false })).toMatchObject({ ok: false, why: 'refused-address' });
  });

  it('asks DNS once and connects to exactly the checked address, whatever DNS says next', async () => {
    const server = keep(await serve((_, response) => response.end('{}')));
    const answers = [['127.0.0.1'], ['10.255.255.1']];
    let asked = 0;
    const http = client({ resolve: () => Promise.resolve(answers[asked++] ?? []) });
    const url = new URL(`http://issuer.test:${server.port}/`);
    expect(await ask(url, http)).toMatchObject({ ok: true });
    expect(asked).toBe(1);
  });

  it('does not reuse a connection whose address is no longer the answer', async () => {
    const server = keep(await serve((_, response) => response.end('{}')));
    let asked = 0;
    const http = client({ resolve: () => Promise.resolve(asked++ === 0 ? ['127.0.0.1'] : ['10.0.0.7', '8.8.8.8']) });
    const url = new URL(`http://issuer.test:${server.port}/`);
    expect(await ask(url, http)).toMatchObject({ ok: true });
    expect(await ask(url, http)).toMatchObject({ ok: false, why: 'refused-address' });
  });

  it('refuses plain http to the Internet even for a store that allows private hosts', async () => {
    const http = client({ resolve: () => Promise.resolve(['8.8.8.8']) });
    expect(await ask(new URL('http://issuer.test/'), http)).toMatchObject({ ok: false, why: 'refused-address' });
  });

  it('refuses plain http, other schemes and hosts that the store did not name', async () => {
    expect(await ask(new URL('http://8.8.8.8/'), client(), { allowPrivate: false })).toMatchObject({ why: 'refused-address' });
    expect(await ask(new URL('ftp://8.8.8.8/'))).toMatchObject({ why: 'refused-address' });
    expect(await ask(new URL('https://8.8.8.8/'), client(), { allowedHosts: ['issuer.example'] })).toMatchObject({ why: 'refused-address' });
  });

  it('says network when a name does not resolve, and timeout when DNS hangs', async () => {
    const failing = client({ resolve: () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })) });
    expect(await ask(new URL('https://issuer.test/'), failing)).toMatchObject({ why: 'network' });
    const hanging = client({ resolve: () => new Promise(() => undefined), timeoutMs: 100 });
    expect(await ask(new URL('https://issuer.test/'), hanging)).toMatchObject({ why: 'timeout' });
  });
});

describe('TLS', () => {
  it('refuses a certificate that nobody vouches for, and accepts it once its authority is given', async () => {
    const pair = selfSigned(new Date());
    const server = keep(await started(createTlsServer(pair, (_, response) => response.end('{}')), 'https'));
    expect(await ask(server.url)).toMatchObject({ ok: false, why: 'tls' });
    expect(await ask(server.url, client({ ca: pair.cert }))).toMatchObject({ ok: true });
  });

  it('checks the name, also when the address is pinned', async () => {
    const pair = selfSigned(new Date());
    const server = keep(await started(createTlsServer(pair, (_, response) => response.end('{}')), 'https'));
    const http = client({ ca: pair.cert, resolve: () => Promise.resolve(['127.0.0.1']) });
    expect(await ask(new URL(`https://issuer.test:${server.port}/`), http)).toMatchObject({ ok: true });
    expect(await ask(new URL(`https://other.test:${server.port}/`), http)).toMatchObject({ ok: false, why: 'tls' });
  });

  it('says tls for a server that speaks plain http on a TLS port', async () => {
    const server = keep(await serve((_, response) => response.end('{}')));
    expect(await ask(new URL(`https://127.0.0.1:${server.port}/`))).toMatchObject({ ok: false, why: 'tls' });
  });
});

describe('secrets', () => {
  const token = makeToken('tok_', 30);

  it('never stand in a URL: the call throws and nothing is sent', async () => {
    let contacted = 0;
    const server = keep(await serve((_, response) => void ((contacted += 1), response.end())));
    for (const path of [token, Buffer.from(`user:${token}`).toString('base64url'), encodeURIComponent(token)]) {
      const url = new URL(`/x/${path}`, server.url.href);
      const error: unknown = await client().send(getOf(url), policyFor(url, { secrets: [token] })).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'HTTP_SECRET_IN_URL' });
      expect(String(error)).not.toContain(token);
    }
    const withUser = new URL(`http://user:${token}@127.0.0.1:${server.port}/`);
    await expect(client().send(getOf(withUser), policyFor(withUser))).rejects.toMatchObject({ code: 'HTTP_USERINFO_IN_URL' });
    expect(contacted).toBe(0);
  });

  it('that no header can carry are not sent', async () => {
    const server = keep(await serve((_, response) => response.end()));
    for (const value of ['a\r\nx: y', 'a\u0000b', 'ключ']) {
      const outcome = await client().send({ method: 'GET', url: server.url, headers: { authorization: value } }, policyFor(server.url));
      expect(outcome).toMatchObject({ ok: false, why: 'malformed' });
    }
  });

  it('stand in no outcome, whatever the server repeats', async () => {
    const server = keep(
      await serveTcp((socket) =>
        socket.once('data', (chunk) => {
          socket.end(`HTTP/1.1 302 ${token}\r\nlocation: https://${token}.example/?t=${token}\r\nx: ${chunk.length}\r\ncontent-length: 0\r\n\r\n`);
        }),
      ),
    );
    const outcome = await client().send({ method: 'GET', url: server.url, headers: { authorization: `Bearer ${token}` } }, policyFor(server.url, { secrets: [token] }));
    expect(JSON.stringify(outcome).toLowerCase()).not.toContain(token.toLowerCase());
  });
});

describe('a proxy of the operator', () => {
  async function connectProxy(): Promise<{ readonly proxy: LocalServer; readonly tunnels: string[] }> {
    const tunnels: string[] = [];
    const { createServer } = await import('node:http');
    const server = createServer();
    server.on('connect', (request, socket, head) => {
      tunnels.push(request.url ?? '');
      const port = Number((request.url ?? '').split(':').at(-1));
      const upstream = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.write(head);
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    return { proxy: keep(await started(server, 'http')), tunnels };
  }

  it('is used for https, and TLS still ends at the issuer', async () => {
    const pair = selfSigned(new Date());
    const server = keep(await started(createTlsServer(pair, (_, response) => response.end('{}')), 'https'));
    const { proxy, tunnels } = await connectProxy();
    const http = client({ ca: pair.cert, resolve: () => Promise.reject(new Error('only the proxy can resolve')), proxy: { https: proxy.url.href } });
    expect(await ask(new URL(`https://issuer.test:${server.port}/`), http)).toMatchObject({ ok: true });
    expect(tunnels).toEqual([`issuer.test:${server.port}`]);
  });

  it('is left out for loopback and for what NO_PROXY names', async () => {
    const server = keep(await serve((_, response) => response.end('{}')));
    const { proxy, tunnels } = await connectProxy();
    const loopback = client({ proxy: { http: proxy.url.href } });
    expect(await ask(server.url, loopback)).toMatchObject({ ok: true });
    const excepted = client({ proxy: { http: proxy.url.href, no: 'other.test, .TEST' }, resolve: () => Promise.resolve(['127.0.0.1']) });
    expect(await ask(new URL(`http://issuer.test:${server.port}/`), excepted)).toMatchObject({ ok: true });
    expect(tunnels).toEqual([]);
  });

  it.each([
    ['never answers', (): void => undefined, { why: 'timeout' }],
    ['wants credentials', (socket: Duplex): void => void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'), { why: 'network', detail: 'the proxy answered 407 instead of letting us through' }],
  ])('that %s holds nobody up, and hears its own password only', async (_, onConnect, expected) => {
    const { createServer } = await import('node:http');
    const heard: unknown[] = [];
    const sockets: Duplex[] = [];
    const server = createServer();
    server.on('connect', ({ headers }, socket) => {
      heard.push(headers['proxy-authorization']);
      sockets.push(socket.on('error', () => undefined));
      onConnect(socket);
    });
    const { port } = keep(await started(server, 'http', () => sockets.forEach((socket) => socket.destroy())));
    const http = client({ timeoutMs: 300, resolve: () => Promise.resolve(['8.8.8.8']), proxy: { https: `http://ana:${'p'.repeat(12)}@127.0.0.1:${port}` } });
    const begun = performance.now();
    const outcome = await ask(new URL('https://issuer.test/'), http);
    expect(outcome).toMatchObject({ ok: false, ...expected });
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(heard).toEqual([`Basic ${Buffer.from(`ana:${'p'.repeat(12)}`).toString('base64')}`]);
    expect(JSON.stringify(outcome)).not.toContain('pppp');
  });

  it('is given no credential for plain http to a name that only it can resolve', async () => {
    const { proxy, tunnels } = await connectProxy();
    const http = client({ proxy: { http: proxy.url.href }, resolve: () => Promise.reject(new Error('only the proxy can resolve')) });
    expect(await ask(new URL('http://issuer.test/'), http)).toMatchObject({ ok: false, why: 'refused-address' });
    expect(tunnels).toEqual([]);
  });

  it('does not open the way to private addresses', async () => {
    const { proxy, tunnels } = await connectProxy();
    const http = client({ proxy: { https: proxy.url.href }, resolve: () => Promise.resolve(['10.0.0.7']) });
    expect(await ask(new URL('https://issuer.test/'), http, { allowPrivate: false })).toMatchObject({ why: 'refused-address' });
    expect(tunnels).toEqual([]);
  });

  it('with a broken URL is a clear error that does not repeat the value', async () => {
    const http = client({ proxy: { https: 'socks5://user:hunter22@proxy.example' }, resolve: () => Promise.resolve(['8.8.8.8']) });
    const error: unknown = await ask(new URL('https://issuer.test/'), http).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'HTTP_PROXY_INVALID' });
    expect(String(error)).not.toContain('hunter22');
  });
});

describe('an abort', () => {
  it('ends a request that is under way by throwing the reason', async () => {
    const server = keep(await serve(() => undefined));
    const controller = new AbortController();
    const sending = ask(server.url, client(), { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
  });
});

function drip(socket: Socket, head: string): void {
  socket.write(head);
  const timer = setInterval(() => socket.write('x'), 20);
  socket.once('close', () => clearInterval(timer)); // `once` of events would reject when the client resets the connection
}
