import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { alertFor, bodyOf, deliver, MOST_LISTED, readDestinations, whyNot, type Alert } from '../../../src/alerts/index.ts';
import type { HttpOutcome, HttpRequest, OrganizationFinding, OrganizationReport } from '../../../src/model/index.ts';
import { NO_COUNTS } from '../../../src/model/index.ts';
import { addSums } from '../../../src/organization/sums.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const found = (id: string, more: Partial<OrganizationFinding> = {}): OrganizationFinding => ({ id: id.padEnd(32, '0'), rule: 'npm-access-token', ruleName: 'npm access token', issuer: 'npm', masked: 'npm_****1234', fingerprint: 'tw1:00', severity: 'critical', failing: true, status: 'active', identity: 'deploy-bot', violations: ['leaked'], waived: false, exposure: 'private', change: 'new', repositories: [{ name: 'acme/a', place: 'x.env:1:1', places: 1 }], ...more });
const report = (findings: readonly OrganizationFinding[], complete = true): OrganizationReport => ({
  $schema: 'urn:tokenwarden:organization:1',
  schemaVersion: 1,
  tool: { name: 'tokenwarden', version: '0', catalogueDigest: '' },
  run: { id: 'run-1', startedAt: '', finishedAt: '' },
  target: 'github:acme',
  coverage: { repositories: { planned: 1, scanned: 1, unchanged: 0, skipped: 0 }, reasons: {}, refs: 1, texts: 0, planned: NO_COUNTS, scanned: NO_COUNTS, sums: addSums([]), skips: {}, gaps: [], complete },
  repositories: [],
  findings,
  difference: { new: 0, reopened: 0, still: 0, fixed: [], gone: [], unseen: [] },
});
const alertOf = (...findings: readonly OrganizationFinding[]): Alert => alertFor(report(findings)) as Alert;
const everything = (alert: Alert): string => (['slack', 'teams', 'webhook'] as const).map((kind) => bodyOf(kind, alert)).join('\n');

describe('an alert', () => {
  it('is about new and reopened credentials that are to be acted on, and nothing else', () => {
    expect(alertFor(report([found('a', { change: 'still' }), found('b', { waived: true }), found('c', { failing: false })]))).toBeUndefined();
    const { subject, data } = alertOf(found('a'), found('b', { change: 'reopened' }), found('c', { change: 'still' }));
    expect(subject).toBe('github:acme: 1 new and 1 reopened credentials to act on');
    expect((data['findings'] as readonly { id: string }[]).map(({ id }) => id[0])).toEqual(['a', 'b']);
  });

  it('says of what the world can read neither whether it lives nor anything from which that follows, and never a mask or an identity', () => {
    const shown = everything(alertOf(found('a', { exposure: 'public' })));
    for (const telling of ['active', 'critical', 'leaked', 'npm_', '1234', 'deploy-bot']) expect([telling, shown.includes(telling)]).toEqual([telling, false]);
    const internal = everything(alertOf(found('a')));
    expect([internal.includes('critical, active'), internal.includes('1234')]).toEqual([true, false]);
  });

  it('lists so many and counts the rest, and says when not everything was seen', () => {
    const many = Array.from({ length: MOST_LISTED + 7 }, (_, number) => found(String(number)));
    const { lines } = alertFor(report(many, false)) as Alert;
    expect(lines).toHaveLength(MOST_LISTED + 2);
    expect(lines.slice(-2)).toEqual(['and 7 more, in the report', 'Not everything was seen in this run; the report says what.']);
  });

  it('lets no name of a repository or file call a channel, make a link or markup, or grow without bounds', () => {
    const alert = alertOf(found('a', { repositories: [{ name: 'acme/<!channel>', place: `<https://evil.example|x> **b** [l](https://evil.example)\u202e\n${'y'.repeat(5000)}`, places: 1 }] }));
    const slack = JSON.parse(bodyOf('slack', alert)) as { readonly text: string; readonly mrkdwn: boolean };
    expect(slack.text).not.toMatch(/[<>]/);
    expect(slack.text).not.toContain('\u202e');
    expect([slack.mrkdwn, slack.text.split('\n').length, slack.text.length < 1000]).toEqual([false, 2, true]);
    expect(bodyOf('teams', alert)).not.toContain('"TextBlock"');
  });
});

describe('destinations', () => {
  const key = 'k'.repeat(16);
  it('come from the environment alone, encrypted, and to the services that they are called after', () => {
    expect(readDestinations({})).toEqual([]);
    expect(readDestinations({ TOKENWARDEN_ALERT_SLACK_URL: 'https://hooks.slack.com/services/x', TOKENWARDEN_ALERT_TEAMS_URL: 'https://acme.webhook.office.com/x', TOKENWARDEN_ALERT_WEBHOOK_URL: 'https://alerts.example.com/x', TOKENWARDEN_ALERT_WEBHOOK_KEY: key }).map(({ kind }) => kind)).toEqual(['slack', 'teams', 'webhook']);
  });

  it.each([
    ['plain http', { TOKENWARDEN_ALERT_SLACK_URL: 'http://hooks.slack.com/services/hidden' }],
    ['another host', { TOKENWARDEN_ALERT_SLACK_URL: 'https://hooks.slack.com.evil.example/hidden' }],
    ['another host that ends alike', { TOKENWARDEN_ALERT_TEAMS_URL: 'https://evilwebhook.office.com.evil.example/hidden' }],
    ['a user name', { TOKENWARDEN_ALERT_TEAMS_URL: 'https://hidden@acme.webhook.office.com/' }],
    ['no URL', { TOKENWARDEN_ALERT_WEBHOOK_URL: 'hidden', TOKENWARDEN_ALERT_WEBHOOK_KEY: key }],
    ['plain http to another machine', { TOKENWARDEN_ALERT_WEBHOOK_URL: 'http://10.0.0.1/hidden', TOKENWARDEN_ALERT_WEBHOOK_KEY: key }],
    ['no key to sign with', { TOKENWARDEN_ALERT_WEBHOOK_URL: 'https://alerts.example.com/hidden' }],
    ['a short key', { TOKENWARDEN_ALERT_WEBHOOK_URL: 'https://alerts.example.com/hidden', TOKENWARDEN_ALERT_WEBHOOK_KEY: 'hidden' }],
  ])('are refused before anything is scanned, and without being told: %s', (_, env) => {
    expect(() => readDestinations(env)).toThrow(expect.objectContaining({ code: 'ALERT_DESTINATION', message: expect.not.stringContaining('hidden') as string }) as Error);
  });
});

describe('delivery', () => {
  const answer = (status: number, headers: Readonly<Record<string, string>> = {}): HttpOutcome => ({ ok: true, response: { status, headers, body: '' } });
  async function post(outcomes: readonly HttpOutcome[], more: Partial<Parameters<typeof deliver>[1]> = {}): Promise<{ readonly sent: readonly HttpRequest[]; readonly end: Awaited<ReturnType<typeof deliver>> }> {
    const sent: HttpRequest[] = [];
    const send = (request: HttpRequest): Promise<HttpOutcome> => {
      sent.push(request);
      return Promise.resolve(outcomes[sent.length - 1] ?? answer(500));
    };
    const end = await deliver({ send }, { url: new URL('https://alerts.example.com/x'), body: '{"a":1}', id: 'run-1 webhook', allowPrivate: false, now: () => NOW, waitsMs: [0, 0], ...more });
    return { sent, end };
  }

  it('signs timestamp and body, and calls each message by one name however often it is sent', async () => {
    const key = 'k'.repeat(16);
    const { sent, end } = await post([answer(503), answer(200)], { key });
    const timestamp = String(NOW.getTime() / 1000);
    expect(end).toEqual({ ok: true });
    expect(sent.map(({ headers }) => headers['x-tokenwarden-delivery'])).toEqual(['run-1 webhook', 'run-1 webhook']);
    expect(sent[0]?.headers).toMatchObject({ 'x-tokenwarden-timestamp': timestamp, 'x-tokenwarden-signature': `v1=${createHmac('sha256', key).update(`${timestamp}.{"a":1}`).digest('hex')}` });
    expect(JSON.stringify(sent)).not.toContain(key);
  });

  it.each([
    ['trouble of the server', answer(500), 3],
    ['too many posts', answer(429, { 'retry-after': '0' }), 3],
    ['no answer', { ok: false, why: 'timeout', detail: '' } as const, 3],
    ['a refusal', answer(404), 1],
    ['a redirect', { ok: false, why: 'redirect', detail: '' } as const, 1],
    ['an address that nobody may contact', { ok: false, why: 'refused-address', detail: '' } as const, 1],
  ])('is tried again only where that can help, and never for ever: %s', async (_, outcome, attempts) => {
    const { sent, end } = await post([outcome, outcome, outcome]);
    expect([sent.length, end.ok]).toEqual([attempts, false]);
  });

  it('asks before each post whether it may', async () => {
    let asked = 0;
    const { sent, end } = await post([answer(500)], { whyNot: () => ((asked += 1) > 1 ? 'is no https address' : undefined) });
    expect([sent.length, end]).toEqual([1, { ok: false, why: 'is no https address' }]);
    expect(whyNot({ kind: 'slack', name: '', url: new URL('https://example.com') })).toContain('Slack');
  });
});
