import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/index.ts';
import { Place } from './respond-world.ts';
import { prepareOpenBao, startOpenBao, type OpenBaoServer } from './servers/openbao.ts';

const prepared = await prepareOpenBao();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);

describe.skipIf(missing !== undefined)(`a planned rotation at a real OpenBao${missing === undefined ? '' : `, skipped: ${missing}`}`, { timeout: 120_000 }, () => {
  let server: OpenBaoServer;
  let place: Place;

  beforeAll(async () => {
    if ('program' in prepared) server = await startOpenBao(prepared.program);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    place = new Place();
    place.env = { TOKENWARDEN_BAO: await server.mint({ policies: ['root'], ttl: '4h' }) };
    place.write('tokenwarden.yml', `salt: ${'A'.repeat(32)}
stores:
  - { id: bao, type: vault, url: '${server.url}', allow-private: true, requests-per-second: 1000, claims: [{ rule: vault-token-legacy }], auth: { method: bearer, token-env: TOKENWARDEN_BAO } }
rotations:
  - name: deploy
    store: bao
    rule: vault-token-legacy
    lifetime: 1h
    quiet: 1s
    grace: 0s
    consumers: [{ type: file, path: '${place.path('deploy.env')}', key: VAULT_TOKEN }]
`);
  });
  afterEach(() => place.remove());

  const held = (): string => /VAULT_TOKEN='?([^'\n]+)/.exec(place.read('deploy.env'))?.[1] ?? '';

  it('is approved and applied like the rest: the consumer has the new one before the old one ends', async () => {
    const old = await server.mint({ policies: ['default'], ttl: '2h' });
    place.write('leak.txt', `VAULT_TOKEN=${old}\n`);
    place.write('deploy.env', `VAULT_TOKEN=${old}\n`);
    const audited = await place.run(['audit', 'leak.txt', '--plan', 'plan.json', '--action', 'rotate']);
    expect(audited.code, audited.stderr).toBe(1);
    expect((JSON.parse(place.read('plan.json')) as Plan).actions, place.read('plan.json')).toMatchObject([{ kind: 'rotate', rotation: 'deploy', method: 'tokenwarden rotate deploy', reversible: false }]);
    const first = await place.run(['apply', 'plan.json', '--yes']);
    expect([first.code, first.stdout]).toEqual([1, expect.stringMatching(/requested .*the rotation waits.*tokenwarden rotate deploy --yes/)]);
    const fresh = held();
    expect([fresh === old, await server.isActive(fresh), await server.isActive(old)]).toEqual([false, true, true]);
    // Vault tells no last use: a named person says that the old one is quiet.
    expect((await place.run(['rotate', 'deploy', '--yes', '--confirm-quiet'])).code).toBe(0);
    expect(await place.run(['apply', 'plan.json', '--yes'])).toMatchObject({ code: 0, stdout: expect.stringContaining('already-inactive') as string });
    expect([held(), await server.isActive(fresh), await server.isActive(old)]).toEqual([fresh, true, false]);
    expect(place.events().filter(({ event }) => event === 'rotate.issued')).toHaveLength(1);
  });

  it('replaces no other token than the planned one', async () => {
    const planned = await server.mint({ policies: ['default'], ttl: '2h' });
    const other = await server.mint({ policies: ['default'], ttl: '2h' });
    place.write('leak.txt', `VAULT_TOKEN=${planned}\n`);
    place.write('deploy.env', `VAULT_TOKEN=${other}\n`);
    await place.run(['audit', 'leak.txt', '--plan', 'plan.json', '--action', 'rotate']);
    expect((await place.run(['apply', 'plan.json', '--yes'])).stdout).toMatch(/unable .*hold another credential than the planned one/);
    expect([held(), await server.isActive(other), await server.isActive(planned)]).toEqual([other, true, true]);
  });
});
