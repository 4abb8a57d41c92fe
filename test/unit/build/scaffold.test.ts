import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindsOf, planScaffold } from '../../../src/build/scaffold.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TEMPLATES = join(ROOT, 'src/build/templates');

describe('a scaffold', () => {
  let clone: string;

  beforeAll(async () => {
    clone = await mkdtemp(join(tmpdir(), 'tokenwarden-scaffold-'));
    for (const part of ['src', 'rules', 'fixtures', 'package.json', 'tsconfig.json']) await cp(join(ROOT, part), join(clone, part), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  });
  afterAll(() => rm(clone, { recursive: true, force: true }));

  const create = (...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> =>
    run(process.execPath, [join(clone, 'src/build/new.ts'), ...args]).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: unknown) => {
        const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
        return { code, stdout, stderr };
      },
    );

  it('is there for checks, issuers, rules, reporters and sources', async () => {
    expect(await kindsOf(TEMPLATES)).toEqual(['check', 'issuer', 'reporter', 'rule', 'source']);
  });

  it('makes units that the types accept and the registries know', async () => {
    for (const kind of await kindsOf(TEMPLATES)) {
      const { code, stdout, stderr } = await create(kind, 'made-up');
      expect([kind, code, code === 0 ? '' : stderr]).toEqual([kind, 0, '']);
      expect(stdout).toMatch(/^wrote \S*made-up/m);
      expect(stdout).toMatch(/Next:\n {2}1\. /);
    }
    for (const [room, unit] of [['policy', 'check'], ['issuers', 'issuer'], ['report', 'reporter']] as const) {
      expect(await readFile(join(clone, `src/${room}/registry.ts`), 'utf8')).toContain(`import { ${unit} as madeUp } from './made-up.ts';`);
    }
    await writeFile(join(clone, 'tsconfig.made-up.json'), JSON.stringify({ extends: './tsconfig.json', include: ['src/**/made-up.ts', 'test/**/made-up.test.ts', 'src/*/registry.ts'] }));
    const types = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(clone, 'tsconfig.made-up.json')]).catch((error: unknown) => error as { stdout: string });
    expect(types.stdout.split('\n').filter((line) => line.includes('made-up'))).toEqual([]);
  }, 60_000);

  it('leaves nothing of the template’s own marks behind', async () => {
    for (const kind of await kindsOf(TEMPLATES)) {
      const { files, next } = await planScaffold(TEMPLATES, kind, 'some-thing');
      expect(files.length).toBeGreaterThan(0);
      for (const text of [next, ...files.flatMap((file) => [file.path, file.content])]) expect(text).not.toMatch(/\{\{(?:name|title)\}\}|\bNAME\b|\.tmpl/);
    }
  });

  it('marks what only a person can know, so that the catalogue test fails until it is there', async () => {
    for (const kind of await kindsOf(TEMPLATES)) {
      const { files } = await planScaffold(TEMPLATES, kind, 'some-thing');
      expect(files.some((file) => /FILL[ -]IN/.test(file.content)), kind).toBe(true);
    }
  });

  it('overwrites nothing, and writes nothing else when one file is there', async () => {
    await mkdir(join(clone, 'fixtures/policy'), { recursive: true });
    await writeFile(join(clone, 'fixtures/policy/half-there.json'), '[]');
    const { code, stderr } = await create('check', 'half-there');
    expect(code).toBe(2);
    expect(stderr).toContain('fixtures/policy/half-there.json is already there; nothing was written');
    expect(await readFile(join(clone, 'fixtures/policy/half-there.json'), 'utf8')).toBe('[]');
    expect(await readdir(join(clone, 'src/policy'))).not.toContain('half-there.ts');
  });

  it.each([
    [[], 'a kind and a name are needed'],
    [['check'], 'a kind and a name are needed'],
    [['chek', 'x'], 'there is no scaffold "chek"; did you mean "check"?'],
    [['../check', 'x'], 'there is no scaffold "../check"'],
    [['check', 'Max_Lifetime'], 'kebab-case'],
    [['check', '../../outside'], 'kebab-case'],
    [['check', 'a/b'], 'kebab-case'],
    [['check', '-x'], 'kebab-case'],
    [['check', 'x--y'], 'kebab-case'],
    [['check', ''], 'kebab-case'],
    [['check', 'registry'], 'the house keeps that name'],
    [['check', 'x'.repeat(41)], 'longer than 40'],
    [['check', 'one', 'two'], 'one name at a time'],
  ])('refuses %j with one clear sentence, the usage and exit 2', async (args, complaint) => {
    const { code, stderr } = await create(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(complaint);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
