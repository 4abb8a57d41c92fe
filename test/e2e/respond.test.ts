import { chmodSync, mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeGitHub } from '../github/fake.ts';
import { openLedger } from '../../src/respond/index.ts';
import { LocalIssuer, Place } from './respond-world.ts';

let place: Place;
let issuer: LocalIssuer;
beforeEach(async () => {
  place = new Place();
  issuer = new LocalIssuer();
  await issuer.start();
});
afterEach(() => {
  issuer.stop();
  place.remove();
});

async function keyOf(name: string): Promise<string> {
  const { stdout } = await place.run(['plan', 'keygen', '--out', place.path(`${name}.pem`)]);
  return /key: (\S+) \}/.exec(stdout)?.[1] ?? '';
}

/** Ana and Ben are listed, Ben is a responder; one approval is wanted, and the plan's requester is whoever runs the test. */
async function withPeople(more = ''): Promise<void> {
  const [ana, ben] = [await keyOf('ana'), await keyOf('ben')];
  await keyOf('eve');
  issuer.mint();
  place.configure(issuer, `respond:
  approvals: { required: 1 }
  people:
    - { name: ana, key: ${ana}, logins: [requester] }
    - { name: ben, key: ${ben}, responder: true }
${more}`);
  place.env = { ...place.env, GITHUB_ACTOR: 'requester' };
}

describe('an approved plan', { timeout: 120_000 }, () => {
  it('is applied, and none that is unapproved, self-approved, forged, edited or replayed', async () => {
    await withPeople();
    const token = issuer.mint();
    place.write('leak.txt', `token = ${token}\n`);
    expect((await place.run(['audit', '--plan', 'plan.json', 'leak.txt'])).code).toBe(1);
    const alive = (): boolean => issuer.tokens.get(token)?.active === true;
    const apply = (...more: string[]): ReturnType<Place['run']> => place.run(['apply', 'plan.json', '--yes', ...more]);

    expect(await apply()).toMatchObject({ code: 2, stderr: expect.stringContaining('PLAN_UNAPPROVED') as string });
    expect(await place.run(['plan', 'approve', 'plan.json', '--key', 'ana.pem'])).toMatchObject({ code: 2, stderr: expect.stringContaining('PLAN_SELF_APPROVED') as string });
    expect(await place.run(['plan', 'approve', 'plan.json', '--key', 'eve.pem'])).toMatchObject({ code: 2, stderr: expect.stringContaining('KEY_UNKNOWN') as string });
    chmodSync(place.path('ben.pem'), 0o644);
    expect(await place.run(['plan', 'approve', 'plan.json', '--key', 'ben.pem'])).toMatchObject({ code: 2, stderr: expect.stringContaining('KEY_EXPOSED') as string });
    chmodSync(place.path('ben.pem'), 0o600);

    expect(await place.run(['plan', 'approve', 'plan.json', '--key', 'ben.pem'])).toMatchObject({ code: 0, stdout: expect.stringContaining('approved by ben') as string });
    const good = place.read('plan.json.approvals');
    place.write('plan.json.approvals', good.replace('"by":"ben"', '"by":"ana"'));
    expect(await apply()).toMatchObject({ code: 2, stderr: expect.stringContaining('APPROVAL_FORGED') as string });
    place.write('plan.json.approvals', good);
    place.write('other.json', place.read('plan.json').replace('"reversible": false', '"reversible": true'));
    expect(await place.run(['apply', 'other.json', '--yes', '--approvals', 'plan.json.approvals'])).toMatchObject({ code: 2, stderr: expect.stringContaining('PLAN_CHANGED') as string });
    await place.run(['audit', '--plan', 'later.json', 'leak.txt']);
    expect(await place.run(['apply', 'later.json', '--yes', '--approvals', 'plan.json.approvals'])).toMatchObject({ code: 2, stderr: expect.stringContaining('APPROVAL_OTHER_PLAN') as string });
    expect(alive()).toBe(true);

    expect(await apply()).toMatchObject({ code: 0, stdout: expect.stringContaining('1 of 1 proven inactive') as string });
    expect(alive()).toBe(false);
    expect(place.events().find(({ event }) => event === 'apply.started' )?.detail).toMatchObject({ requestedBy: 'requester', approvedBy: ['ben'], signed: [{ by: 'ben', role: 'approve' }] });
    Object.assign(issuer.tokens.get(token) ?? {}, { active: true });
    expect(await apply()).toMatchObject({ code: 1, stdout: expect.stringContaining('carried out once') as string });
    expect(issuer.tokens.get(token)?.mutations).toBe(1);
    expect(place.read('state/ledger.jsonl') + place.read('plan.json')).not.toContain(token);
  });

  it('is not needed by a responder who breaks the glass: others are told, and a review stays open until somebody else closes it', async () => {
    await withPeople(`  page: { webhook-env: TOKENWARDEN_TEST_PAGES }\nledger: { anchors: [{ file: heads.jsonl }] }\n`);
    place.env = { ...place.env, TOKENWARDEN_TEST_PAGES: `${issuer.url}/page` };
    const token = issuer.mint();
    place.write('leak.txt', `token = ${token}\n`);
    await place.run(['audit', '--plan', 'plan.json', 'leak.txt']);
    expect(await place.run(['apply', 'plan.json', '--yes', '--break-glass', 'INC-7', '--key', 'ana.pem'])).toMatchObject({ code: 2, stderr: expect.stringContaining('BREAK_GLASS_REFUSED') as string });
    expect(issuer.tokens.get(token)?.active).toBe(true);
    expect((await place.run(['apply', 'plan.json', '--yes', '--break-glass', 'INC-7', '--key', 'ben.pem'])).code).toBe(0);
    expect(issuer.tokens.get(token)?.active).toBe(false);
    expect(issuer.pages).toHaveLength(1);
    expect(issuer.pages[0]).toContain('ben broke the glass');
    const events = place.events().map(({ event }) => event);
    expect(events.indexOf('break-glass')).toBeLessThan(events.indexOf('apply.intent'));
    const open = await place.run(['ledger', 'verify']);
    expect(open).toMatchObject({ code: 0, stdout: expect.stringMatching(/open review: ben applied plan [0-9a-f]{16} alone/) as string });
    const digest = /plan ([0-9a-f]{16}) alone/.exec(open.stdout)?.[1] ?? '';
    expect(await place.run(['plan', 'review', digest, '--reason', 'fine', '--key', 'ben.pem'])).toMatchObject({ code: 2, stderr: expect.stringContaining('REVIEW_OWN') as string });
    expect((await place.run(['plan', 'review', digest, '--reason', 'the leak was real', '--key', 'ana.pem'])).code).toBe(0);
    const closed = await place.run(['ledger', 'verify']);
    expect(closed.stdout).not.toContain('open review');
    expect(closed.stdout).toContain('2 heads compared');
  });
});

describe('an apply that is tricked', { timeout: 120_000 }, () => {
  it('writes no token of an own kind that stands in a reason, anywhere', async () => {
    await withPeople();
    const token = issuer.mint();
    place.write('leak.txt', `token = ${token}\n`);
    await place.run(['audit', '--plan', 'plan.json', 'leak.txt']);
    const reason = `it is ${token}`;
    const runs = [await place.run(['apply', 'plan.json', '--yes', '--break-glass', reason, '--key', 'ben.pem']), await place.run(['plan', 'approve', 'plan.json', '--reason', reason, '--key', 'ben.pem'])];
    await place.run(['apply', 'plan.json', '--yes', '--break-glass', 'INC-8', '--key', 'ben.pem']);
    const digest = (JSON.parse(place.read('plan.json')) as { readonly digest: string }).digest;
    runs.push(await place.run(['plan', 'review', digest.slice(0, 16), '--reason', reason, '--key', 'ana.pem']));
    for (const ran of runs) expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('HOLDS_SECRET') as string });
    for (const text of [...runs.map(({ stdout, stderr }) => stdout + stderr), place.read('state/ledger.jsonl'), place.read('state/pages.jsonl')]) expect(text).not.toContain(token);
  });

  it('knows from its ledger that the clock was set back', async () => {
    place.configure(issuer);
    const token = issuer.mint();
    place.write('leak.txt', `token = ${token}\n`);
    await place.run(['audit', '--plan', 'plan.json', 'leak.txt']);
    const ledger = await openLedger(place.ledger, { now: () => new Date(Date.now() + 2 * 86_400_000), run: 'later', actor: 'ana', warnings: process });
    ledger.append('audit', {});
    ledger.close();
    expect(await place.run(['apply', 'plan.json', '--yes'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/clock stands behind the ledger[\s\S]*PLAN_STALE/) as string });
    expect(issuer.tokens.get(token)).toEqual({ active: true, mutations: 0 });
  });

  it('says so, and records it, where the plan was made under another policy', async () => {
    place.configure(issuer);
    place.write('leak.txt', `token = ${issuer.mint()}\n`);
    await place.run(['audit', '--plan', 'plan.json', 'leak.txt']);
    place.configure(issuer, 'respond: { prefer: revoke }\n');
    expect(await place.run(['apply', 'plan.json', '--yes'])).toMatchObject({ code: 0, stderr: expect.stringContaining('another respond: section') as string });
    expect(place.events().some(({ event }) => event === 'policy.changed')).toBe(true);
  });
});

describe('respond', { timeout: 120_000 }, () => {
  const RULES = `respond:
  rules: [{ name: public leaks, when: { leaked: true, active: true, public: true }, then: revoke }]
  issuers: [local]
  limit: { actions: 2, within: 1h }
  production: [prod]
  protect: [{ path: 'protected/**', reason: billing }]
  page: { webhook-env: TOKENWARDEN_TEST_PAGES, fallback: '@security' }
`;
  it('does what a rule names, at most so often, and never what is protected, in production, or in use', async () => {
    const tokens = Array.from({ length: 6 }, () => issuer.mint());
    const [first = '', second = '', third = '', own = '', safe = '', live = ''] = tokens;
    place.configure(issuer, RULES);
    place.env = { ...place.env, TOKENWARDEN_TEST_PAGES: `${issuer.url}/page`, DEPLOY_TOKEN: Buffer.from(`x:${own}`).toString('base64') };
    for (const [name, value] of [['src-a', first], ['src-b', second], ['src-c', third], ['src-own', own], ['protected', safe], ['prod', live]] as const) {
      mkdirSync(place.path(`target/${name}`), { recursive: true });
      place.write(`target/${name}/config.txt`, `token = ${value}\n`);
    }
    const dry = await place.run(['respond', 'target', '--visibility', 'public']);
    expect(dry.code).toBe(1);
    expect([...issuer.tokens.values()].every(({ active, mutations }) => active && mutations === 0)).toBe(true);
    expect(issuer.pages).toEqual([]);

    const unknown = await place.run(['respond', 'target', '--yes']);
    expect(unknown.stdout).toContain('no entry of respond.rules fits it');
    expect([...issuer.tokens.values()].some(({ active }) => !active)).toBe(false);

    const ran = await place.run(['respond', 'target', '--yes', '--visibility', 'public']);
    expect(ran.code).toBe(1);
    const dead = tokens.filter((token) => issuer.tokens.get(token)?.active === false);
    expect(dead).toHaveLength(2);
    expect([own, safe, live].some((token) => dead.includes(token))).toBe(false);
    expect(ran.stdout).toMatch(/the circuit breaker is open: 2 automatic actions within 1h/);
    expect(ran.stdout).toMatch(/respond.protect\[0\] covers it \(billing\)/);
    expect(ran.stdout).toMatch(/it lies in prod, which is production/);
    expect(issuer.pages.join('')).toContain('@security');
    for (const token of tokens) expect(ran.stdout + ran.stderr + issuer.pages.join('') + place.read('state/ledger.jsonl') + place.read('state/pages.jsonl')).not.toContain(token);
    const pages = issuer.pages.length;
    await place.run(['respond', 'target', '--yes', '--visibility', 'public']);
    expect(issuer.pages).toHaveLength(pages);
  });

  it('leaves what its own job uses', async () => {
    const own = issuer.mint();
    place.configure(issuer, RULES);
    place.env = { ...place.env, DEPLOY_TOKEN: Buffer.from(`x:${own}`).toString('base64') };
    place.write('leak.txt', `token = ${own}\n`);
    expect((await place.run(['respond', 'leak.txt', '--yes', '--visibility', 'public'])).stdout).toMatch(/in use by tokenwarden itself, or by the job/);
    expect(issuer.tokens.get(own)?.mutations).toBe(0);
  });

  it('does nothing by itself during a freeze', async () => {
    const token = issuer.mint();
    place.configure(issuer, `${RULES}  freeze: [{ from: 2020-01-01, to: 2099-12-31, reason: release }]\n`);
    place.write('leak.txt', `token = ${token}\n`);
    expect((await place.run(['respond', 'leak.txt', '--yes', '--visibility', 'public'])).stdout).toContain('there is a freeze until 2099-12-31 (release)');
    expect(issuer.tokens.get(token)?.active).toBe(true);
  });
});

describe('incident', { timeout: 120_000 }, () => {
  it('tells within a minute where a token lies, what it may do and how to stop it, and asks about it alone', async () => {
    const [token, other] = [issuer.mint(), issuer.mint()];
    place.configure(issuer, "owners: [{ path: '**/compose.yml', owner: '@team-app' }]\n");
    mkdirSync(place.path('app'));
    place.write('app/compose.yml', `environment:\n  TOKEN: ${token}\n`);
    place.write('app/other.txt', `token = ${other}\n`);
    place.write('app/deploy.js', 'run(process.env.TOKEN);\nrun(process.env.OTHER_TOKEN);\n');
    const began = Date.now();
    const ran = await place.run(['incident', '-', 'app', '--plan', 'plan.json'], `${token}\n`);
    expect(Date.now() - began).toBeLessThan(60_000);
    expect(ran.code).toBe(1);
    for (const said of ['ACTIVE, says 127.0.0.1', 'acts as    ana', 'scopes     read, write', 'owner      @team-app', 'compose.yml:2', 'a container', 'deploy.js:1 takes TOKEN from its environment', 'looked for by the name that it is kept under', 'what takes it elsewhere is not known here', 'CONTAINMENT', 'tokenwarden apply']) expect(ran.stdout).toContain(said);
    expect(ran.stdout).not.toContain(token);
    expect(ran.stdout).not.toContain('other.txt');
    expect(ran.stdout).not.toContain('deploy.js:2');
    expect(place.events().filter(({ event }) => event === 'introspect.sent')).toHaveLength(1);
    expect(place.read('plan.json')).not.toContain(token);
    place.write('app/compose.yml', '');
    expect((await place.run(['apply', place.path('plan.json'), '--yes', '--secret', '-'], token)).code).toBe(0);
    expect(await place.run(['incident', '-', 'app'], token)).toMatchObject({ code: 0, stdout: expect.stringMatching(/dead, says[\s\S]*record +\S+ apply.result by .*: done/) as string });
  });

  it('takes no token from the command line, and says what it does not know', async () => {
    place.configure(issuer);
    expect(await place.run(['incident', 'something'])).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE_SECRET_IN_ARGUMENTS') as string });
    expect(await place.run(['incident', '-'], 'hello')).toMatchObject({ code: 2, stderr: expect.stringContaining('INCIDENT_UNKNOWN') as string });
    expect(await place.run(['incident', '-'], '')).toMatchObject({ code: 2, stderr: expect.stringContaining('INCIDENT_EMPTY') as string });
  });
});

/** All hundred with TOKENWARDEN_KILLS=100; a handful otherwise. */
const KILLS = Number(process.env['TOKENWARDEN_KILLS'] ?? '6');
const KILLS_A_WORLD = 6;

describe('apply under kill -9', { timeout: 60_000 + KILLS * 20_000 }, () => {
  it(`${KILLS} times at seeded moments: nothing is revoked twice, nothing is lost, the ledger is whole`, async () => {
    let seed = 20_261_122;
    const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
    let killed = 0;
    for (let left = KILLS; left > 0; left -= KILLS_A_WORLD) {
      const slow = new LocalIssuer(() => Math.floor(random() * 40));
      await slow.start();
      const world = new Place();
      try {
        const tokens = Array.from({ length: 5 }, () => slow.mint());
        world.configure(slow);
        world.write('leak.txt', tokens.map((token) => `token = ${token}\n`).join(''));
        await world.run(['audit', '--plan', 'plan.json', 'leak.txt', '--quiet']);
        for (let round = 0; round < Math.min(left, KILLS_A_WORLD); round += 1) {
          const child = world.start(['apply', 'plan.json', '--yes', '--quiet']);
          const gone = new Promise((resolve) => child.once('close', resolve));
          const before = world.ledgerBytes();
          while (world.ledgerBytes() === before && child.exitCode === null) await delay(2);
          await delay(Math.floor(random() * 160));
          if (child.exitCode === null) killed += 1;
          child.kill('SIGKILL');
          await gone;
        }
        const last = await world.run(['apply', 'plan.json', '--yes', '--quiet']);
        expect(last, last.stdout + last.stderr).toMatchObject({ code: 0 });
        for (const token of tokens) expect(slow.tokens.get(token)).toEqual({ active: false, mutations: 1 });
        expect((await world.run(['ledger', 'verify'])).code).toBe(0);
        const intents = world.events().filter(({ event }) => event === 'apply.intent');
        expect(new Set(intents.map(({ detail }) => detail['action'])).size).toBe(tokens.length);
        const all = world.read('state/ledger.jsonl');
        for (const token of tokens) expect(all).not.toContain(token);
      } finally {
        slow.stop();
        world.remove();
      }
    }
    expect(killed).toBeGreaterThan(0);
  });
});

describe('evidence', { timeout: 120_000 }, () => {
  it('shows from the ledger what was found, done, proven and promised, and never a secret', async () => {
    const token = issuer.mint();
    place.configure(issuer, 'sla: { dead: { critical: 4h } }\nledger: { anchors: [{ file: heads.jsonl }] }\n');
    place.write('leak.txt', `token = ${token}\n`);
    await place.run(['audit', '--plan', 'plan.json', 'leak.txt']);
    await place.run(['apply', 'plan.json', '--yes']);
    const ran = await place.run(['evidence', '--from', '2020-01-01']);
    expect(ran.code).toBe(0);
    const pack = JSON.parse(ran.stdout) as Readonly<Record<string, unknown>>;
    expect(pack).toMatchObject({
      ledger: { ok: true, anchors: [{ heads: 1 }] },
      audits: [{ coverage: { complete: true } }],
      policies: [{ audits: 1 }],
      findings: [{ rule: 'example-token', sla: { dead: { kept: 'yes' } } }],
      actions: [{ kind: 'revoke', result: 'done', authority: 'person', proof: { method: 'oauth:POST introspection_endpoint (RFC 7662)' } }],
    });
    expect(ran.stdout).not.toContain(token);
    const lines = place.read('state/ledger.jsonl').trim().split('\n');
    place.write('state/ledger.jsonl', `${lines.slice(0, 3).join('\n')}\n`);
    place.write('state/ledger.jsonl.head', '');
    expect(await place.run(['ledger', 'verify'])).toMatchObject({ code: 1, stdout: expect.stringContaining('heads.jsonl keeps, is missing') as string });
    expect((await place.run(['evidence', '--from', '2020-01-01'])).code).toBe(1);
  });
});

describe('plan check', { timeout: 120_000 }, () => {
  it('asks until a token that people revoke is dead, and opens one issue for its owner, once', async () => {
    const fake = await startFakeGitHub();
    try {
      const token = issuer.mint();
      place.configure(issuer, "owners: [{ path: '**', owner: '@team-app' }]\npolicy: { leaked: false, over-scoped: { allow: [{ issuer: '*', rule: '*', path: '**', scopes: [read] }] } }\n");
      place.write('leak.txt', `token = ${token}\n`);
      const issues: { title: string; body: string }[] = [];
      fake.handlers.set('issues/list-for-repo', () => ({ status: 200, value: issues.map(({ title, body }, index) => ({ number: index + 1, title, body })) }));
      fake.handlers.set('issues/create', (_, __, body) => {
        issues.push(body as { title: string; body: string });
        return { status: 201, value: { ...(body as object), html_url: `https://github.example/issues/${issues.length}` } };
      });
      place.env = { ...place.env, GITHUB_API_URL: fake.apiUrl, GITHUB_TOKEN: fake.token };
      await place.run(['audit', '--plan', 'plan.json', 'leak.txt']);
      expect(JSON.parse(place.read('plan.json'))).toMatchObject({ actions: [], manual: [{ rule: 'example-token', owners: ['@team-app'], recheck: { store: 'local' } }] });

      const living = await place.run(['plan', 'check', 'plan.json', '--open-issues', 'example/security']);
      expect(living, living.stderr).toMatchObject({ code: 1, stdout: expect.stringMatching(/^alive +example-token[\s\S]*issue https:\/\/github.example\/issues\/1\n0 of 1 dead/) as string });
      await place.run(['plan', 'check', 'plan.json', '--open-issues', 'example/security']);
      expect(issues).toHaveLength(1);
      expect(issues[0]?.body).toContain('@team-app');
      expect(JSON.stringify(issues)).not.toContain(token);
      expect(JSON.stringify(issues)).not.toContain('leak.txt');

      const waiting = place.run(['plan', 'check', 'plan.json', '--wait', '30s']);
      await delay(1_500);
      Object.assign(issuer.tokens.get(token) ?? {}, { active: false });
      expect(await waiting).toMatchObject({ code: 0, stdout: expect.stringContaining('1 of 1 dead') as string });
      expect(issuer.tokens.get(token)?.mutations).toBe(0);
      expect(fake.breaches).toEqual([]);
    } finally {
      await fake.stop();
    }
  });
});

