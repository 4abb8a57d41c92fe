import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Place } from './respond-world.ts';
import { prepareMoto, startMoto } from './servers/moto.ts';
import { prepareOpenBao, startOpenBao } from './servers/openbao.ts';
import { startVerdaccio } from './servers/verdaccio.ts';

const [bao, moto] = [await prepareOpenBao(), await prepareMoto()];
for (const one of [bao, moto]) if ('missing' in one && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${one.missing}`);

let place: Place;
let key = '';
beforeEach(() => {
  key = '';
  place = new Place();
});
afterEach(() => place.remove());

async function keyOf(name: string): Promise<string> {
  const { stdout } = await place.run(['plan', 'keygen', '--out', place.path(`${name}.pem`)]);
  return /key: (\S+) \}/.exec(stdout)?.[1] ?? '';
}

async function configure(store: string, more = ''): Promise<void> {
  key ||= await keyOf('ana');
  place.write('tokenwarden.yml', `salt: ${'A'.repeat(32)}
verify: { allow: [real] }
stores:
  - { id: real, ${store}, allow-private: true, requests-per-second: 500 }
respond:
  approvals: { required: 1 }
  people: [{ name: ana, key: ${key} }]
${more}`);
}

/** Audits, has the plan approved, and returns its only action. */
async function plan(...targets: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  rmSync(place.path('plan.json'), { force: true });
  const ran = await place.run(['audit', '--plan', 'plan.json', ...targets]);
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 1 });
  const { actions } = JSON.parse(place.read('plan.json')) as { readonly actions: readonly Readonly<Record<string, unknown>>[] };
  expect(actions.length, ran.stdout + ran.stderr).toBe(1);
  expect(await place.run(['apply', 'plan.json', '--yes'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/PLAN_UNAPPROVED|APPROVAL_OTHER_PLAN/) as string });
  expect((await place.run(['plan', 'approve', 'plan.json', '--key', 'ana.pem'])).code).toBe(0);
  return actions[0] ?? {};
}

async function apply(secrets: readonly string[]): Promise<void> {
  const ran = await place.run(['apply', 'plan.json', '--yes']);
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('1 of 1 proven inactive') as string });
  expect((await place.run(['ledger', 'verify'])).code).toBe(0);
  const written = ran.stdout + ran.stderr + place.read('plan.json') + place.read('state/ledger.jsonl');
  for (const secret of secrets) for (const form of [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]) expect(written.includes(form)).toBe(false);
}

describe.skipIf('missing' in bao)('an approved plan at a real OpenBao', { timeout: 120_000 }, () => {
  it('revokes by the accessor what nobody has the secret of any more', async () => {
    if (!('program' in bao)) return;
    const server = await startOpenBao(bao.program);
    try {
      const admin = await server.mint({ policies: ['root'], ttl: '4h' });
      const [token, other] = [await server.mint({ ttl: '2h' }), await server.mint({ ttl: '2h' })];
      place.env = { TOKENWARDEN_BAO: admin };
      await configure(`type: vault, url: '${server.url}', claims: [{ rule: vault-service-token }, { rule: vault-token-legacy }], auth: { method: bearer, token-env: TOKENWARDEN_BAO }`);
      place.write('leak.txt', `VAULT_TOKEN=${token}\n`);
      expect(await plan('leak.txt')).toMatchObject({ kind: 'revoke', tokenId: server.accessorOf(token), byId: { reversible: false } });
      place.write('leak.txt', '');
      await apply([token, admin]);
      expect([await server.isActive(token), await server.isActive(other), await server.isActive(admin)]).toEqual([false, true, true]);
      expect(place.events().find(({ event }) => event === 'apply.intent')?.detail).toMatchObject({ tokenId: server.accessorOf(token) });
    } finally {
      await server.stop();
    }
  });
});

describe.skipIf('missing' in moto)('an approved plan at AWS, played by moto', { timeout: 120_000 }, () => {
  it('switches a key off, which can be undone, and deletes one where policy wants the end at once', async () => {
    if (!('bin' in moto)) return;
    const server = await startMoto(moto.bin);
    try {
      place.env = { TOKENWARDEN_ID: server.admin.id, TOKENWARDEN_SECRET: server.admin.secret };
      const store = `type: aws, url: '${server.url}', claims: [{ rule: aws-access-key }], auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_ID, client-secret-env: TOKENWARDEN_SECRET }`;
      const off = await server.makeUser('deploy');
      await configure(store);
      place.write('off.env', `AWS_ACCESS_KEY_ID=${off.id}\nAWS_SECRET_ACCESS_KEY=${off.secret}\n`);
      expect(await plan('off.env')).toMatchObject({ kind: 'deactivate', reversible: true });
      await apply([off.secret, server.admin.secret]);
      expect(await server.call('iam', 'ListAccessKeys', { UserName: 'deploy' })).toContain('<Status>Inactive</Status>');

      const gone = await server.makeUser('old');
      await configure(store, '  prefer: revoke\n');
      place.write('gone.env', `AWS_ACCESS_KEY_ID=${gone.id}\nAWS_SECRET_ACCESS_KEY=${gone.secret}\n`);
      expect(await plan('gone.env')).toMatchObject({ kind: 'revoke', reversible: false });
      await apply([gone.secret, server.admin.secret]);
      expect(await server.call('iam', 'ListAccessKeys', { UserName: 'old' })).not.toContain(gone.id);
    } finally {
      await server.stop();
    }
  });
});

describe('an approved plan at a real npm registry (verdaccio)', { timeout: 120_000 }, () => {
  it('revokes by its key a token that is gone from where it lay', async () => {
    const server = await startVerdaccio();
    try {
      const [{ token, key }, other] = [await server.mint({ readonly: true }), await server.mint()];
      place.env = { TOKENWARDEN_SESSION: server.session };
      await configure(`type: npm, url: '${server.url}', claims: [{ rule: npmrc-auth-token, host: '${server.host}' }], auth: { method: bearer, token-env: TOKENWARDEN_SESSION }`);
      place.write('.npmrc', `//${server.host}/:_authToken=${token}\n`);
      expect(await plan('.npmrc')).toMatchObject({ tokenId: key, byId: { reversible: false } });
      place.write('.npmrc', '');
      await apply([token, server.session]);
      expect([await server.isActive(token), await server.isActive(other.token)]).toEqual([false, true]);
    } finally {
      await server.stop();
    }
  });
});
