import { describe, expect, it } from 'vitest';
import { CANONICAL } from '../../../fixtures/report/result.ts';
import { FORGE } from '../../../fixtures/report/rules.ts';
import { plantedSecrets } from '../../../fixtures/report/secrets.ts';
import { explainFinding, explainRule, findFinding, readReport, REPORTERS, reporterFor } from '../../../src/report/index.ts';

const OPTIONS = { color: false, width: 100 };
const report = await readReport(reporterFor('json').render(CANONICAL, OPTIONS));
const explained = report.findings.map((finding) => explainFinding(report, finding, OPTIONS));
const of = (index: number): string => (explained[index] ?? '').replace(/\s+/g, ' ');

describe('explaining a finding', () => {
  it.each([
    ['the fact with its source', 0, 'active: the issuer accepts it (api.forge.example, forge:GET /user) at 2026-11-22 07:00 UTC'],
    ['every place', 0, 'dist/app.zip!/app/.env:2:9 (inside an archive)'],
    ['the verdict with fact and threshold', 0, 'max-lifetime: issued 325 d ago and never expires; the policy allows 14 d'],
    ['severity that policy set', 0, '[critical by policy]'],
    ['checks that passed', 0, 'in-url: not inside a URL'],
    ['checks that do not apply', 0, 'expiring-soon: it never expires'],
    ['the nearest fix', 0, 'Revoke it, then put a fresh one where it belongs.'],
    ['what it opens', 0, 'Repositories, packages and settings that its owner can reach.'],
    ['where to read on', 0, 'https://docs.forge.example/rest/revoke'],
    ['who waived it', 1, 'by ana@example.com until 2027-01-31: sample of the documentation'],
    ['a waiver that does not count, and why', 2, 'requested, does not count: the same comment'],
    ['hosts that are never contacted', 2, 'registry.example:4873 (beside it; never contacted unless configured)'],
    ['what was known before', 3, 'not verified now, last known active on 2026-11-15T07:00:00.000Z'],
    ['facts of the token itself', 4, 'expires* 2026-11-21 07:00 UTC (24 h ago)'],
    ['why a generic match was kept', 6, 'low: name api_secret, quoted'],
    ['that a dead one fails nothing', 7, 'the issuer says it is dead; does not fail the run'],
  ])('tells %s', (_, index, sentence) => {
    expect(of(index)).toContain(sentence);
  });

  it('shows no secret and no raw control character', () => {
    for (const text of explained) {
      expect(plantedSecrets().filter((value) => text.includes(value)).length).toBe(0);
      expect(/[\u0000-\u0009\u000b-\u001f\u202e]/.test(text)).toBe(false);
    }
  });

  it('works for a finding whose rule the report does not hold', () => {
    const [finding] = report.findings;
    if (finding === undefined) throw new Error('no finding');
    expect(explainFinding({ ...report, rules: [] }, finding, OPTIONS)).toContain('the report does not say');
    expect(findFinding(report, finding.id)).toBe(finding);
  });
});

describe('explaining a rule', () => {
  it('tells what it finds, what that opens and how it is revoked', () => {
    const text = explainRule({ ...FORGE, companions: [{ name: 'account id', rule: 'forge-account', withinBytes: 200, required: true }] }, OPTIONS);
    for (const part of ['Forge personal access token', 'forge-pat', 'access-token', 'persistent: the policy expects days', FORGE.opens, FORGE.pattern, 'checksum crc32-base62', 'account id: forge-account within 200 bytes, required', '0.1.0']) expect(text).toContain(part);
  });
});

describe('choosing a reporter', () => {
  it('finds each by its format', () => {
    for (const reporter of REPORTERS) expect(reporterFor(reporter.format)).toBe(reporter);
  });

  it('names the nearest spelling and all formats for an unknown one', () => {
    expect(() => reporterFor('serif')).toThrow(expect.objectContaining({ code: 'REPORT_FORMAT_UNKNOWN', hint: 'did you mean sarif?', message: 'there is no report format "serif"; expected html, json, markdown, sarif or text' }));
    expect(() => reporterFor('\u001b[2J')).toThrow(expect.objectContaining({ message: expect.not.stringContaining('\u001b') }));
  });
});
