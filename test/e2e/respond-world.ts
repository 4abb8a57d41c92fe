import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface IssuerState {
  active: boolean;
  /** Revocations that arrived. */
  mutations: number;
}

/** A store on 127.0.0.1 that speaks RFC 7662 and 7009, counts, and takes its time: an effect lies anywhere between request and answer. */
export class LocalIssuer {
  readonly tokens = new Map<string, IssuerState>();
  readonly pages: string[] = [];
  /** Answers a revocation without doing it: HTTP 202, as some issuers do. */
  accepts = false;
  readonly #server: Server;
  readonly #waits: () => number;

  constructor(waits: () => number = () => 0) {
    this.#waits = waits;
    this.#server = createServer((request, response) => {
      void textOf(request).then(async (body) => {
        if (request.url === '/page') this.pages.push(body);
        const state = this.tokens.get(new URLSearchParams(body).get('token') ?? '');
        await delay(this.#waits());
        if (request.url === '/revoke' && state !== undefined) {
          state.mutations += 1;
          if (!this.accepts) state.active = false;
          await delay(this.#waits());
        }
        const answer = request.url === '/introspect' ? JSON.stringify(state?.active === true ? { active: true, sub: 'ana', scope: 'read write', client_id: 'ci' } : { active: false }) : '';
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  mint(): string {
    const token = `tkex_${randomBytes(32).toString('base64url').replaceAll(/[-_]/g, 'x')}`;
    this.tokens.set(token, { active: true, mutations: 0 });
    return token;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** A folder with a configuration, a state and a target, and the built command in it. */
export class Place {
  readonly root = mkdtempSync(join(tmpdir(), 'respond-'));
  readonly ledger = join(this.root, 'state', 'ledger.jsonl');
  env: Readonly<Record<string, string>> = { TOKENWARDEN_TEST_ID: 'warden', TOKENWARDEN_TEST_SECRET: randomBytes(18).toString('base64url') };

  configure(issuer: Pick<LocalIssuer, 'url'>, more = ''): void {
    this.write('tokenwarden.yml', `salt: ${'A'.repeat(32)}
verify: { allow: [local] }
stores:
  - id: local
    type: oauth
    url: ${issuer.url}
    claims: [{ pattern: '^tkex_[A-Za-z0-9]{43}$' }]
    auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_TEST_ID, client-secret-env: TOKENWARDEN_TEST_SECRET }
    endpoints: { introspection: ${issuer.url}/introspect, revocation: ${issuer.url}/revoke }
    allow-private: true
    requests-per-second: 500
rules:
  - id: example-token
    name: Example token
    pattern: 'tkex_[A-Za-z0-9]{43}'
    anchors: [tkex_]
    confidence: high
${more}`);
  }

  path(name: string): string {
    return join(this.root, name);
  }

  write(name: string, content: string): void {
    writeFileSync(this.path(name), content);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  start(args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [COMMAND, ...args], { cwd: this.root, env: { PATH: process.env['PATH'] ?? '', HOME: this.root, TOKENWARDEN_STATE: this.path('state'), ...this.env }, stdio: ['pipe', 'pipe', 'pipe'] });
  }

  async run(args: readonly string[], stdin = ''): Promise<Ran> {
    const child = this.start(args);
    child.stdin?.end(stdin);
    const [stdout, stderr, code] = await Promise.all([textOf(child.stdout as NonNullable<typeof child.stdout>), textOf(child.stderr as NonNullable<typeof child.stderr>), new Promise<number | null>((resolve) => child.once('close', resolve))]);
    return { code, stdout, stderr };
  }

  ledgerBytes(): number {
    return existsSync(this.ledger) ? statSync(this.ledger).size : 0;
  }

  events(): readonly { readonly event: string; readonly detail: Readonly<Record<string, unknown>> }[] {
    return readFileSync(this.ledger, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { event: string; detail: Record<string, unknown> });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
