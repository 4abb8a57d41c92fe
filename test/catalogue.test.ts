import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ISSUERS } from '../src/issuers/registry.ts';
import type { Check, Issuer, Reporter, Rule } from '../src/model/index.ts';
import { CHECKS } from '../src/policy/registry.ts';
import { REPORTERS } from '../src/report/registry.ts';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { gapsOfCheck, gapsOfIssuer, gapsOfReporter, gapsOfRule, LEFT_FROM_SCAFFOLD } from './catalogue/gaps.ts';
import type { Fixtures } from './catalogue/gaps.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const onDisk: Fixtures = (path) => (existsSync(`${ROOT}${path}`) ? readFileSync(`${ROOT}${path}`, 'utf8') : undefined);
const listed = (folder: string): readonly string[] => (existsSync(`${ROOT}${folder}`) ? readdirSync(`${ROOT}${folder}`).sort() : []);
const unitsOf = (room: string): readonly string[] => listed(`src/${room}`).filter((name) => name.endsWith('.ts') && !['index.ts', 'registry.ts'].includes(name));

/** The registry is generated in the order of the listing, so a unit's place in one is its place in the other. */
const paired = <Unit>(room: string, units: readonly Unit[]): readonly (readonly [string, Unit])[] => {
  const files = unitsOf(room);
  expect(units.length, `src/${room}/registry.ts is stale: run "npm run generate"`).toBe(files.length);
  return files.map((file, place) => [file, units[place] as Unit]);
};

describe('every unit has description, references and fixtures', async () => {
  const { rules } = await loadCatalogue(`${ROOT}rules`);
  const ruleIds = new Set(rules.map((rule) => rule.id));

  it('rules', () => {
    expect(rules.length).toBeGreaterThanOrEqual(41);
    expect(rules.flatMap(gapsOfRule)).toEqual([]);
  });

  it('issuers', () => {
    expect(ISSUERS.map((issuer) => issuer.id)).toEqual(expect.arrayContaining(['github', 'gitlab', 'npm', 'oauth', 'vault']));
    expect(paired('issuers', ISSUERS).flatMap(([file, issuer]) => gapsOfIssuer(issuer, file, ruleIds, onDisk))).toEqual([]);
  });

  it('checks', () => {
    expect(CHECKS.map((check) => check.id)).toEqual(expect.arrayContaining(['max-lifetime', 'no-expiry', 'expiring-soon', 'over-scoped', 'stale', 'leaked', 'in-url', 'in-log']));
    expect(paired('policy', CHECKS).flatMap(([file, check]) => gapsOfCheck(check, file, onDisk))).toEqual([]);
  });

  it('reporters', () => {
    expect(REPORTERS.map((reporter) => reporter.format)).toEqual(expect.arrayContaining(['text', 'json', 'sarif', 'html', 'markdown']));
    const golden = listed('fixtures/report/golden');
    expect(paired('report', REPORTERS).flatMap(([file, reporter]) => gapsOfReporter(reporter, file, golden))).toEqual([]);
  });

  it('and none is left half written', () => {
    const paths = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', 'src', 'rules', 'fixtures', 'test/unit', 'test/contract'], { cwd: ROOT, encoding: 'utf8' }).split('\0');
    const unfinished = paths.filter((path) => path !== '' && !path.startsWith('src/build/templates/') && LEFT_FROM_SCAFFOLD.test(onDisk(path) ?? ''));
    expect(unfinished).toEqual([]);
  });
});

describe('fixtures belong to a unit', () => {
  it.each([
    ['fixtures/issuers', () => ISSUERS.map((issuer) => issuer.id)],
    ['fixtures/policy', () => CHECKS.map((check) => `${check.id}.json`)],
  ] as const)('%s', (folder, owners) => {
    expect(listed(folder).filter((name) => !owners().includes(name))).toEqual([]);
  });
});

describe('a unit that lacks something is told so', () => {
  const nothing: Fixtures = () => undefined;
  const check = { id: 'a-check', title: 'The token is too old', rationale: 'A token that is old has been copied to more places.', references: ['https://example.com/a'], schema: {}, defaults: {}, severity: 'low', judge: () => ({ status: 'pass', evidence: '' }) } satisfies Check;
  const issuer = { id: 'acme', name: 'Acme', kinds: ['*'], proof: { how: 'document', reference: 'https://example.com/a' }, introspect: { method: 'GET /me', run: () => Promise.resolve({ status: 'inactive', reason: 'gone' } as const) } } satisfies Issuer;
  const reporter = { format: 'csv', description: 'For spreadsheets and the like', render: () => '' } satisfies Reporter;
  const rule = { id: 'acme-token', name: 'Acme token', opens: 'Everything its owner may do.', revokeByHand: 'Settings, Tokens, Revoke.', references: ['https://example.com/a'], since: '0.1.0', examples: [{ recipe: 'a', seed: 1 }, { recipe: 'b', seed: 2 }], nearMisses: [{ recipe: 'c', seed: 1, why: 'too short' }, { recipe: 'd', seed: 2, why: 'too long' }] } as unknown as Rule;
  const table = JSON.stringify(['pass', 'violation', 'undetermined', 'notApplicable'].map((expect) => ({ expect })));

  it.each([
    ['a check without a table', () => gapsOfCheck(check, 'a-check.ts', nothing), 'lacks fixtures/policy/a-check.json'],
    ['a table without a violation', () => gapsOfCheck(check, 'a-check.ts', () => table.replace('violation', 'pass')), 'has no row that expects violation'],
    ['a check in the wrong file', () => gapsOfCheck(check, 'b.ts', () => table), 'stands in b.ts'],
    ['a check without references', () => gapsOfCheck({ ...check, references: [] }, 'a-check.ts', () => table), 'has no reference'],
    ['a check whose scaffold was left', () => gapsOfCheck({ ...check, rationale: 'FILL IN why it matters to the one who reads it.' }, 'a-check.ts', () => table), 'left from its scaffold'],
    ['an issuer without recorded exchanges', () => gapsOfIssuer(issuer, 'acme.ts', new Set(), (path) => (path.endsWith('inactive.json') ? undefined : '{}')), 'lacks fixtures/issuers/acme/inactive.json'],
    ['an issuer of a kind nobody knows', () => gapsOfIssuer({ ...issuer, kinds: ['acme-token'] }, 'acme.ts', new Set(), () => '{}'), 'names the kind acme-token, which no rule has'],
    ['an issuer that can do nothing', () => gapsOfIssuer({ id: 'acme', name: 'Acme', kinds: ['*'], proof: issuer.proof }, 'acme.ts', new Set(), () => '{}'), 'can neither be asked nor told'],
    ['an issuer proven by a test that is not there', () => gapsOfIssuer({ ...issuer, proof: { how: 'real-server', reference: 'acme-server 1.2.3' } }, 'acme.ts', new Set(), (path) => (path.startsWith('test/') ? undefined : '{}')), 'but lacks test/e2e/issuers-acme.test.ts'],
    ['a reporter without a golden file', () => gapsOfReporter(reporter, 'csv.ts', ['report.json']), 'lacks a golden file'],
    ['a rule with one near miss', () => gapsOfRule({ ...rule, nearMisses: rule.nearMisses.slice(1) }), 'has fewer than two near misses'],
    ['a rule whose reference is no address', () => gapsOfRule({ ...rule, references: ['see the manual'] }), 'has a reference that cannot be opened'],
  ])('%s', (_name, gaps, complaint) => {
    expect(gaps()).toHaveLength(1);
    expect(gaps()[0]).toContain(complaint);
  });

  it('and a whole one is not', () => {
    expect([...gapsOfCheck(check, 'a-check.ts', () => table), ...gapsOfIssuer(issuer, 'acme.ts', new Set(), () => '{}'), ...gapsOfReporter(reporter, 'csv.ts', ['report.csv']), ...gapsOfRule(rule)]).toEqual([]);
  });
});
