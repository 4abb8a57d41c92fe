import { execFileSync, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FakeGitHub } from './fake.ts';

const ROOT = new URL('../../', import.meta.url);

/** Builds the Action as it is committed, out of what `npm run build` made, into a folder of the test's own. */
export function buildAction(folder: string): string {
  execFileSync(process.execPath, ['src/build/build-action.ts', '--out', folder], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  return join(folder, 'index.js');
}

/** A repository as its owner has it, on a server of git, with as many checkouts as a test wants. */
export interface Forge {
  /** `GITHUB_SERVER_URL`; the repository is `o/r` there. */
  readonly url: string;
  /** Where its owner works. */
  readonly home: string;
  readonly folder: string;
  /** Requests that came with which authorization. */
  readonly asked: string[];
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly git: (...args: readonly string[]) => string;
  /** Commits all and pushes the branch; gives the commit's name. */
  readonly commit: (message: string, files?: Readonly<Record<string, string | null>>) => string;
  /** As `actions/checkout` leaves it: one commit deep unless told otherwise. */
  readonly checkout: (commit: string, options?: { readonly depth?: number }) => string;
  readonly stop: () => Promise<void>;
}

const QUIET = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 'Ana', GIT_AUTHOR_EMAIL: 'ana@example.com', GIT_COMMITTER_NAME: 'Ana', GIT_COMMITTER_EMAIL: 'ana@example.com', GIT_AUTHOR_DATE: '2026-11-20T10:00:00Z', GIT_COMMITTER_DATE: '2026-11-20T10:00:00Z', GIT_TERMINAL_PROMPT: '0' };

export async function startForge(): Promise<Forge> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenwarden-forge-'));
  const home = join(folder, 'home');
  const bare = join(folder, 'served/o/r');
  const run = (cwd: string, args: readonly string[]): string => execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], { cwd, env: { ...process.env, ...QUIET }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  mkdirSync(bare, { recursive: true });
  mkdirSync(home);
  run(bare, ['init', '-q', '--bare', '-b', 'main']);
  // As on GitHub: any commit that the server has can be asked for by its name.
  run(bare, ['config', 'uploadpack.allowAnySHA1InWant', 'true']);
  run(home, ['init', '-q', '-b', 'main']);
  run(home, ['remote', 'add', 'origin', bare]);
  const asked: string[] = [];
  const server = serveGit(join(folder, 'served'), asked);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const write: Forge['write'] = (files) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    }
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    home,
    folder,
    asked,
    write,
    git: (...args) => run(home, args),
    commit(message, files = {}) {
      write(Object.fromEntries(Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== null)));
      for (const [path, text] of Object.entries(files)) if (text === null) rmSync(join(home, path));
      run(home, ['add', '-A']);
      run(home, ['commit', '-q', '--allow-empty', '-m', message]);
      run(home, ['push', '-q', '-f', 'origin', 'HEAD']);
      return run(home, ['rev-parse', 'HEAD']);
    },
    checkout(commit, { depth = 1 } = {}) {
      const workspace = mkdtempSync(join(folder, 'workspace-'));
      run(workspace, ['init', '-q', '-b', 'main']);
      run(workspace, ['fetch', '-q', '--no-tags', ...(depth === 0 ? [] : [`--depth=${depth}`]), `file://${bare}`, commit]);
      run(workspace, ['checkout', '-q', '--detach', 'FETCH_HEAD']);
      return workspace;
    },
    stop: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Git's own server program behind HTTP (gitprotocol-http, git-http-backend). */
function serveGit(root: string, asked: string[]): Server {
  const program = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    asked.push(request.headers.authorization ?? 'nobody');
    const child = spawn(program, [], {
      env: {
        PATH: process.env.PATH,
        ...QUIET,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        REMOTE_ADDR: '127.0.0.1',
      },
    });
    request.pipe(child.stdin);
    child.stdin.on('error', () => undefined);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      const headers = all.subarray(0, end).toString('latin1').split('\r\n').map((line) => line.split(/:\s*/, 2) as [string, string]);
      const status = Number(headers.find(([name]) => name.toLowerCase() === 'status')?.[1]?.slice(0, 3) ?? 200);
      response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name.toLowerCase() !== 'status'))).end(all.subarray(end + 4));
    });
  });
}

/** An OAuth server that knows of some tokens whether they live (RFC 7662). */
export interface FakeIssuer {
  readonly url: string;
  /** Token to what it says: true, false, or silence (a status of 503). */
  readonly says: Map<string, boolean | 'silent'>;
  readonly asked: string[];
  readonly stop: () => Promise<void>;
}

export async function startIssuer(): Promise<FakeIssuer> {
  const says: FakeIssuer['says'] = new Map();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('token') ?? '';
      asked.push(token);
      const answer = says.get(token) ?? false;
      if (answer === 'silent') response.writeHead(503).end();
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ? { active: true, scope: 'repo:write admin:everything', sub: 'robot-of-payments', exp: 4_102_444_800 } : { active: false }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    says,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** `tokenwarden.yml` of a repository whose tokens the issuer knows. */
export function configuration(issuer: Pick<FakeIssuer, 'url'>, more = ''): string {
  return `salt: ${'A'.repeat(22)}\nrules:\n  - { id: acme-key, pattern: 'acme_[a-z0-9]{32}' }\nstores:\n  - id: sso\n    type: oauth\n    url: ${issuer.url}\n    allow-private: true\n    claims: [{ pattern: '^acme_[a-z0-9]{32}$' }]\n    auth: { method: none }\n    endpoints: { introspection: '${issuer.url}/introspect' }\n    requests-per-second: 50\n${more}`;
}

export interface StepOptions {
  readonly index: string;
  readonly workspace: string;
  readonly event: string;
  readonly payload: unknown;
  readonly fake?: FakeGitHub | undefined;
  readonly forge: Pick<Forge, 'url' | 'folder'>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly state?: string;
  /** Stands before the command: `unshare -rn`. */
  readonly before?: readonly string[];
}

export interface Step {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the Action left behind in the runner's temporary folder. */
  readonly left: readonly string[];
  /** Everything that anybody could read. */
  readonly all: string;
}

/** Runs the step as a runner does: its Node, its environment, its files. */
export async function runStep({ index, workspace, event, payload, fake, forge, inputs = {}, env = {}, state, before = [] }: StepOptions): Promise<Step> {
  const temp = mkdtempSync(join(forge.folder, 'temp-'));
  const file = (name: string): string => join(temp, name);
  writeFileSync(file('event.json'), JSON.stringify(payload));
  for (const name of ['output', 'summary']) writeFileSync(file(name), '');
  const [program = '', ...args] = [...before, process.execPath, index];
  const child = spawn(program, args, {
    cwd: workspace,
    env: {
      PATH: process.env.PATH,
      HOME: file('home'),
      XDG_STATE_HOME: state ?? file('state'),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: file('event.json'),
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_WORKSPACE: workspace,
      GITHUB_SERVER_URL: forge.url,
      GITHUB_OUTPUT: file('output'),
      GITHUB_STEP_SUMMARY: file('summary'),
      GITHUB_RUN_ID: '42',
      GITHUB_ACTOR: 'ana',
      RUNNER_TEMP: temp,
      ...(fake === undefined ? {} : { GITHUB_API_URL: fake.apiUrl, GITHUB_TOKEN: fake.token }),
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...env,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? -1));
  });
  const read = (name: string): string => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : '');
  const outputs = Object.fromEntries([...read('output').matchAll(/^([\w-]+)<<(\S+)\n([^]*?)\n\2$/gm)].map(([, name = '', , value = '']) => [name, value]));
  const summary = read('summary');
  const left = readdirSync(temp).filter((name) => name.startsWith('tokenwarden-action'));
  return { code, stdout, stderr, summary, outputs, left, all: [stdout, stderr, summary, read('output'), ...(fake?.comments ?? []).map(({ body }) => body)].join('\n') };
}

/** Payload of a pull request. */
export function pullRequest({ base, head, number = 7, fork = false, isPublic = false }: { readonly base: string; readonly head: string; readonly number?: number; readonly fork?: boolean; readonly isPublic?: boolean }): unknown {
  const repository = { id: 1, full_name: 'o/r', private: !isPublic, default_branch: 'main' };
  return { action: 'synchronize', number, repository, pull_request: { number, base: { sha: base, ref: 'main', repo: repository }, head: { sha: head, ref: 'topic', repo: fork ? { id: 2, full_name: 'x/r', private: false } : repository } } };
}

export function push({ before, after, ref = 'refs/heads/main', forced = false, isPublic = false, deleted = false }: { readonly before: string; readonly after: string; readonly ref?: string; readonly forced?: boolean; readonly isPublic?: boolean; readonly deleted?: boolean }): unknown {
  return { before, after, ref, forced, deleted, created: /^0+$/.test(before), repository: { id: 1, full_name: 'o/r', private: !isPublic, default_branch: 'main' } };
}
