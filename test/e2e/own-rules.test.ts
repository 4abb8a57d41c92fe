import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../../fixtures/rules/import/', import.meta.url));
const KEY = 'k3Jd9PqLmZx8RtVw';

let folder = '';
let work = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenwarden-own-'));
  work = join(folder, 'work');
  await mkdir(join(work, 'src'), { recursive: true });
  await mkdir(join(work, 'rules'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function tokenwarden(args: readonly string[], cwd = work): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [COMMAND, ...args], { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: join(folder, 'home'), NO_COLOR: '1' }, encoding: 'utf8', timeout: 120_000 });
}

interface Report {
  readonly tool: { readonly catalogueDigest: string };
  readonly coverage: { readonly complete: boolean };
  readonly findings: readonly { readonly credential: { readonly rule: string }; readonly locations: readonly unknown[] }[];
}

function scan(...args: readonly string[]): Report {
  const { stdout, stderr, status } = tokenwarden(['scan', '--no-cache', '--report', 'json=-', ...args]);
  if (status === 2 || stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

const CONFIG = `rules:
  kinds:
    - id: acme-key
      pattern: 'acme_[A-Za-z0-9]{16}'
      examples: ['acme_<base62:16>', 'acme_<base62:16>']
      near-misses: [{ recipe: 'acme_<base62:15>', why: too short }]
    - id: acme-wild
      pattern: 'wild_(?:[a-z0-9]+-?)+!'
  files: [rules/globex.yml]
`;
const GLOBEX = "issuer: globex\nname: Globex\nkinds:\n  - { id: globex-key, pattern: 'gbx\\.(?<secret>[A-Z0-9]{12})', except: { words: [dummy] } }\n";

describe('rules of one\'s own', () => {
  it('find in few files on this thread and in many on others, and change the digest', async () => {
    await writeFile(join(work, 'tokenwarden.yml'), 'fail-on: low\n');
    await writeFile(join(work, 'src/a.env'), `A=acme_${KEY}\nB=wild_${'ab12'}-${'cd34'}-ef!\nC="gbx.K3JD9PQLMZX8"\nD="gbx.DUMMY9PQLMZX"\n`);
    const before = scan();
    await writeFile(join(work, 'rules/globex.yml'), GLOBEX);
    await writeFile(join(work, 'tokenwarden.yml'), CONFIG);
    const own = (report: Report): readonly string[] => report.findings.map(({ credential }) => credential.rule).filter((rule) => /^(?:acme|globex)-/.test(rule)).sort();
    const few = scan();
    expect(own(before)).toEqual([]);
    expect(own(few)).toEqual(['acme-key', 'acme-wild', 'globex-key']);
    expect(few.tool.catalogueDigest).not.toBe(before.tool.catalogueDigest);
    for (let index = 0; index < 60; index += 1) await writeFile(join(work, `src/many-${index}.env`), `A=acme_${KEY}\n`);
    const many = scan();
    expect(own(many)).toEqual(['acme-key', 'acme-wild', 'globex-key']);
    expect(many.findings.find(({ credential }) => credential.rule === 'acme-key')?.locations).toHaveLength(61);
    expect(many.tool.catalogueDigest).toBe(few.tool.catalogueDigest);
    for (let index = 0; index < 60; index += 1) await rm(join(work, `src/many-${index}.env`));
  });

  it('of a target elsewhere do not count', async () => {
    const elsewhere = join(folder, 'elsewhere');
    await mkdir(elsewhere);
    const { stdout } = tokenwarden(['scan', '--no-cache', '--report', 'json=-', work], elsewhere);
    expect((JSON.parse(stdout) as Report).findings.map(({ credential }) => credential.rule)).not.toContain('acme-key');
  });

  it('are listed, explained and proven', () => {
    expect(tokenwarden(['rules', 'list']).stdout).toMatch(/^acme-key .*acme-key \(yours\)$/m);
    expect(tokenwarden(['rules', 'explain', 'acme-wild']).stdout).toContain('linear-time');
    const proven = tokenwarden(['rules', 'test', 'acme-key']);
    expect([proven.status, proven.stdout]).toEqual([0, '1 rules, 3 samples: all as they should be\n']);
  });

  it('that do not do what they say are told why', async () => {
    await writeFile(join(work, 'wrong.yml'), "rules:\n  - { id: acme-key, pattern: 'acme_[A-Za-z0-9]{16}', min-entropy: 3, examples: ['acme_<base62:15>', 'acme_ab<repeat:ab*7>'], near-misses: [{ recipe: 'acme_<base62:16>', why: it is none }] }\n");
    const { status, stdout } = tokenwarden(['rules', 'test', '--config', 'wrong.yml', 'acme-key']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/example 1 \(acme_<base62:15>, seed 0\) is not found: its pattern does not match/);
    expect(stdout).toMatch(/example 2 .* is not found: its pattern matches, but placeholder: /);
    expect(stdout).toMatch(/near miss 1 .* is found as acme-key with medium confidence, although it is none/);
  });

  it('that could take for ever are refused before anything is scanned', async () => {
    await writeFile(join(work, 'evil.yml'), "rules:\n  - { id: evil-one, pattern: 'evil(a+)+(?=b)cd' }\n  - { id: evil-two, pattern: '(x+x+)+y' }\n  - { id: evil-three, pattern: 'evil([a-z]+)-\\1' }\n");
    const { status, stderr, stdout } = tokenwarden(['scan', '--config', 'evil.yml']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/evil\.yml:2:30: rules\[0\]\.pattern: .*`\(a\+\)\+`/);
    expect(stderr).toMatch(/evil\.yml:3:30: rules\[1\]\.pattern: .*three or more characters/);
    expect(stderr).toMatch(/evil\.yml:4:32: rules\[2\]\.pattern: .*back reference/);
  });

  it('may be switched off, which is said', async () => {
    await writeFile(join(work, 'off.yml'), 'rules: { disable: [generic-secret, generic-password] }\n');
    const { stderr } = tokenwarden(['scan', '--no-cache', '--config', 'off.yml']);
    expect(stderr).toContain('disables 2 rules');
    expect(tokenwarden(['rules', 'list', '--config', 'off.yml']).stdout).not.toMatch(/^generic-(?:secret|password) /m);
    await writeFile(join(work, 'off.yml'), 'rules: { disable: [generic-sekret] }\n');
    expect(tokenwarden(['scan', '--config', 'off.yml']).stderr).toMatch(/off\.yml:1:20: rules\.disable\[0\]: no rule is called "generic-sekret"; did you mean "generic-secret"/);
  });

  it('begin as a frame that proves itself', async () => {
    expect(tokenwarden(['rules', 'new', 'initech', 'report-key', '--out', 'rules/initech.yml']).status).toBe(0);
    await writeFile(join(work, 'frame.yml'), 'rules: { files: [rules/initech.yml] }\n');
    expect(tokenwarden(['rules', 'test', '--config', 'frame.yml', 'initech-report-key'])).toMatchObject({ status: 0, stdout: '1 rules, 4 samples: all as they should be\n' });
    expect(tokenwarden(['rules', 'new', 'initech', 'report-key', '--out', 'rules/initech.yml']).stderr).toContain('is there already [OUTPUT_UNWRITABLE]');
    expect(tokenwarden(['rules', 'new', 'Initech', 'report key']).status).toBe(2);
  });

  it.each([
    ['gitleaks', 'gitleaks.toml', 1, /nowhere \(not carried over\): pattern: .*\n[\s\S]*\d+ rules: \d+ carried over whole, \d+ in part, 2 not/],
    ['kingfisher', 'kingfisher.yml', 0, /custom\.zorgon\.2: validation: not carried over/],
    ['noseyparker', 'noseyparker.yml', 1, /own\.world\.1 \(not carried over\): pattern: not carried over: \\X/],
  ])('come from %s, and prove themselves', async (format, file, code, told) => {
    const { status, stderr, stdout } = tokenwarden(['rules', 'import', '--from', format, join(FIXTURES, file)]);
    expect(status).toBe(code);
    expect(stderr.replaceAll('\\\\', '\\')).toMatch(told);
    await writeFile(join(work, 'rules/imported.yml'), stdout);
    await writeFile(join(work, 'imported.yml'), 'rules: { files: [rules/imported.yml] }\n');
    const ids = [...stdout.matchAll(/^ {2}- id: (.*)$/gm)].map(([, id = '']) => id);
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids.slice(0, 3)) expect(tokenwarden(['rules', 'test', '--config', 'imported.yml', id])).toMatchObject({ status: 0 });
    expect(await readFile(join(work, 'rules/imported.yml'), 'utf8')).toContain('issuer: imported');
  });
});
