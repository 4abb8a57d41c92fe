import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readDestinations } from '../../../src/alerts/index.ts';
import { sendAlerts } from '../../../src/cli/organization/alerts.ts';
import type { Io } from '../../../src/cli/io.ts';
import type { OrganizationReport } from '../../../src/model/index.ts';
import type { Settings } from '../../../src/settings/index.ts';

let server: Server;
let status: number;
let posts: number;
beforeEach(async () => {
  [status, posts] = [200, 0];
  server = createServer((_, response) => {
    posts += 1;
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => server.close());

const FOUND = { target: 'github:acme', run: { id: 'r' }, coverage: { complete: true }, difference: { still: 0 }, findings: [{ id: 'a'.repeat(32), rule: 'r', ruleName: 'Rule', issuer: 'i', severity: 'high', failing: true, status: 'active', violations: [], waived: false, exposure: 'private', change: 'new', repositories: [{ name: 'acme/a', place: 'x:1:1', places: 1 }] }] } as unknown as OrganizationReport;

async function send(alertsDryRun: boolean, report = FOUND): Promise<{ readonly outcomes: Awaited<ReturnType<typeof sendAlerts>>; readonly said: string }> {
  const env = { TOKENWARDEN_ALERT_WEBHOOK_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hidden`, TOKENWARDEN_ALERT_WEBHOOK_KEY: 'k'.repeat(16) };
  let said = '';
  const outcomes = await sendAlerts(report, readDestinations(env), { values: { alertsDryRun } } as Settings, { io: { env, now: () => new Date(0) } as unknown as Io, say: (text) => (said += text), signal: new AbortController().signal });
  return { outcomes, said };
}

it('a destination that does not take an alert is a warning without its address, and is named in the report', async () => {
  status = 404;
  expect(await send(false)).toEqual({ outcomes: [{ destination: 'TOKENWARDEN_ALERT_WEBHOOK_URL', state: 'failed', why: 'HTTP 404' }], said: 'warning: the alert was not taken by the address of TOKENWARDEN_ALERT_WEBHOOK_URL (HTTP 404); the report names it\n' });
});

it('a dry run shows what would be sent, and sends nothing', async () => {
  const { outcomes, said } = await send(true);
  expect([posts, outcomes]).toEqual([0, [{ destination: 'TOKENWARDEN_ALERT_WEBHOOK_URL', state: 'dry-run' }]]);
  expect(said).toContain('new: Rule (i), high, active, at acme/a x:1:1');
  expect((await send(true, { ...FOUND, findings: [] })).said).toContain('nothing new');
});

it('an alert is posted once where it is taken', async () => {
  expect([(await send(false)).outcomes[0]?.state, posts]).toEqual(['sent', 1]);
});
