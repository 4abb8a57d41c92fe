import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../src/model/index.ts';
import { prepareOpenBao, startOpenBao, type OpenBaoServer } from './servers/openbao.ts';

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const prepared = await prepareOpenBao();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);
/** The whole hundred is for a person: KILLS=100. */
const KILLS = Number(process.env['KILLS'] ?? 6);

interface Ran {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

describe.skipIf(missing !== undefined)(`tokenwarden issue at a real OpenBao${missing === undefined ? '' : `, skipped: ${missing}`}`, { timeout: 120_000 }, () => {
  let server: OpenBaoServer;
  let folder = '';
  let admin = '';
  let environment: Record<string, string> = {};

  beforeAll(async () => {
    if (!('program' in prepared)) return;
    server = await startOpenBao(prepared.program);
    admin = await server.mint({ policies: ['root'], ttl: '4h' });
    folder = await mkdtemp(join(tmpdir(), 'tokenwarden-issue-test-'));
    environment = { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, TOKENWARDEN_BAO: admin, GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'ana' };
    const policy = 'path "auth/token/lookup-self" { capabilities = ["read"] }';
    await fetch(`${server.url}/v1/sys/policies/acl/deploy-web`, { method: 'PUT', headers: { 'x-vault-token': admin }, body: JSON.stringify({ policy }) });
    await writeFile(
      join(folder, 'tokenwarden.yml'),
      `stores:
  - { id: bao, type: vault, url: '${server.url}', allow-private: true, requests-per-second: 1000, claims: [{ rule: vault-service-token }], auth: { method: bearer, token-env: TOKENWARDEN_BAO } }
grants:
  - { store: bao, identities: ['github:ana'], scopes: ['deploy-*'], max-ttl: 1h }
  - { store: bao, identities: ['github:*'], scopes: ['ops'], max-ttl: 30m, environments: [staging] }
`,
    );
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (args: readonly string[], env: Record<string, string> = {}) => spawn(process.execPath, [COMMAND, 'issue', ...args], { cwd: folder, env: { ...environment, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ran = async (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> => {
    const child = start(args, env);
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
  };
  const records = async (): Promise<readonly AuditRecord[]> => (await readFile(join(folder, '.local/state/tokenwarden/ledger.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as AuditRecord);
  /** Tokens that we made and that live, by our name in their metadata. */
  const living = async (): Promise<number> => {
    const call = (path: string, body?: unknown): Promise<Response> => fetch(`${server.url}/v1/${path}`, { method: body === undefined ? 'GET' : 'POST', headers: { 'x-vault-token': admin }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const { data } = (await (await call('auth/token/accessors?list=true')).json()) as { data: { keys: string[] } };
    const metas = await Promise.all(data.keys.map(async (accessor) => ((await (await call('auth/token/lookup-accessor', { accessor })).json()) as { data?: { meta?: { tokenwarden?: string } } }).data?.meta?.tokenwarden));
    return metas.filter((name) => name !== undefined).length;
  };
  const shell = (script: string): readonly string[] => ['bao', '--scope', 'deploy-web', '--ttl', '10m', '--', 'sh', '-c', script];
  const ask = `node -e 'fetch(process.argv[1]+"/v1/auth/token/lookup-self",{headers:{"x-vault-token":process.env.VAULT_TOKEN}}).then(r=>r.json()).then(b=>console.log(JSON.stringify([b.data.policies,b.data.ttl<=600])))' "$0"`;

  it('gives the command a token of the asked policies alone, passes its exit code on and revokes the token', async () => {
    const { code, stdout, stderr } = await ran(['bao', '--scope', 'deploy-web', '--ttl', '10m', '--', 'sh', '-c', `${ask}; exit 7`, server.url]);
    expect(stderr).toContain('is revoked, and the issuer confirmed');
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 7, stdout: '[["deploy-web"],true]\n' });
    expect(await living()).toBe(0);
    const mine = (await records()).filter(({ event }) => event.startsWith('issue.')).map(({ event }) => event);
    expect(mine).toEqual(['issue.intent', 'issue.sent', 'issue.answered', 'issue.obtained', 'issue.delivered', 'issue.revoking', 'issue.revoked', 'issue.ended']);
  });

  it('masks the token in what is printed, in every form, on both streams, and leaves other bytes alone', async () => {
    const script = `
      const t = process.env.VAULT_TOKEN, b = Buffer.from('user:' + t).toString('base64');
      const all = [t, b, Buffer.from(t).toString('hex'), encodeURIComponent(t), JSON.stringify({ t }), b.replace(/.{20}/g, '$&\\n'), t.slice(0, 9) + '\\x1b[31m' + t.slice(9)];
      process.stderr.write(all.join('\\n'));
      process.stdout.write(Buffer.from([0, 255, 254, 10]));
      (async () => { for (const c of all.join('|')) { process.stdout.write(c); if (Math.random() < 0.2) await new Promise(setImmediate); } process.stdout.write(Buffer.from([128, 0, 10])); require('fs').writeFileSync(process.env.SEEN, t); })();`;
    const seen = join(folder, 'seen');
    const { code, stdout, stderr } = await ran(['bao', '--scope', 'deploy-web', '--', process.execPath, '-e', script], { SEEN: seen });
    const token = await readFile(seen, 'utf8');
    expect(code).toBe(0);
    for (const text of [stdout.toString('latin1'), stderr].map((one) => one.replace(/\n|\x1b\[\d*m/g, ''))) {
      expect(text).toContain('********');
      for (const piece of [token.slice(4, 16), token.slice(-12), Buffer.from(token).toString('hex').slice(6, 30), Buffer.from(`user:${token}`).toString('base64').slice(9, 30)]) expect(text.includes(piece)).toBe(false);
    }
    expect([...stdout.subarray(0, 4)]).toEqual([0, 255, 254, 10]);
    expect([...stdout.subarray(-3)]).toEqual([128, 0, 10]);
    expect(await server.isActive(token)).toBe(false);
    expect(JSON.stringify(await records()).includes(token)).toBe(false);
  });

  it('hides parts of the token, too: its beginning, what is left without its prefix, backwards, encoded twice, on one character a line', async () => {
    const seen = join(folder, 'seen-parts');
    const script = `
      const t = process.env.VAULT_TOKEN, b = (x) => Buffer.from(x).toString('base64');
      require('fs').writeFileSync(process.env.SEEN, t);
      console.log([t.slice(0, -1), t.slice(0, Math.ceil(t.length / 2)), t.slice(2), t.slice(4), [...t].reverse().join(''), b(b(t)), b(b(t)).replace(/.{10}/g, '$&\\n'), [...t].join('\\n'), t + t + t].join('\\n|\\n'));`;
    const { code, stdout } = await ran(['bao', '--scope', 'deploy-web', '--', process.execPath, '-e', script], { SEEN: seen });
    const token = await readFile(seen, 'utf8');
    const text = stdout.toString().replaceAll('\n', '');
    expect(code).toBe(0);
    for (let at = 0; at + 12 <= token.length; at += 1) {
      const piece = token.slice(at, at + 12);
      for (const form of [piece, [...piece].reverse().join('')]) expect({ at, shown: text.includes(form) }).toEqual({ at, shown: false });
    }
    expect(text.includes(Buffer.from(Buffer.from(token).toString('base64')).toString('base64').slice(8, 28))).toBe(false);
    expect(text.split('|')).toHaveLength(9);
  });

  it('passes on fifty megabytes as fast as they are read, with the token in them hidden', async () => {
    const began = performance.now();
    const { code, stdout } = await ran(shell('head -c 50000000 /dev/zero | tr "\\0" "a"; echo "$VAULT_TOKEN"'));
    expect([code, stdout.length, stdout.subarray(-9).toString()]).toEqual([0, 50_000_009, '********\n']);
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('ends a command whose reader goes away, as a pipe would, and the token with it', async () => {
    const child = start(shell('echo up; yes'));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.stdout.destroy();
    const code = await Promise.race([new Promise((resolve) => child.once('exit', resolve)), delay(15_000).then(() => 'still there')]);
    expect([141, 1]).toContain(code);
    expect(await living()).toBe(0);
  });

  it.each([
    ['kill -KILL $$', 137],
    ['kill -SEGV $$', 139],
    ['kill -HUP $$', 129],
    ['exit 255', 255],
  ])('passes on how it ended: %s is %i', async (script, code) => {
    expect((await ran(shell(script))).code).toBe(code);
    expect(await living()).toBe(0);
  });

  it('ends by Ctrl-C as its command does, and not before the token is dead', async () => {
    const child = start(shell('trap "sleep 0.3; exit 130" INT; echo up; while :; do sleep 0.1; done'));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(130);
    expect(await living()).toBe(0);
  });

  it('keeps our own credentials from the command, and the token from its arguments', async () => {
    const { stdout } = await ran(shell('env | grep -c TOKENWARDEN_BAO; tr "\\0" " " </proc/$PPID/cmdline | grep -c "s\\.[A-Za-z0-9]" ; test -n "$VAULT_TOKEN" && echo has'));
    expect(stdout.toString().split('\n').slice(0, 3)).toEqual(['0', '0', 'has']);
  });

  it('gives it by file: mode 0600, in a folder of ours, gone afterwards', async () => {
    const script = 'stat -c "%a %U" "$VAULT_TOKEN_FILE" "$(dirname "$VAULT_TOKEN_FILE")"; test -z "$VAULT_TOKEN" && wc -c <"$VAULT_TOKEN_FILE"; dirname "$VAULT_TOKEN_FILE"';
    const { stdout } = await ran(['bao', '--scope', 'deploy-web', '--deliver', 'file', '--', 'sh', '-c', script]);
    const [file, dir, size, path = ''] = stdout.toString().trim().split('\n');
    expect([file?.slice(0, 3), dir?.slice(0, 3), Number(size) > 20]).toEqual(['600', '700', true]);
    expect(await stat(path).catch((error: NodeJS.ErrnoException) => error.code)).toBe('ENOENT');
  });

  it('denies what no grant covers, on record, without asking the issuer', async () => {
    const before = await living();
    for (const [args, env, why] of [
      [['bao', '--scope', 'admin', '--', 'true'], {}, 'the scope admin is not granted'],
      [['bao', '--scope', 'deploy-web', '--ttl', '2h', '--', 'true'], {}, 'at most 1h'],
      [['bao', '--scope', 'deploy-web', '--', 'true'], { GITHUB_ACTOR: 'eve' }, 'not granted to github:eve'],
      [['bao', '--scope', 'deploy-web', '--', 'true'], { GITHUB_ACTIONS: 'false' }, 'not granted to user:'],
      [['bao', '--scope', 'ops', '--ttl', '10m', '--', 'true'], {}, 'say which with --environment'],
      [['bao', '--scope', 'ops', '--ttl', '10m', '--environment', 'production', '--', 'true'], {}, 'not granted for the environment production'],
      [['other', '--scope', 'ops', '--', 'true'], {}, 'no grant names the store other'],
    ] as const) {
      const { code, stderr } = await ran(args, env);
      expect({ code, said: stderr.includes(why) ? why : stderr }).toEqual({ code: 2, said: why });
      expect((await records()).at(-1)).toMatchObject({ event: 'issue.denied' });
    }
    expect((await ran(['bao', '--scope', 'ops', '--ttl', '10m', '--environment', 'staging', '--', 'true'])).code).toBe(0);
    expect(await living()).toBe(before);
  });

  it.each([
    ['that is asked to end', 'trap "exit 3" TERM; echo up; while :; do sleep 0.1; done', 3],
    ['that ends by the signal', 'echo up; exec sleep 60', 143],
  ])('revokes after SIGTERM from a command %s', async (_name, script, code) => {
    const child = start(shell(script));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(code);
    expect(await living()).toBe(0);
  });

  it('kills a command that ignores signals when it is told twice, and its children with it', async () => {
    const child = start(shell('trap "" TERM INT HUP; (trap "" TERM; sleep 61.5) & echo up; while :; do sleep 0.1; done'));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    await delay(300);
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(137);
    expect(await living()).toBe(0);
    const { stdout } = await ran(shell('pgrep -fx "sleep 61.5" | wc -l'));
    expect(stdout.toString().trim()).toBe('0');
  });

  it('does not wait for a child that left the group, whose token is dead all the same', async () => {
    const seen = join(folder, 'late');
    const began = performance.now();
    const { code } = await ran(shell(`setsid sh -c 'sleep 8; echo late' & echo "$VAULT_TOKEN" >${seen}; exit 0`));
    expect(code).toBe(0);
    expect(performance.now() - began).toBeLessThan(7_500);
    expect(await server.isActive((await readFile(seen, 'utf8')).trim())).toBe(false);
  });

  it.each([
    ['not there', ['/no/such/program'], 127],
    ['not a program', ['./tokenwarden.yml'], 126],
  ])('revokes when the command is %s', async (_name, command, code) => {
    const quiet = await ran(['bao', '--quiet', '--scope', 'deploy-web', '--', ...command]);
    expect({ ...quiet, stdout: '' }).toEqual({ code, stdout: '', stderr: expect.stringMatching(/^error: the command could not be started/) as string });
    expect((await ran(['bao', '--scope', 'deploy-web', '--', ...command])).code).toBe(code);
    expect(await living()).toBe(0);
  });

  it('asks for nothing when a variable cannot be named so', async () => {
    const before = (await records()).length;
    for (const name of ['1X', 'token=', 'a-b']) expect(await ran(['bao', '--scope', 'deploy-web', '--variable', name, '--', 'true'])).toMatchObject({ code: 2, stderr: expect.stringContaining('ISSUE_VARIABLE') as string });
    expect((await records()).length).toBe(before);
  });

  it(`leaves nothing alive that a sweep does not end, killed with -9 at ${KILLS} moments`, { timeout: 600_000 }, async () => {
    let seed = 7;
    for (let round = 0; round < KILLS; round += 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      const child = start(shell('sleep 0.2'));
      const began = performance.now();
      const at = 150 + (seed % 700);
      await Promise.race([new Promise((resolve) => child.once('exit', resolve)), delay(at)]);
      child.kill('SIGKILL');
      expect(performance.now() - began).toBeLessThan(10_000);
      // A request on its way arrives.
      await delay(60);
      const { code, stdout } = await ran(['sweep']);
      expect({ code, alive: await living(), said: code === 0 ? '' : stdout.toString() }).toEqual({ code: 0, alive: 0, said: '' });
    }
    const revoked = (await records()).filter(({ event }) => event === 'issue.revoked').map(({ detail }) => detail['issue']);
    expect(new Set(revoked).size).toBe(revoked.length);
    expect((await readdir(folder)).filter((name) => name.startsWith('tokenwarden-issue-'))).toEqual([]);
  });

  it('leaves alone what still runs', async () => {
    const child = start(shell('echo up; sleep 60'));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const { code, stdout } = await ran(['sweep']);
    expect({ code, text: stdout.toString() }).toMatchObject({ code: 0, text: expect.stringContaining('its command still runs') as string });
    expect(await living()).toBe(1);
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(await living()).toBe(0);
  });
});
