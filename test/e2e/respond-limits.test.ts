import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/index.ts';
import { selfSigned } from '../unit/http/self-signed.ts';
import { Place } from './respond-world.ts';
import { preparePostgresql, startPostgresql } from './servers/postgresql.ts';
import type { PostgresqlServer } from './servers/postgresql.ts';

const prepared = await preparePostgresql();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);
const MINUTES_MS = 60_000;

describe.skipIf(missing !== undefined)(`tokens that go on living, at a real PostgreSQL${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: PostgresqlServer;
  let superuser: Client;
  let place: Place;

  beforeAll(async () => {
    if (!('programs' in prepared)) return;
    server = await startPostgresql(prepared.programs, selfSigned(new Date()));
    superuser = new Client({ connectionString: server.url() });
    await superuser.connect();
    await superuser.query('CREATE ROLE writers; CREATE ROLE readers');
  }, MINUTES_MS);
  afterAll(async () => {
    await superuser.end();
    await server.stop();
  });
  beforeEach(() => {
    place = new Place();
    place.env = { TOKENWARDEN_DB_ADMIN: server.user, TOKENWARDEN_DB_ADMIN_PASSWORD: server.password };
  });
  afterEach(() => place.remove());

  /** A role whose password lies where policy lets live ones lie, or not. */
  async function role(name: string, where: string, options = ''): Promise<void> {
    const password = randomBytes(15).toString('hex');
    await superuser.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}' ${options}; GRANT writers, readers TO ${name}`);
    place.write(where, `DATABASE_URL=postgresql://${name}:${password}@127.0.0.1:${server.port}/postgres\n`);
  }

  function configure(more = ''): void {
    place.write('tokenwarden.yml', `salt: ${'A'.repeat(32)}
stores:
  - id: db
    type: postgresql
    url: 'postgresql://127.0.0.1:${server.port}/?sslmode=disable'
    allow-private: true
    claims: [{ rule: postgresql-url-password, host: '127.0.0.1:${server.port}' }]
    auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_DB_ADMIN, client-secret-env: TOKENWARDEN_DB_ADMIN_PASSWORD }
policy:
  max-lifetime: { persistent: 14d }
  in-url: false
  over-scoped: { allow: [{ issuer: postgresql, scopes: [member of readers] }] }
  leaked: { allowed: [{ path: 'allowed*', rule: '*' }] }
${more}`);
  }

  const planIn = (file = 'plan.json'): Plan => JSON.parse(place.read(file)) as Plan;
  const factsOf = async (name: string): Promise<object> => ((await superuser.query('SELECT rolcanlogin AS login, rolvaliduntil AS until, ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid ORDER BY 1) AS roles FROM pg_roles r WHERE rolname = $1', [name])).rows as readonly object[])[0] ?? {};

  it('are limited to what policy allows by audit, plan, apply and proof, once; a leaked one beside them is switched off', async () => {
    await role('keeper', 'allowed.env');
    await role('loser', 'leaked.env');
    configure();
    const audited = await place.run(['audit', '.', '--plan', 'plan.json']);
    expect(audited.code, audited.stderr).toBe(1);
    const plan = planIn();
    expect(plan.actions.map(({ kind, identity }) => `${kind} ${identity ?? ''}`).sort()).toEqual(['deactivate loser', 'narrow keeper', 'shorten keeper']);
    const shown = (await place.run(['plan', 'show', 'plan.json'])).stdout;
    expect(shown).toMatch(/loses +member of writers\n/);
    expect(shown).toMatch(/until +20\d\d-.*instead of never/);
    const dry = await place.run(['apply', 'plan.json']);
    expect(dry.stdout).toContain('3 of 3 could be done');
    expect(await factsOf('keeper')).toEqual({ login: true, until: null, roles: ['readers', 'writers'] });
    const applied = await place.run(['apply', 'plan.json', '--yes']);
    expect(applied.code, applied.stdout + applied.stderr).toBe(0);
    expect(applied.stdout).toContain('shortened, and the issuer confirmed its new end');
    expect(applied.stdout).toContain('narrowed, and the issuer confirmed its fewer scopes');
    const until = plan.actions.find(({ kind }) => kind === 'shorten')?.until ?? '';
    expect(Math.abs(Date.parse(until) - Date.now() - 14 * 86_400_000)).toBeLessThan(10 * MINUTES_MS);
    expect(await factsOf('keeper')).toEqual({ login: true, until: new Date(until), roles: ['readers'] });
    expect(await factsOf('loser')).toMatchObject({ login: false });
    const again = await place.run(['apply', 'plan.json', '--yes']);
    expect([again.code, again.stdout.match(/already-limited/g)?.length]).toEqual([0, 2]);
    expect(place.events().filter(({ event }) => event === 'apply.intent').map(({ detail }) => detail['kind'])).toHaveLength(3);
    expect((await place.run(['plan', 'check', 'plan.json'])).stdout).toMatch(/limited .*limited .*3 of 3 dead or limited/s);
    expect((await place.run(['audit', '.'])).stdout).not.toMatch(/over-scoped.*violation/);
    expect((await place.run(['ledger', 'verify'])).code).toBe(0);
  }, 3 * MINUTES_MS);

  it('are limited as a person chose: what is named also where it leaked, all others only where they did not', async () => {
    await role('chosen', 'leaked.env');
    configure();
    const refused = await place.run(['audit', '.', '--plan', 'plan.json', '--action', 'shorten']);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--until')]);
    await place.run(['audit', '.', '--plan', 'all.json', '--action', 'shorten', '--until', '1h']);
    expect(planIn('all.json').actions.map(({ kind }) => kind)).toEqual(['deactivate']);
    const [{ findingId = '' } = {}] = planIn('all.json').actions;
    await place.run(['audit', '.', '--plan', 'one.json', '--action', 'narrow', '--keep-scope', 'member of readers', '--finding', findingId.slice(0, 8)]);
    expect(planIn('one.json').actions).toMatchObject([{ kind: 'narrow', keep: ['member of readers'], why: expect.arrayContaining([expect.stringContaining('goes on living')]) as unknown }]);
    expect((await place.run(['apply', 'one.json', '--yes'])).code).toBe(0);
    expect(await factsOf('chosen')).toMatchObject({ login: true, roles: ['readers'] });
    // Somebody gives more meanwhile: what was approved is no longer what is there.
    await place.run(['audit', '.', '--plan', 'two.json', '--action', 'shorten', '--until', '2h', '--finding', findingId]);
    await superuser.query('GRANT writers TO chosen');
    expect((await place.run(['apply', 'two.json', '--yes'])).stdout).toMatch(/refused .*the scopes of the token are/);
  }, 3 * MINUTES_MS);

  it('are limited without a person only by a rule that says so', async () => {
    await role('ruled', 'allowed.env');
    const rules = (then: string): string => `respond:
  rules: [{ name: too wide, when: { leaked: false, active: true }, then: ${then} }]
  issuers: [db]
`;
    configure(rules('revoke'));
    const held = await place.run(['respond', '.', '--yes']);
    expect(held.stdout).toContain('no entry of respond.rules fits it');
    expect(await factsOf('ruled')).toMatchObject({ login: true, until: null, roles: ['readers', 'writers'] });
    configure(rules('narrow'));
    await place.run(['respond', '.', '--yes']);
    expect(await factsOf('ruled')).toMatchObject({ login: true, until: null, roles: ['readers'] });
  }, 3 * MINUTES_MS);
});
