import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { removeFolders, temporaryFolder } from '../sources/build-repository.ts';
import { ran } from './fake-io.ts';

afterAll(removeFolders);

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
});

const git = (): void => void spawnSync('git', ['init', '--quiet'], { cwd: folder, env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null' } });
const at = (path: string): string => readFileSync(join(folder, path), 'utf8');

describe('tokenwarden init', () => {
  it('writes a configuration with a fresh salt, a workflow and a hook, and says what comes next', async () => {
    git();
    const { code, stdout, stderr } = await ran(['init'], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
    expect(Buffer.from((parse(at('tokenwarden.yml')) as { salt: string }).salt, 'base64url')).toHaveLength(32);
    expect(statSync(join(folder, '.git/hooks/pre-commit')).mode & 0o111).toBe(0o111);
    expect((await ran(['scan', '.', '--state', join(folder, '..', 'state')], { cwd: folder })).code).toBe(0);
  });

  it('makes a new salt each time', async () => {
    const salts = new Set<string>();
    for (let index = 0; index < 3; index += 1) {
      folder = temporaryFolder();
      mkdirSync(folder, { recursive: true });
      await ran(['init'], { cwd: folder });
      salts.add((parse(at('tokenwarden.yml')) as { salt: string }).salt);
    }
    expect(salts.size).toBe(3);
  });

  it('asks of a workflow no more than it needs, and uses inputs that the action has', async () => {
    git();
    await ran(['init'], { cwd: folder });
    const workflow = parse(at('.github/workflows/tokenwarden.yml')) as { permissions: object; jobs: { tokenwarden: { permissions: object; steps: { uses: string; with?: object; env?: object }[] } } };
    expect(workflow.permissions).toEqual({});
    expect(workflow.jobs.tokenwarden.permissions).toEqual({ contents: 'read', 'pull-requests': 'write', 'security-events': 'write' });
    const [checkout, own] = workflow.jobs.tokenwarden.steps;
    expect(checkout).toMatchObject({ with: { 'fetch-depth': 0, 'persist-credentials': false } });
    const inputs = Object.keys((parse(readFileSync(new URL('../../../action.yml', import.meta.url), 'utf8')) as { inputs: object }).inputs);
    expect(inputs).toEqual(expect.arrayContaining(Object.keys(own?.with ?? {})));
    expect(own?.env).toEqual({ GITHUB_TOKEN: '${{ github.token }}' });
  });

  it('changes nothing that is there, however often it runs', async () => {
    git();
    mkdirSync(join(folder, '.github/workflows'), { recursive: true });
    for (const path of ['tokenwarden.yml', '.github/workflows/tokenwarden.yml', '.git/hooks/pre-commit']) writeFileSync(join(folder, path), 'mine\n');
    for (const _ of [1, 2]) {
      const { code, stdout } = await ran(['init'], { cwd: folder });
      expect(code).toBe(0);
      expect(stdout.match(/^kept /gm)).toHaveLength(3);
    }
    for (const path of ['tokenwarden.yml', '.github/workflows/tokenwarden.yml', '.git/hooks/pre-commit']) expect(at(path)).toBe('mine\n');
  });

  it.each(['.pre-commit-config.yaml', 'lefthook.yml', '.husky'])('leaves hooks to %s', async (keeper) => {
    git();
    writeFileSync(join(folder, keeper), 'repos: []\n');
    const { stdout } = await ran(['init'], { cwd: folder });
    expect(stdout).toContain(`${keeper} is in charge of hooks`);
    expect(stdout.includes('- id: tokenwarden')).toBe(keeper === '.pre-commit-config.yaml');
    expect(existsSync(join(folder, '.git/hooks/pre-commit'))).toBe(false);
    expect(at(keeper)).toBe('repos: []\n');
  });

  it('writes at the top of the work tree from anywhere in it, and only the configuration where there is none', async () => {
    const { stdout } = await ran(['init'], { cwd: folder });
    expect(stdout).toContain('this is no git work tree');
    expect(readdirSync(folder)).toEqual(['tokenwarden.yml']);
    folder = temporaryFolder();
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    git();
    await ran(['init'], { cwd: join(folder, 'deep/er') });
    expect(readdirSync(folder).sort()).toEqual(['.git', '.github', 'deep', 'tokenwarden.yml']);
  });

  it('leaves hooks to a path that the user set for all repositories', async () => {
    git();
    const config = join(folder, 'gitconfig');
    writeFileSync(config, '[core]\n\thooksPath = /srv/hooks\n');
    const { stdout } = await ran(['init'], { cwd: folder, env: { GIT_CONFIG_GLOBAL: config } });
    expect(stdout).toContain('core.hooksPath is in charge of hooks');
    expect(existsSync(join(folder, '.git/hooks/pre-commit'))).toBe(false);
  });

  it('says what it wrote before it could not go on, and where there is no repository speaks of none', async () => {
    expect((await ran(['init'], { cwd: folder })).stdout).not.toMatch(/git add|--history/);
    folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    git();
    writeFileSync(join(folder, '.github'), 'a file');
    const { code, stdout, stderr } = await ran(['init'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('.github is no folder');
    expect(stdout).toMatch(/^wrote {5}tokenwarden\.yml/);
  });

  it('writes through no link', async () => {
    git();
    const elsewhere = temporaryFolder();
    mkdirSync(elsewhere, { recursive: true });
    symlinkSync(elsewhere, join(folder, '.github'));
    const { code, stderr } = await ran(['init'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('.github is a link');
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});

describe('where the Action is published', () => {
  it('is what package.json says, in any of the ways to write it', async () => {
    const { HOME, homeOf } = await import('../../../src/cli/version.ts');
    const { repository } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { repository: { url: string } };
    expect(repository.url).toBe(`git+https://github.com/${HOME}.git`);
    expect(['git@github.com:o/r.git', 'https://github.com/o/r', 'git+https://github.com/o/r.js.git'].map(homeOf)).toEqual(['o/r', 'o/r', 'o/r.js']);
    expect(() => homeOf('https://git.example/o/r')).toThrow('no repository on GitHub');
    git();
    await ran(['init'], { cwd: folder });
    expect(at('.github/workflows/tokenwarden.yml')).toContain(`- uses: ${HOME}@v`);
  });
});
