import { describe, expect, it } from 'vitest';
import { readReport, type Reported } from '../../../src/ingest/index.ts';
import { betterleaks, gitleaks, kingfisher, kingfisherJson, sarif, sarifResult, trufflehog, type At } from './samples.ts';

const COMMIT = 'ab'.repeat(20);
const AT: At = { secret: 'made-up value', path: 'dir/app.env', line: 7, column: 14, commit: COMMIT };
const WANTED = { secret: 'made-up value', place: { path: 'dir/app.env', line: 7, column: 14, commit: COMMIT } };

const read = (value: unknown): readonly Reported[] => readReport(typeof value === 'string' ? value : JSON.stringify(value), 'a report').flatMap(({ results }) => results);

describe('a report of', () => {
  it.each([
    ['gitleaks', [gitleaks(AT)]],
    ['betterleaks', betterleaks(AT)],
    ['kingfisher', kingfisherJson(AT)],
    ['kingfisher', `${JSON.stringify(kingfisher(AT))}\n{"audit":{"schema":"kingfisher.repository-audit.v1"}}\n{"findings":1,"kingfisher":{"version_used":"2.14.0"}}`],
    ['gitleaks', sarif('gitleaks', [sarifResult(AT)])],
  ])('%s tells secret, path, line, column and commit', (tool, value) => {
    expect(read(value)).toEqual([expect.objectContaining(WANTED)]);
    expect(readReport(typeof value === 'string' ? value : JSON.stringify(value), 'x').map((one) => one.tool)).toEqual([tool]);
  });

  it('TruffleHog tells them in lines, with its messages between them, and all parts of a key', () => {
    const key = trufflehog(AT, { DetectorName: 'AWS', Raw: 'made-up id', RawV2: 'made-up id:made-up key' });
    const lines = [{ level: 'info-0', msg: 'running source' }, trufflehog(AT), key].map((one) => JSON.stringify(one)).join('\r\n');
    expect(read(lines)).toEqual([
      { rule: 'Github', secret: 'made-up value', parts: [], place: { path: 'dir/app.env', line: 7, commit: COMMIT } },
      { rule: 'AWS', secret: 'made-up id', parts: [{ name: 'AWS_SECRET_ACCESS_KEY', value: 'made-up key' }], place: { path: 'dir/app.env', line: 7, commit: COMMIT } },
    ]);
  });

  it('detect-secrets has places only, and so has what was redacted', () => {
    expect(read({ version: '1.5.0', plugins_used: [], results: { 'a.py': [{ type: 'Secret Keyword', filename: 'a.py', hashed_secret: 'ab12', line_number: 3 }] } })).toEqual([{ rule: 'Secret Keyword', parts: [], place: { path: 'a.py', line: 3 } }]);
    for (const secret of ['REDACTED', 'abcd***', '', '****', 'ghp_…xyz']) expect(read([gitleaks({ ...AT, secret })])[0]).not.toHaveProperty('secret');
  });

  it('any tool in SARIF counts what is not about secrets, and keeps what is', () => {
    const rules = [{ id: 'js/unused', shortDescription: { text: 'Unused variable' } }, { id: 'js/hardcoded', properties: { tags: ['external/cwe/cwe-798'] } }];
    const [report] = readReport(JSON.stringify(sarif('CodeQL', [sarifResult(AT, 'js/hardcoded'), { ruleId: 'js/unused', message: { text: 'Unused variable x.' }, locations: [] }], rules)), 'x');
    expect(report).toMatchObject({ tool: 'CodeQL', others: 1, results: [{ rule: 'js/hardcoded' }] });
  });

  it('a tool that found nothing is empty and no error', () => {
    for (const nothing of [[], sarif('gitleaks', []), { schema_version: '1', findings: [] }, kingfisherJson(), '{"level":"info-0","msg":"finished"}']) expect(read(nothing)).toEqual([]);
  });
});

describe('what is no report', () => {
  const trouble = (text: string): { readonly code: string; readonly message: string } => {
    try {
      readReport(text, 'in.json');
    } catch (error) {
      return error as { code: string; message: string };
    }
    throw new Error('it was read');
  };

  it.each([
    ['', 'INGEST_FORMAT', 'in.json is empty'],
    ['hello', 'INGEST_DAMAGED', 'in.json: line 1 is no JSON'],
    ['\n\n[{"RuleID": "x", ', 'INGEST_DAMAGED', 'in.json: line 3 begins JSON that does not end'],
    ['{"a": b}', 'INGEST_DAMAGED', 'in.json: line 1 begins JSON that is damaged'],
    ['{"name": "package"}', 'INGEST_FORMAT', 'line 1: this is JSON, but of no report that is known'],
    ['[{"number": 1}]', 'INGEST_FORMAT', 'line 1: this is JSON, but of no report that is known'],
    ['[{"RuleID": "x", "File": "a", "StartLine": "7"}]', 'INGEST_DAMAGED', 'in.json: line 1[0].StartLine should be a whole number'],
    ['[{"RuleID": "x", "Secret": 5, "File": "a"}]', 'INGEST_DAMAGED', 'in.json: line 1[0].Secret should be a text'],
    ['[{"RuleID": "x"}]', 'INGEST_DAMAGED', 'in.json: line 1[0].File is missing'],
    ['[{"RuleID": "x", "File": "a"}, 3]', 'INGEST_DAMAGED', 'in.json: line 1[1] should be an object'],
    ['{"version": "2.1.0", "runs": {}}', 'INGEST_DAMAGED', 'in.json: line 1.runs should be a list'],
  ])('%j says what is wrong and where', (text, code, message) => {
    expect(trouble(text)).toMatchObject({ code, message });
  });

  it('never repeats what it holds', () => {
    const { message } = trouble(`[{"RuleID": "x", "Secret": "made-up value", "File": "a" "made-up value"}]`);
    expect(message).not.toContain('made-up');
  });

  it('is told in time, however it is nested or long', () => {
    for (const text of ['['.repeat(1_000_000), `[${'"\\'.repeat(500_000)}`, '{"a":'.repeat(200_000), `${'[]'.repeat(200_000)}x`, '[1,'.repeat(100_000) + ']'.repeat(100_000)]) {
      const started = performance.now();
      expect(trouble(text).code).toMatch(/^INGEST_/);
      expect(performance.now() - started).toBeLessThan(10_000);
    }
  });
});
