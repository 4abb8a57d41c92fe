import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { Log, Result, Run } from 'sarif';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOSTILE_PATH } from '../../../fixtures/report/findings.ts';
import { manyFindings } from '../../../fixtures/report/many.ts';
import { CANONICAL, CLEAN } from '../../../fixtures/report/result.ts';
import type { AuditResult, Finding, Location } from '../../../src/model/index.ts';
import { anchorCandidates } from '../../../src/report/index.ts';
import { anchorOf } from '../../../src/report/sarif/anchor.ts';
import { fit, quoted } from '../../../src/report/sarif/message.ts';
import { pathFromBytes } from '../../../src/lib/path-bytes.ts';
import { uriOf } from '../../../src/report/sarif/uri.ts';
import type { Limits } from '../../../src/report/sarif/within.ts';
import { writeWithin } from '../../../src/report/sarif/within.ts';
import { reporter } from '../../../src/report/sarif.ts';

const OPTIONS = { color: false, width: 80 };
const schema = JSON.parse(readFileSync(new URL('../../../fixtures/report/sarif-schema-2.1.0.json', import.meta.url), 'utf8')) as object;
const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  formats: {
    uri: (text: string) => URL.canParse(text),
    'uri-reference': (text: string) => /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?#[\]]|%[0-9A-Fa-f]{2})*$/.test(text) && !/^[^/]*:\d/.test(text),
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
    uuid: /^[0-9a-f-]{36}$/i,
  },
});
const validate = ajv.compile(schema);

function runOf(result: AuditResult): Run {
  const log = JSON.parse(reporter.render(result, OPTIONS)) as Log;
  const [run] = log.runs;
  if (run === undefined) throw new Error('no run');
  return run;
}

function resultsOf(result: AuditResult): readonly Result[] {
  return runOf(result).results ?? [];
}

const run = runOf(CANONICAL);
const results = run.results ?? [];
const shown = CANONICAL.findings.filter(({ credential }) => credential.confidence !== 'low');

function textsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => ((key === 'text' || key === 'markdown' || key === 'justification') && typeof item === 'string' ? [item] : textsIn(item)));
}

function withPlaces(places: readonly Location[], change: Partial<Finding> = {}): AuditResult {
  const [finding] = CANONICAL.findings;
  if (finding === undefined) throw new Error('no finding');
  return { ...CANONICAL, findings: [{ ...finding, ...change, credential: { ...finding.credential, occurrences: places } }] };
}

const REGION = { startLine: 4, startColumn: 2, endLine: 4, endColumn: 9 };

describe('SARIF 2.1.0', () => {
  it.each([
    ['canonical', CANONICAL],
    ['clean', CLEAN],
    ['without a look at the tree', (({ tree: _tree, ...rest }) => rest)(CANONICAL)],
  ] as const)('of the %s result is valid against the OASIS schema', (_, result) => {
    validate(JSON.parse(reporter.render(result, OPTIONS)));
    expect(validate.errors).toBe(null);
  });

  it('would not be, were a level misspelt: the schema bites', () => {
    expect(validate({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ message: { text: 'x' }, level: 'fatal' }] }] })).toBe(false);
  });
});

describe('one result per finding', () => {
  it('in the same order, with the id in both fingerprints', () => {
    expect(results.map(({ partialFingerprints }) => partialFingerprints)).toEqual(shown.map(({ id }) => ({ primaryLocationLineHash: `${id}:1`, 'tokenwarden/v1': id })));
  });

  it('keeps its identity when lines move, places come and the issuer falls silent', () => {
    const before = withPlaces([{ origin: { kind: 'file', path: 'a' }, region: REGION, role: 'text' }]);
    const after = withPlaces([{ origin: { kind: 'file', path: 'b' }, region: { ...REGION, startLine: 90, endLine: 90 }, role: 'text' }], {
      introspection: { status: 'unknown', why: 'timeout', detail: '', at: CANONICAL.run.startedAt, method: 'x' },
      lastKnown: { status: 'active', violating: true, at: CANONICAL.run.startedAt },
    });
    const [one] = resultsOf(before);
    const [two] = resultsOf(after);
    expect([two?.ruleId, two?.partialFingerprints]).toEqual([one?.ruleId, one?.partialFingerprints]);
    expect(two?.message.text).toContain('Last known: active and breaking policy');
  });

  it('leaves out what is too unsure to raise an alert, and says how many', () => {
    expect(results.length).toBe(CANONICAL.findings.length - 1);
    expect(JSON.stringify(run.invocations)).toContain('1 finding of low confidence left out');
  });

  it('raises an unsure one all the same when its issuer says it is active', () => {
    const unsure = CANONICAL.findings.filter(({ credential }) => credential.confidence === 'low').map((finding): Finding => ({ ...finding, introspection: { status: 'active', facts: {}, at: CANONICAL.run.startedAt, method: 'x' } }));
    expect(resultsOf({ ...CANONICAL, findings: unsure }).length).toBe(1);
  });

  it('marks waived ones as suppressed and all others as not', () => {
    expect(results.filter(({ suppressions }) => suppressions?.length === 1).map(({ partialFingerprints }) => partialFingerprints?.['tokenwarden/v1'])).toEqual(shown.filter(({ waiver }) => waiver !== undefined).map(({ id }) => id));
    expect(results.every(({ suppressions }) => suppressions !== undefined)).toBe(true);
  });
});

describe('rules', () => {
  const rules = run.tool.driver.rules ?? [];

  it('are exactly those that results name, and results point at them', () => {
    expect(rules.map(({ id }) => id)).toEqual([...new Set(results.map(({ ruleId }) => ruleId))].sort());
    for (const result of results) expect(rules[result.ruleIndex ?? -1]?.id).toBe(result.ruleId);
  });

  it('rank live tokens above found ones, within GitHub’s bands', () => {
    const rank = (id: string): number => Number(rules.find((rule) => rule.id === id)?.properties?.['security-severity']);
    expect(rank('forge-pat/live')).toBeGreaterThan(9);
    expect(rank('forge-pat')).toBeGreaterThanOrEqual(7);
    expect(rank('forge-pat')).toBeLessThan(9);
    expect(rank('url-password')).toBeGreaterThanOrEqual(4);
    expect(rank('url-password')).toBeLessThan(7);
  });

  it('say what the token opens and how to revoke it', () => {
    for (const { help, shortDescription, fullDescription, properties } of rules) {
      expect(help?.text).toMatch(/What it opens: .+ How to revoke it: .+/);
      expect(help?.markdown).toMatch(/\*\*What it opens\*\*[^]+\*\*How to revoke it\*\*/);
      expect([shortDescription?.text, fullDescription?.text].every((text) => (text ?? '').length > 5)).toBe(true);
      expect(properties?.tags).toContain('security');
      expect(properties?.tags?.length).toBeLessThanOrEqual(10);
    }
  });

  it('keep to 1,024 characters however long a rule writes', () => {
    const long = 'word {0} '.repeat(900);
    const [finding] = CANONICAL.findings;
    if (finding === undefined) throw new Error('no finding');
    const { credential } = finding;
    const wordy = { ...finding, credential: { ...credential, rule: { ...credential.rule, name: long, opens: long, revokeByHand: long, references: [`https://docs.example/${'x'.repeat(2000)}`] } } };
    const texts = textsIn(runOf({ ...CANONICAL, findings: [wordy] }));
    expect(texts.length).toBeGreaterThan(8);
    for (const text of texts) {
      expect(text.length).toBeGreaterThan(0);
      expect(text.length).toBeLessThanOrEqual(1024);
    }
  });
});

describe('places', () => {
  const critical = results[0];

  it('put the one that can be opened first and relate all others', () => {
    expect(critical?.locations?.map(({ physicalLocation }) => physicalLocation?.artifactLocation?.uri)).toEqual(['config/prod.env']);
    expect(critical?.relatedLocations?.length).toBe(4);
  });

  it('in history keep their path when the tree still has it, else go to a file that exists and say so', () => {
    const old: Location = { origin: { kind: 'commit', blob: 'b'.repeat(40), path: 'gone.env', commit: 'c'.repeat(40), reachable: true }, region: REGION, role: 'text' };
    expect(anchorOf(old, undefined)).toEqual({ path: 'gone.env', region: REGION, exact: true });
    expect(anchorOf(old, { existing: new Set(['gone.env']), fallback: 'README.md' })).toEqual({ path: 'gone.env', region: REGION, exact: true });
    expect(anchorOf(old, { existing: new Set(), fallback: 'README.md' })).toEqual({ path: 'README.md', region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 }, exact: false });
    const [result] = resultsOf({ ...withPlaces([old]), tree: { existing: new Set(), fallback: 'README.md' } });
    expect(result?.message.text).toContain('Found at gone.env:4:2, in history since commit cccccccccccc');
    expect(result?.locations?.[0]?.message?.text).toContain('only stands in for it');
    expect(result?.locations?.[0]?.properties).toMatchObject({ commit: 'c'.repeat(40) });
  });

  it('in messages, on standard input and in archives never point at a line of another file', () => {
    const tree = { existing: new Set<string>(), fallback: 'README.md' };
    const at = (origin: Location['origin']): unknown => [anchorOf({ origin, region: REGION, role: 'text' }, tree).path, anchorOf({ origin, region: REGION, role: 'text' }, tree).region.startLine];
    expect(at({ kind: 'message', object: 'a'.repeat(40), objectType: 'commit' })).toEqual(['README.md', 1]);
    expect(at({ kind: 'stdin' })).toEqual(['README.md', 1]);
    expect(at({ kind: 'member', archive: { kind: 'file', path: 'a.zip' }, path: 'b' })).toEqual(['a.zip', 1]);
    expect(at({ kind: 'member', archive: { kind: 'commit', blob: 'x', path: 'lost.zip', reachable: true }, path: 'b' })).toEqual(['README.md', 1]);
    expect(at({ kind: 'log', name: 'ci.log' })).toEqual(['ci.log', 4]);
  });

  it('of history are what the caller must look up in the tree', () => {
    expect(anchorCandidates(CANONICAL.findings)).toEqual(['deploy/old.env', 'old/.npmrc']);
  });

  it('are at most 1,000, and the rest is counted in the message', () => {
    const many = Array.from({ length: 2_500 }, (_, index): Location => ({ origin: { kind: 'file', path: `f${index}` }, region: REGION, role: 'text' }));
    const [result] = resultsOf(withPlaces(many));
    expect((result?.locations?.length ?? 0) + (result?.relatedLocations?.length ?? 0)).toBe(1_000);
    expect(result?.message.text).toContain('2,500 places in all, 1,500 more than are listed here.');
  });

  it('have regions that are 1-based and never backwards, whatever came in', () => {
    const bad = { startLine: 0, startColumn: -3, endLine: -1, endColumn: Number.NaN };
    const [result] = resultsOf(withPlaces([{ origin: { kind: 'file', path: 'a' }, region: bad, role: 'text' }]));
    expect(result?.locations?.[0]?.physicalLocation?.region).toEqual({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 });
    const [reversed] = resultsOf(withPlaces([{ origin: { kind: 'file', path: 'a' }, region: { startLine: 9, startColumn: 7, endLine: 3, endColumn: 2 }, role: 'text' }]));
    expect(reversed?.locations?.[0]?.physicalLocation?.region).toEqual({ startLine: 9, startColumn: 7, endLine: 9, endColumn: 7 });
  });
});

describe('URIs', () => {
  it.each([
    ['a space and a percent sign', 'a b/100%.txt', 'a%20b/100%25.txt'],
    ['a colon that is no scheme', 'c:x/y', 'c%3Ax/y'],
    ['question mark and hash', 'a?b#c', 'a%3Fb%23c'],
    ['an absolute path', '/etc/x', 'etc/x'],
    ['a way out', '../../x/./y', 'x/y'],
    ['letters of the world', 'é/日', '%C3%A9/%E6%97%A5'],
    ['a lone surrogate', 'a\ud800', 'a%EF%BF%BD'],
    ['nothing', '', 'unknown'],
  ])('encode %s', (_, path, uri) => {
    expect(uriOf(path)).toBe(uri);
  });

  it('decode to the path they came from', () => {
    expect(decodeURIComponent(uriOf(HOSTILE_PATH))).toBe(HOSTILE_PATH);
    // What `lib/path-bytes` makes of bytes that are no UTF-8, and of a real U+FFFD.
    expect(uriOf(`d ir/${pathFromBytes(Buffer.from('caf\xe9 (1)\xff', 'latin1'))}`)).toBe('d%20ir/caf%E9%20%281%29%FF');
    expect(uriOf(pathFromBytes(Buffer.from('a\ufffde9')))).toBe('a%EF%BF%BDe9');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        fc.pre(!/[/\ud800-\udfff]/u.test(name) && name !== '.' && name !== '..');
        expect(decodeURIComponent(uriOf(`dir/${name}`))).toBe(`dir/${name}`);
        expect(uriOf(name)).toMatch(/^[A-Za-z0-9\-._~%]+$/);
      }),
      { seed: 7 },
    );
  });
});

describe('messages', () => {
  it('give foreign text neither placeholders nor links', () => {
    expect(quoted('{0} [x](javascript:1)')).toBe('{{0}} [x] (javascript:1)');
    for (const { message, relatedLocations } of results) for (const text of textsIn([message, relatedLocations])) expect(text.replaceAll(/\{\{|\}\}/g, '')).not.toMatch(/[{}]|\]\(/);
  });

  it('fit their limit by dropping the least of their sentences', () => {
    expect(fit(['One.', 'Two is long.', 'Three.'], 12)).toBe('One. Three.');
    expect(fit(['', ''])).toBe('No text.');
    expect(fit(['x'.repeat(50)], 10)).toBe(`${'x'.repeat(9)}…`);
  });
});

describe('the run', () => {
  it('is not successful when coverage has gaps, and names them', () => {
    const [invocation] = run.invocations ?? [];
    expect(invocation?.executionSuccessful).toBe(false);
    expect(invocation?.toolExecutionNotifications?.map(({ descriptor, level }) => [descriptor?.id, level])).toEqual([['gap', 'error'], ['outage', 'warning'], ['accepted-gap', 'note'], ['unsure', 'note']]);
    expect(runOf(CLEAN).invocations?.[0]?.executionSuccessful).toBe(true);
  });

  it('has a category that ends with a slash', () => {
    expect(run.automationDetails?.id).toBe('tokenwarden/');
  });

  it('names the repository without user information', () => {
    const user = 'user:pw';
    const repository = { url: `https://${user}@forge.example/team/app?x=1`, revision: 'f'.repeat(40) };
    expect(runOf({ ...CLEAN, run: { ...CLEAN.run, repository } }).versionControlProvenance).toEqual([{ repositoryUri: 'https://forge.example/team/app', revisionId: 'f'.repeat(40), mappedTo: { uriBaseId: 'SRCROOT' } }]);
    expect(runOf({ ...CLEAN, run: { ...CLEAN.run, repository: { url: 'not a url' } } }).versionControlProvenance).toBe(undefined);
  });
});

describe('limits of code scanning', () => {
  it('cut to 25,000 results from the least severe end, and say so', () => {
    const many = manyFindings(30_000);
    const cut = runOf(many);
    expect(cut.results?.length).toBe(25_000);
    expect(JSON.stringify(cut.invocations)).toMatch(/[\d,]+ findings of lowest severity left out/);
    expect(cut.results?.filter(({ properties }) => properties?.['severity'] === 'critical').length).toBe(many.findings.filter(({ severity }) => severity === 'critical').length);
  }, 60_000);

  /** None is too unsure to be shown. */
  const all = (count: number): AuditResult => ({ ...manyFindings(count), minConfidence: 'low' });

  it('leave a valid file of 26,000 findings, that says how many are left out and how many of the rest are shown', () => {
    const log: unknown = JSON.parse(reporter.render(all(26_000), OPTIONS));
    expect(validate(log), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    const [run] = (log as { readonly runs: readonly Run[] }).runs;
    expect(run?.results?.length).toBe(25_000);
    const said = run?.invocations?.[0]?.toolExecutionNotifications?.map(({ message }) => message.text) ?? [];
    expect(said.slice(0, 2)).toEqual([expect.stringMatching(/^1,000 findings of lowest severity left out/), expect.stringMatching(/^GitHub shows the 5,000 most severe of the 25,000 findings/)]);
  }, 60_000);

  it('say nothing of 5,000, and of one more that it is not shown', () => {
    expect(JSON.stringify(runOf(all(5_000)).invocations)).not.toContain('most severe of');
    expect(JSON.stringify(runOf(all(5_001)).invocations)).toContain('the 5,000 most severe of the 5,001 findings');
  }, 60_000);

  const { findings } = manyFindings(10, 200);
  const noise = (count: number): string => createHash('shake256', { outputLength: count }).update('noise').digest('hex');
  const tried = (limits: Limits, bytesPerPlace: number): readonly (readonly [number, number, number])[] => {
    const calls: [number, number, number][] = [];
    writeWithin(findings, limits, (kept, maxPlaces, leftOut) => {
      calls.push([kept.length, maxPlaces, leftOut]);
      return noise(kept.reduce((sum, { credential }) => sum + Math.min(maxPlaces, credential.occurrences.length), 0) * bytesPerPlace);
    });
    return calls;
  };

  it('name fewer places before they drop a result', () => {
    expect(tried({ maxResults: 10, maxGzipBytes: 20_000, maxPlacesInAll: 5_000 }, 100)).toEqual([[10, 1_000, 0], [10, 100, 0], [10, 10, 0]]);
  });

  it('drop results when one place each is still too much, and count them', () => {
    expect(tried({ maxResults: 10, maxGzipBytes: 10_000, maxPlacesInAll: 5_000 }, 1_200).at(-1)).toEqual([6, 1, 4]);
  });

  it('never build a text that a string could not hold', () => {
    expect(tried({ maxResults: 10, maxGzipBytes: 1e9, maxPlacesInAll: 500 }, 1)).toEqual([[10, 10, 0]]);
  });
});

const multitool = fileURLToPath(new URL('../../../.cache/multitool/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool', import.meta.url));

describe.skipIf(!existsSync(multitool))('the SARIF Multitool, where it is installed', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tokenwarden-sarif-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([['canonical', CANONICAL], ['clean', CLEAN]] as const)('finds no error by the rules of SARIF and GitHub in the %s report', (name, result) => {
    const file = join(folder, `${name}.sarif`);
    const found = join(folder, `${name}-found.sarif`);
    writeFileSync(file, reporter.render(result, OPTIONS));
    spawnSync(multitool, ['validate', file, '--rule-kind', 'Sarif;Ghas', '-o', found, '--quiet'], { timeout: 100_000 });
    const log = JSON.parse(readFileSync(found, 'utf8').replace(/^\ufeff/, '')) as Log;
    expect(log.runs[0]?.results?.filter(({ level }) => level === 'error').map(({ ruleId, message }) => `${ruleId}: ${message.text ?? message.id}`)).toEqual([]);
  }, 120_000);
});
