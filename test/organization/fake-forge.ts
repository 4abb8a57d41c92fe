import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveGit } from './git-backend.ts';
import { madeToken } from './made-repositories.ts';

export type Reply = { readonly status: number; readonly value?: unknown; readonly bytes?: Uint8Array; readonly location?: string } | readonly unknown[] | object | undefined;

export interface FakeForge {
  readonly origin: string;
  readonly token: string;
  /** Requests to the API by path, without queries. */
  readonly counts: Map<string, number>;
  /** What must not happen: other credentials, or ours where they do not belong. */
  readonly refused: string[];
  /** Every so many requests to the API fail in another way; 0: none. */
  troubleEvery: number;
  readonly stop: () => Promise<void>;
}

export interface FakeForgeOptions {
  /** Where bare repositories lie. */
  readonly root: string;
  /** `/api/v4` */
  readonly api: string;
  readonly authorization: (token: string) => string;
  /** Name of the query parameter for the size of a page, the largest size, and the header with the total. */
  readonly paging: readonly [size: string, most: number, total: string];
  /** Patterns of paths below the API, with what they answer; a list is paged. Undefined: 404. */
  readonly routes: (origin: string) => readonly (readonly [RegExp, (match: readonly string[], query: URLSearchParams) => Reply])[];
}

/** A forge on 127.0.0.1: its API by a table of routes, with trouble, and git's own server. */
export async function startFakeForge({ root, api, authorization, paging, routes }: FakeForgeOptions): Promise<FakeForge> {
  const token = 'the-token-of-the-forge';
  let asked = 0;
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      fake.refused.push(String(error));
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const table = routes(origin);
  const fake: FakeForge = {
    origin,
    token,
    counts: new Map(),
    refused: [],
    troubleEvery: 0,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const given = request.headers.authorization ?? '';
    if (url.pathname.startsWith(`${api}/`)) return toApi(request, response, url);
    if (url.pathname.startsWith('/files/')) {
      if (given !== authorization(token)) fake.refused.push(`a file without the token: ${url.pathname}`);
      return void response.writeHead(200).end(`GITHUB_TOKEN=${madeToken(Number(url.pathname.split('/')[2]))}\n`);
    }
    if (given !== `Basic ${Buffer.from(`oauth2:${token}`).toString('base64')}`) {
      fake.refused.push(`git without the token: ${url.pathname}`);
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    }
    fake.counts.set('git', (fake.counts.get('git') ?? 0) + 1);
    serveGit(root, request, response, url, Buffer.concat(chunks));
  }

  function toApi(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const path = url.pathname.slice(api.length);
    fake.counts.set(path, (fake.counts.get(path) ?? 0) + 1);
    asked += 1;
    if (request.headers.authorization !== authorization(token)) {
      fake.refused.push(`the API without the token: ${path}`);
      return void response.writeHead(401).end('{}');
    }
    if (fake.troubleEvery > 0 && asked % fake.troubleEvery === 0) {
      switch ((asked / fake.troubleEvery) % 3) {
        case 0:
          return void response.writeHead(502).end('<html>Bad Gateway</html>');
        case 1:
          return void response.writeHead(429, { 'retry-after': '1' }).end('Retry later');
        default:
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
          response.write('[{"id":1,');
          return void setTimeout(() => response.destroy(), 10);
      }
    }
    for (const [pattern, answer] of table) {
      const match = pattern.exec(path);
      if (match === null) continue;
      const reply = answer([...match].map((part) => decodeURIComponent(part)), url.searchParams);
      if (reply === undefined) break;
      if (Array.isArray(reply)) return toPage(response, url, reply as readonly unknown[]);
      const { status = 200, value, bytes, location } = ('status' in reply ? reply : { value: reply }) as { readonly status?: number; readonly value?: unknown; readonly bytes?: Uint8Array; readonly location?: string };
      return void response.writeHead(status, { 'content-type': bytes === undefined ? 'application/json' : 'application/octet-stream', ...(location === undefined ? {} : { location }) }).end(bytes ?? JSON.stringify(value ?? { message: String(status) }));
    }
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"404 Not Found"}');
  }

  function toPage(response: ServerResponse, url: URL, all: readonly unknown[]): void {
    const [name, most, total] = paging;
    const size = Math.min(Number(url.searchParams.get(name) ?? 20), most);
    const page = Number(url.searchParams.get('page') ?? 1);
    const next = new URL(url);
    next.searchParams.set('page', String(page + 1));
    const link = all.length > page * size ? { link: `<${origin}${url.pathname}?page=1>; rel="first", <${next.href}>; rel="next"` } : {};
    response.writeHead(200, { 'content-type': 'application/json', [total]: String(all.length), ...link }).end(JSON.stringify(all.slice((page - 1) * size, page * size)));
  }
  return fake;
}
