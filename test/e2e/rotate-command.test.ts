import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyLedger } from '../../src/respond/index.ts';
import { prepareOpenBao, startOpenBao, type OpenBaoServer } from './servers/openbao.ts';

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const prepared = await prepareOpenBao();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);
/** The whole hundred is for a person: KILLS=100. */
const KILLS = Number(process.env['KILLS'] ?? 8);

describe.skipIf(missing !== undefined)(`tokenwarden rotate at a real OpenBao${missing === undefined ? '' : `, skipped: ${missing}`}`, { timeout: 900_000 }, () => {
  let server: OpenBaoServer;
  let folder = '';
  let admin = '';
  const state = (): string => join(folder, '.local/state/tokenwarden');

  beforeAll(async () => {
    if (!('program' in prepared)) return;
    server = await startOpenBao(prepared.program);
    admin = await server.mint({ policies: ['root'], ttl: '4h' });
    folder = await mkdtemp(join(tmpdir(), 'tokenwarden-rotate-test-'));
    await writeFile(
      join(folder, 'tokenwarden.yml'),
      `stores:
  - { id: bao, type: vault, url: '${server.url}', allow-private: true, requests-per-second: 1000, claims: [{ rule: vault-service-token }], auth: { method: bearer, token-env: TOKENWARDEN_BAO } }
rotations:
  - name: deploy
    store: bao
    rule: vault-service-token
    scopes: [default]
    lifetime: 1h
    quiet: 1s
    grace: 0s
    consumers:
      - { type: vault-kv, store: bao, mount: secret, path: ci/deploy, key: token }
      - { type: file, path: '${join(folder, 'deploy.env')}', key: TOKEN }
`,
    );
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const call = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(`${server.url}/v1/${path}`, { method: body === undefined ? 'GET' : 'POST', headers: { 'x-vault-token': admin }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return (await response.json()) as Record<string, unknown>;
  };
  const start = (args: readonly string[]) => spawn(process.execPath, [COMMAND, 'rotate', 'deploy', ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', HOME: folder, TOKENWARDEN_BAO: admin }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ran = async (args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> => {
    const child = start(args);
    const said: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, said: Buffer.concat(said).toString('utf8') };
  };
  const held = async (): Promise<readonly string[]> => {
    const { data } = (await call('secret/data/ci/deploy')) as { data: { data: { token: string } } };
    return [data.data.token, /TOKEN='(.*)'/.exec(await readFile(join(folder, 'deploy.env'), 'utf8'))?.[1] ?? ''];
  };
  const give = async (token: string): Promise<void> => {
    await call('secret/data/ci/deploy', { data: { token, other: 'kept' } });
    await writeFile(join(folder, 'deploy.env'), `A=1\nexport TOKEN='${token}'\nB=2\n`);
    await chmod(join(folder, 'deploy.env'), 0o640);
  };
  const mint = (): Promise<string> => server.mint({ policies: ['default', 'deploy'], ttl: '2h', displayName: 'by-hand' });
  /** Living tokens beside our own two: the root's, the administrator's. */
  const living = async (): Promise<number> => {
    const { data } = (await call('auth/token/accessors?list=true')) as { data: { keys: string[] } };
    return data.keys.length;
  };

  it('shows what it would do, then replaces the token at both places, narrower, and ends the old one', async () => {
    const old = await mint();
    await give(old);
    const before = await living();
    const dry = await ran([]);
    expect(dry).toMatchObject({ code: 1, said: expect.stringContaining('Next: make a replacement. Nothing was sent') as string });
    expect(await held()).toEqual([old, old]);
    const first = await ran(['--yes']);
    expect(first).toMatchObject({ code: 1, said: expect.stringContaining('--confirm-quiet') as string });
    const [fresh = '', copy] = await held();
    expect([fresh !== old, copy, await server.isActive(fresh), await server.isActive(old)]).toEqual([true, fresh, true, true]);
    const last = await ran(['--yes', '--confirm-quiet']);
    expect(last).toMatchObject({ code: 0, said: expect.stringContaining('finished') as string });
    expect([await server.isActive(fresh), await server.isActive(old), await living()]).toEqual([true, false, before]);
    expect(await call('secret/data/ci/deploy')).toMatchObject({ data: { data: { other: 'kept' } } });
    expect(await readFile(join(folder, 'deploy.env'), 'utf8')).toBe(`A=1\nexport TOKEN='${fresh}'\nB=2\n`);
    expect((await stat(join(folder, 'deploy.env'))).mode & 0o777).toBe(0o640);
    const facts = (await call('auth/token/lookup', { token: fresh })) as { data: { policies: string[]; explicit_max_ttl: number } };
    expect([facts.data.policies, facts.data.explicit_max_ttl > 3500 && facts.data.explicit_max_ttl <= 3600]).toEqual([['default'], true]);
    expect(await ran(['--yes'])).toMatchObject({ code: 0, said: expect.stringMatching(/due again at .* as it ends at/) as string });
    const written = await readFile(join(state(), 'ledger.jsonl'), 'utf8');
    for (const secret of [old, fresh, admin]) for (const text of [written, dry.said, first.said, last.said]) expect(text.includes(secret)).toBe(false);
  });

  it(`serves both places at every moment, killed with -9 at ${KILLS} moments, and leaves nobody's token behind`, async () => {
    let seed = 11;
    await give(await mint());
    const before = await living();
    let isFirst = true;
    for (let round = 0; round < KILLS; round += 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      const child = start(['--yes', '--confirm-quiet', ...(isFirst ? ['--again'] : [])]);
      const over = new Promise<number | null>((resolve) => child.once('exit', resolve));
      const code = await Promise.race([over, delay(250 + (seed % 900)).then(() => 'time' as const)]);
      child.kill('SIGKILL');
      await over;
      // A request on its way arrives.
      await delay(60);
      for (const token of await held()) expect({ round, works: await server.isActive(token) }).toEqual({ round, works: true });
      isFirst = code === 0;
    }
    for (let tries = 0; tries < 5; tries += 1) {
      const { code, said } = await ran(['--yes', '--confirm-quiet']);
      if (code === 0) break;
      expect({ code, said }).toMatchObject({ code: 1 });
    }
    const [one = '', two] = await held();
    expect([one === two, await server.isActive(one), await living()]).toEqual([true, true, before]);
    expect(await verifyLedger(join(state(), 'ledger.jsonl'))).toMatchObject({ ok: true });
  });
});
