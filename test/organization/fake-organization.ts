import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OperationId } from '../../src/github/operations.ts';
import { startFakeGitHub, type FakeGitHub, type Handler } from '../github/fake.ts';
import { serveGit } from './git-backend.ts';
import { arrangeRuns, madeRuns, type FakeRun } from './fake-runs.ts';
import { madeToken, OWNER, type MadeRepository } from './made-repositories.ts';

/** An organisation at a GitHub on 127.0.0.1: the API (held against its description), and git's own server over HTTP. */
export interface FakeOrganization {
  readonly origin: string;
  readonly apiUrl: string;
  readonly app: { readonly id: string; readonly privateKey: string };
  /** The API behind the door: uploads, alerts, issues, and what it is to refuse. */
  readonly api: FakeGitHub;
  /** What the API was asked, by operation; and git's server, by service. */
  readonly counts: Map<string, number>;
  readonly breaches: readonly string[];
  /** Requests without a token that is good, and what else must not happen. */
  readonly refused: string[];
  /** How long a token of the App is good. */
  tokenSeconds: number;
  /** Every so many requests to the API fail in another way; 0: none. */
  troubleEvery: number;
  /** The repositories as the API lists them. */
  repositories: readonly MadeRepository[];
  /** Runs of Actions, by repository. */
  readonly runs: Map<string, FakeRun[]>;
  /** When people last wrote something. */
  talkedAt: string;
  readonly stop: () => Promise<void>;
}

const PAGE = 100;

interface GraphqlBody {
  readonly query: string;
  readonly variables: Readonly<Record<string, string>>;
}

export async function startFakeOrganization(root: string, repositories: readonly MadeRepository[]): Promise<FakeOrganization> {
  const api = await startFakeGitHub();
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const tokens = new Map<string, number>();
  const counts = new Map<string, number>();
  let minted = 0;
  let asked = 0;
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      fake.refused.push(String(error));
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: FakeOrganization & { repositories: readonly MadeRepository[] } = {
    origin,
    apiUrl: `${origin}/api/v3`,
    app: { id: '4711', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string },
    api,
    counts,
    breaches: api.breaches,
    refused: [],
    tokenSeconds: 3600,
    troubleEvery: 0,
    runs: new Map(repositories.filter(({ kind }) => kind === 'ci').map(({ name, number }) => [name, madeRuns(number)])),
    talkedAt: '2026-01-01T00:00:00Z',
    repositories,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await api.stop();
    },
  };
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const on = (id: OperationId, handler: Handler): void => {
    api.handlers.set(id, (parameters, query, body) => {
      count(id);
      return handler(parameters, query, body);
    });
  };
  const paged = (all: readonly unknown[], path: string, query: URLSearchParams) => {
    const page = Number(query.get('page') ?? 1);
    const next = new URLSearchParams([...query].filter(([name]) => name !== 'page'));
    next.set('page', String(page + 1));
    return { status: 200, value: all.slice((page - 1) * PAGE, page * PAGE), ...(all.length > page * PAGE ? { headers: { link: `<${origin}/api/v3${path}?${next}>; rel="next"` } } : {}) };
  };
  on('users/get-by-username', () => ({ status: 200, value: { login: OWNER, id: 1, type: 'Organization', public_repos: 0 } }));
  on('repos/list-for-org', (_, query) => paged(fake.repositories.map(listed), `/orgs/${OWNER}/repos`, query));
  on('apps/get-org-installation', () => ({ status: 200, value: { id: 99, suspended_at: null } }));
  on('apps/create-installation-access-token', () => {
    minted += 1;
    const token = `installation-${minted}`;
    const ends = Date.now() + fake.tokenSeconds * 1000;
    tokens.set(token, ends);
    return { status: 201, value: { token, expires_at: new Date(ends).toISOString() } };
  });
  const talk = (repo: string | undefined): MadeRepository | undefined => fake.repositories.find(({ name, kind }) => name === repo && kind === 'talk');
  on('issues/list-for-repo', ({ repo }) => ({ status: 200, value: talk(repo) === undefined ? [] : [{ id: 1, number: 1, title: 'It breaks', body: 'as the title says', html_url: `${origin}/${OWNER}/${repo}/issues/1` }, { id: 2, number: 2, title: 'Mend it', body: null, html_url: `${origin}/${OWNER}/${repo}/pull/2`, pull_request: { url: null, html_url: null, diff_url: null, patch_url: null } }] }));
  on('issues/list-comments-for-repo', ({ repo }) => {
    const one = talk(repo);
    return { status: 200, value: one === undefined ? [] : [{ id: 3, body: `I use ${madeToken(one.number)} and it fails`, html_url: `${origin}/${OWNER}/${repo}/issues/1#issuecomment-3` }] };
  });
  for (const id of ['pulls/list-review-comments-for-repo', 'pulls/list-reviews', 'repos/list-commit-comments-for-repo'] as const) on(id, () => ({ status: 200, value: [] }));
  // A release with a file that is read, and one that is too large.
  const releasesOf = (repo: string | undefined): readonly object[] => {
    const one = talk(repo);
    const asset = (id: number, name: string, size: number): object => ({ id, name, size, updated_at: '2026-01-01T00:00:00Z', browser_download_url: `${origin}/${OWNER}/${repo ?? ''}/releases/download/v1/${name}` });
    return one === undefined ? [] : [{ id: 50, name: 'v1', body: `notes ${madeToken(60_000 + one.number)} end`, html_url: `${origin}/${OWNER}/${repo ?? ''}/releases/tag/v1`, assets: [asset(51, 'deploy.txt', 60), asset(52, 'image.iso', 1 << 30)] }];
  };
  on('repos/list-releases', ({ repo }) => ({ status: 200, value: releasesOf(repo) }));
  on('repos/get-release', ({ repo }) => ({ status: 200, value: releasesOf(repo)[0] }));
  on('repos/get-release-asset', ({ repo }) => ({ status: 302, file: Buffer.from(`GITHUB_TOKEN=${madeToken(70_000 + (talk(repo)?.number ?? 0))}\n`) }));

  arrangeRuns(on, origin, (repo) => fake.runs.get(repo ?? ''));

  function listed(one: MadeRepository): unknown {
    const { number, name, kind, isPrivate } = one;
    return { id: 1000 + number, name, full_name: `${OWNER}/${name}`, private: isPrivate, visibility: isPrivate ? 'private' : 'public', archived: kind === 'archived', fork: kind === 'fork', disabled: false, has_wiki: kind === 'wiki' || kind === 'plain', default_branch: 'main', size: 10, owner: { login: OWNER } };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (url.pathname === '/api/graphql') return toGraphql(request, response, JSON.parse(body.toString()) as GraphqlBody);
    if (url.pathname.startsWith('/api/v3/')) return toApi(request, response, url, body);
    return toGit(request, response, url, body);
  }

  /** A JWT of the App for the App's own affairs, a token that has not expired for all others. */
  function mayCall(path: string, authorization: string): boolean {
    const token = authorization.replace(/^(?:Bearer|token) /, '');
    if (/^\/api\/v3\/(?:app|orgs\/\w+\/installation)/.test(path)) {
      const [head = '', claims = '', signature = ''] = token.split('.');
      const { exp = 0, iss } = JSON.parse(Buffer.from(claims, 'base64url').toString() || '{}') as { exp?: number; iss?: string };
      return iss === fake.app.id && exp * 1000 > Date.now() && exp * 1000 < Date.now() + 600_000 && createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(publicKey, signature, 'base64url');
    }
    return (tokens.get(token) ?? 0) > Date.now();
  }

  async function toApi(request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): Promise<void> {
    asked += 1;
    count('api');
    if (!mayCall(url.pathname, request.headers.authorization ?? '')) {
      count('401');
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Bad credentials"}');
      return;
    }
    if (fake.troubleEvery > 0 && asked % fake.troubleEvery === 0) {
      count('trouble');
      switch ((asked / fake.troubleEvery) % 4) {
        case 0:
          return void response.writeHead(502).end('<html>Bad Gateway</html>');
        case 1:
          return void response.writeHead(403, { 'retry-after': '1', 'content-type': 'application/json' }).end('{"message":"You have exceeded a secondary rate limit"}');
        case 2:
          return void response.writeHead(429, { 'retry-after': '1', 'content-type': 'application/json' }).end('{"message":"API rate limit exceeded"}');
        default:
          // Half a page: the connection ends before the length that was promised.
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
          response.write('[{"id":1,');
          return void setTimeout(() => response.destroy(), 10);
      }
    }
    const answer = await fetch(`${api.apiUrl}${url.pathname.replace(/^\/api\/v3/, '')}${url.search}`, { method: request.method ?? 'GET', headers: { authorization: `Bearer ${api.token}`, 'user-agent': 'front', 'content-type': 'application/json' }, redirect: 'manual', ...(body.length === 0 ? {} : { body }) });
    const [link, location] = [answer.headers.get('link'), answer.headers.get('location')];
    const bytes = Buffer.from(await answer.arrayBuffer());
    const etag = `W/"${createHash('sha256').update(bytes).digest('hex')}"`;
    if (answer.status === 200 && request.headers['if-none-match'] === etag) {
      count('304');
      return void response.writeHead(304, { etag }).end();
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', etag, ...(link === null ? {} : { link }), ...(location === null ? {} : { location }) }).end(bytes);
  }

  /** Counts and times of what people wrote; GitHub's GraphQL has no description that could be held against requests here. */
  function toGraphql(request: IncomingMessage, response: ServerResponse, { query, variables }: GraphqlBody): void {
    count('api');
    count('graphql');
    if (!mayCall('/api/graphql', request.headers.authorization ?? '')) return void response.writeHead(401).end('{}');
    const of = (totalCount: number) => ({ totalCount, nodes: totalCount === 0 ? [] : [{ updatedAt: fake.talkedAt }] });
    const names = [...query.matchAll(/(r\d+): repository\(owner: \$o(\d+)/g)];
    const data = Object.fromEntries(names.map(([, key = '', index = '']) => {
      const has = talk(variables[`n${index}`]) !== undefined;
      return [key, { issues: of(has ? 1 : 0), pullRequests: of(has ? 1 : 0), discussions: of(0), commitComments: of(0), releases: of(has ? 1 : 0), workflows: fake.runs.has(variables[`n${index}`] ?? '') ? { oid: '0'.repeat(40) } : null }];
    }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
  }

  function toGit(request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): void {
    const [user, token] = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString().split(':');
    if (user !== 'x-access-token' || (tokens.get(token ?? '') ?? 0) <= Date.now()) {
      fake.refused.push(`git without a good token: ${url.pathname}`);
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    }
    const service = url.pathname.endsWith('/info/refs') ? (request.headers['git-protocol'] === undefined ? 'refs' : 'fetch') : 'pack';
    count(`git ${service}`);
    const name = /^\/\w+\/([^/]+?)\.git\//.exec(url.pathname)?.[1];
    if (fake.repositories.find((one) => one.name === name)?.kind === 'broken' && service === 'pack') {
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' });
      return void response.end('0014packfile damaged');
    }
    serveGit(root, request, response, url, body);
  }
  return fake;
}
