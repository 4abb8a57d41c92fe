import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { CANONICAL, CLEAN } from '../../../fixtures/report/result.ts';
import { generate } from '../../../src/build/generators/report-schema.ts';
import type { AuditResult, Finding } from '../../../src/model/index.ts';
import { WardenError } from '../../../src/model/index.ts';
import { findFinding, readReport } from '../../../src/report/index.ts';
import { toldOf } from '../../../src/report/json/read.ts';
import type { ReportDocument } from '../../../src/report/json/document.ts';
import { layoutOf } from '../../../src/report/json/layout.ts';
import { reporter } from '../../../src/report/json.ts';

const OPTIONS = { color: false, width: 80 };
const schemaFile = new URL('../../../src/report/schema/report.schema.json', import.meta.url);
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(JSON.parse(readFileSync(schemaFile, 'utf8')));
const text = reporter.render(CANONICAL, OPTIONS);
const document = JSON.parse(text) as ReportDocument;

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(() => undefined, (reason: unknown) => reason);
  return error instanceof WardenError ? error.code : String(error);
}

describe('the JSON report', () => {
  it.each([['canonical', CANONICAL], ['clean', CLEAN]] as const)('of the %s result follows the published schema', (_, result) => {
    validate(JSON.parse(reporter.render(result, OPTIONS)));
    expect(validate.errors).toBe(null);
  });

  it('has a published schema that is what the source says', async () => {
    const [file] = await generate('');
    expect(file?.content).toBe(readFileSync(schemaFile, 'utf8'));
  });

  it('is refused by the schema when a field has a wrong value', () => {
    const broken = { ...document, findings: document.findings.map((finding) => ({ ...finding, severity: 'fatal' })) };
    expect(validate(broken)).toBe(false);
  });

  it('differs between two runs over the same input under `run` only', () => {
    const later = (date: Date): Date => new Date(date.getTime() + 3_600_000);
    const again: AuditResult = {
      ...CANONICAL,
      run: { ...CANONICAL.run, id: 'run-0002', startedAt: later(CANONICAL.run.startedAt), finishedAt: later(CANONICAL.run.finishedAt) },
      findings: CANONICAL.findings.map((finding): Finding => ({ ...finding, introspection: { ...finding.introspection, at: later(finding.introspection.at) } })),
    };
    const second = JSON.parse(reporter.render(again, OPTIONS)) as ReportDocument;
    expect(second.run).not.toEqual(document.run);
    expect({ ...second, run: undefined }).toEqual({ ...document, run: undefined });
  });

  it('holds every finding and every occurrence, hidden and waived ones too', () => {
    expect(document.findings.map(({ id }) => id)).toEqual(CANONICAL.findings.map(({ id }) => id));
    expect(document.findings.map(({ locations }) => locations.length)).toEqual(CANONICAL.findings.map(({ credential }) => credential.occurrences.length));
  });

  it('puts the place to look at first in front', () => {
    expect(document.findings[0]?.locations[0]?.origin).toEqual({ kind: 'file', path: 'config/prod.env' });
  });

  it('tells "never" from an instant and both from silence', () => {
    const introspection = document.findings[0]?.introspection;
    expect(introspection?.status === 'active' ? introspection.facts : undefined).toMatchObject({ exp: 'never', iat: '2026-01-01T07:00:00.000Z' });
    expect(text).not.toContain('"exp": null');
  });

  it('names when issuers answered under run, and only for those who were asked', () => {
    const asked = CANONICAL.findings.filter(({ introspection }) => introspection.status !== 'notAttempted').map(({ id }) => id);
    expect(Object.keys(document.run.introspectedAt).sort()).toEqual(asked.sort());
  });

  it('is written without indentation, then with fewer places, before it grows past what a string holds', () => {
    expect(layoutOf([1, 5])).toEqual({ indent: 2, maxPlaces: Infinity, claimsOnly: false });
    expect(layoutOf([300_000])).toEqual({ indent: 0, maxPlaces: Infinity, claimsOnly: false });
    expect(layoutOf([800_000, 800_000])).toEqual({ indent: 0, maxPlaces: 750_000, claimsOnly: false });
    expect(layoutOf(Array.from({ length: 5001 }, () => 1))).toMatchObject({ indent: 0, claimsOnly: false });
    expect(layoutOf(Array.from({ length: 20_001 }, () => 1))).toMatchObject({ indent: 0, claimsOnly: true });
    expect(layoutOf(Array.from({ length: 50_000 }, () => 1_000)).maxPlaces).toBe(100);
  });

  it('says how many places it leaves out', () => {
    const [finding] = CANONICAL.findings;
    const place = finding?.credential.occurrences[0];
    if (finding === undefined || place === undefined) throw new Error('the fixture has a finding with a place');
    const crowded: Finding = { ...finding, credential: { ...finding.credential, occurrences: Array.from({ length: 1_500_300 }, () => place) } };
    const crowd = { ...CANONICAL, findings: [crowded, ...Array.from({ length: 14_999 }, () => finding)] };
    expect(layoutOf(crowd.findings.map(({ credential }) => credential.occurrences.length)).maxPlaces).toBe(100);
    const written = JSON.parse(reporter.render(crowd, OPTIONS)) as ReportDocument;
    expect(written.findings[0]?.locations.length).toBe(100);
    expect(written.findings[0]?.locationsLeftOut).toBe(1_500_200);
    expect(validate({ ...written, findings: written.findings.slice(0, 2) })).toBe(true);
  }, 60_000);
});

describe('reading a report back', () => {
  it('gives what was written', async () => {
    expect(await readReport(text)).toEqual(document);
    expect(await readReport(`\ufeff${text}`)).toEqual(document);
  });

  it('gives findings as the views take them, dates as dates', async () => {
    const report = await readReport(text);
    for (const [index, finding] of CANONICAL.findings.entries()) {
      const told = toldOf(report, report.findings[index] ?? findFinding(report, finding.id));
      expect(told.introspection.status).toBe(finding.introspection.status);
      expect(told.lastKnown).toEqual(finding.lastKnown);
      expect(told.credential.facts).toEqual(finding.credential.facts);
      if (told.introspection.status === 'active' && finding.introspection.status === 'active') expect(told.introspection).toEqual(finding.introspection);
    }
  });

  it.each([
    ['an empty file', '', 'REPORT_NOT_JSON'],
    ['half a file', text.slice(0, 900), 'REPORT_NOT_JSON'],
    ['SARIF', '{"version":"2.1.0","runs":[]}', 'REPORT_WRONG_KIND'],
    ['a list', '[]', 'REPORT_WRONG_KIND'],
    ['null', 'null', 'REPORT_WRONG_KIND'],
    ['another tool', '{"tool":{"name":"other"}}', 'REPORT_WRONG_KIND'],
    ['a newer version', JSON.stringify({ ...document, schemaVersion: 2 }), 'REPORT_WRONG_VERSION'],
    ['a missing part', JSON.stringify({ ...document, findings: undefined }), 'REPORT_INVALID'],
    ['a damaged finding', JSON.stringify({ ...document, findings: [{ ...document.findings[0], id: 'x' }] }), 'REPORT_INVALID'],
  ])('refuses %s', async (_, content, code) => {
    expect(await codeOf(readReport(content))).toBe(code);
  });

  it('repeats nothing of a file that is no report: it may hold a secret', async () => {
    const error = await readReport(`TOKEN=${'s3cr3t'.repeat(4)}`).catch((reason: unknown) => reason);
    expect(`${(error as Error).message}${(error as Error).stack ?? ''}`).not.toContain('s3cr3t');
  });
});

describe('finding one by id', () => {
  const id = document.findings[0]?.id ?? '';

  it('takes the whole id or a unique beginning in any case', () => {
    expect(findFinding(document, id).id).toBe(id);
    expect(findFinding(document, id.slice(0, 6).toUpperCase()).id).toBe(id);
  });

  it('refuses an unknown id and offers the nearest', () => {
    expect(() => findFinding(document, `${id.slice(0, 18)}zz`)).toThrow(expect.objectContaining({ code: 'FINDING_UNKNOWN', hint: expect.stringContaining(id.slice(0, 12)) }));
    expect(() => findFinding({ ...document, findings: [] }, 'abcdef')).toThrow(expect.objectContaining({ hint: 'the report has no findings' }));
  });

  it('refuses a beginning that several share', () => {
    const twins = { ...document, findings: document.findings.map((finding, index) => ({ ...finding, id: `abcdef${index}`.padEnd(20, '0') })) };
    expect(() => findFinding(twins, 'abcdef')).toThrow(expect.objectContaining({ code: 'FINDING_AMBIGUOUS' }));
  });
});
