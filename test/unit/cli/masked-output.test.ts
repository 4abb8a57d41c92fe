import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ASSETS } from '../../../src/assets.ts';
import { maskedOutput } from '../../../src/cli/masked-output.ts';
import { maskName, maskRuns } from '../../../src/lib/mask-runs.ts';
import { sampleOf } from '../../../src/rules/index.ts';
import { readStoredCatalogue } from '../../../src/rules/stored-catalogue.ts';
import { workingDirectory } from '../settings/folder.ts';
import { fakeIo, ran } from './fake-io.ts';

const tokens: Record<string, string> = {};
const ISSUED = ['github-pat-classic', 'npm-access-token', 'slack-bot'];
beforeAll(() => {
  const { rules } = readStoredCatalogue(ASSETS.catalogue);
  for (const rule of rules.filter(({ id }) => ISSUED.includes(id))) {
    const [example] = rule.examples;
    if (example !== undefined) tokens[rule.id] = sampleOf(rule.id, example).token;
  }
  // Of a kind that nobody knows.
  tokens['unknown'] = 'Zk3v'.repeat(8);
});

describe('a token in the wrong place', () => {
  it.each([
    ['a target', (token: string) => ['scan', token]],
    ['the user information of a target', (token: string) => ['scan', `https://x:${token}@git.example.com/a/b`]],
    ['a configuration file', (token: string) => ['scan', '--config', token]],
    ['a plan', (token: string) => ['apply', token]],
    ['a finding', (token: string) => ['explain', token]],
    ['a report', (token: string) => ['scan', '--report', `text=${token}/a`]],
    ['a waiver file', (token: string) => ['scan', '--waivers-from', `./${token}.yml`]],
    ['an option', (token: string) => ['scan', `--${token}`]],
    ['a command', (token: string) => [token]],
    ['a target, percent-encoded', (token: string) => ['scan', `a%3D${encodeURIComponent(token)}%26`]],
    ['a target, in base64', (token: string) => ['scan', Buffer.from(`user:${token}`).toString('base64')]],
  ])('is not shown when it is given as %s', async (_, argv) => {
    await using folder = await workingDirectory({});
    expect(Object.keys(tokens).length).toBeGreaterThanOrEqual(3);
    for (const token of Object.values(tokens)) {
      const { code, stdout, stderr } = await ran(argv(token), { cwd: folder.path });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error: /);
      const body = token.slice(token.indexOf('_') + 1).slice(2, 14);
      for (const form of [body, ...[0, 1, 2].map((from) => Buffer.from(token.slice(from + 4)).toString('base64').slice(0, 12))]) expect(stdout + stderr).not.toContain(form);
    }
  });

  it('is not shown when the password of a URL is a word', async () => {
    await using folder = await workingDirectory({});
    const { stderr } = await ran(['scan', 'https://ana:sunshine@git.example.com/a'], { cwd: folder.path });
    expect(stderr).toContain('********@git.example.com/a does not exist');
    expect(stderr).not.toContain('sunshine');
  });
});

describe('messages', () => {
  it('keep their order, and what is no secret', async () => {
    const { io, written } = fakeIo();
    const { output, settled } = maskedOutput(io.stderr);
    void output.write('warning: /srv/MyProject2024ReportsFinal/checkout-of-main-2026/a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2 is odd\n');
    void output.write('next\n');
    await settled();
    expect(written.stderr).toBe('warning: /srv/MyProject2024ReportsFinal/checkout-of-main-2026/a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2 is odd\nnext\n');
  });

  it('are masked more widely where the engine cannot be loaded', async () => {
    vi.doMock('../../../src/assemble/mask-secrets.ts', () => {
      throw new Error('gone');
    });
    vi.resetModules();
    const fresh = await import('../../../src/cli/masked-output.ts');
    const { io, written } = fakeIo();
    const { output, settled } = fresh.maskedOutput(io.stderr);
    void output.write('error: aB3-dE6-gH9-jK2-mN5-pQ8 and https://ana:sunshine@h are odd\n');
    await settled();
    vi.doUnmock('../../../src/assemble/mask-secrets.ts');
    expect(written.stderr).toBe('error: ******** and https://********@h are odd\n');
  });
});

describe('names', () => {
  it('of branches and objects stay, those like tokens do not', () => {
    for (const name of ['origin/main', 'feature/TICKET-123-longdescriptionofit', 'HEAD~3', 'a1b2'.repeat(10), 'v1.2.3']) expect(maskName(name)).toBe(name);
    expect(maskName(`AKIA${'Q7Z2'.repeat(4)}`)).toBe('********');
    expect(maskRuns(`x=${'aB3'.repeat(8)}`)).toBe('x=********');
  });
});
