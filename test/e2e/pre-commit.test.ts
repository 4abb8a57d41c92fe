import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '../unit/ingest/samples.ts';
import { preparePreCommit } from './servers/pre-commit.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const prepared = await preparePreCommit();

let folder = '';
let bin = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenwarden-hook-'));
  bin = join(folder, 'bin');
  await mkdir(bin);
  // The command as an installation would put it on the path.
  await writeFile(join(bin, 'tokenwarden'), `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'dist/tokenwarden.js')}" "$@"\n`);
  await chmod(join(bin, 'tokenwarden'), 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A repository of its own, and programs in it. */
async function repository(name: string): Promise<{ readonly path: string; readonly run: (program: string, args: readonly string[], path?: string) => SpawnSyncReturns<string> }> {
  const path = join(folder, name);
  await mkdir(path);
  const home = join(folder, `${name}-home`);
  await mkdir(home);
  const run = (program: string, args: readonly string[], search = `${bin}${delimiter}${process.env['PATH'] ?? ''}`): SpawnSyncReturns<string> =>
    spawnSync(program, args, { cwd: path, encoding: 'utf8', timeout: 120_000, env: { PATH: search, HOME: home, GIT_CONFIG_GLOBAL: '/dev/null', GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com' } });
  expect(run('git', ['init', '--quiet']).status).toBe(0);
  return { path, run };
}

describe('the hook that init writes', () => {
  it('stops a commit that would add a secret, and lets others pass', async () => {
    const token = tokenOf('github-pat-classic');
    const { path, run } = await repository('plain');
    expect(run('tokenwarden', ['init'])).toMatchObject({ status: 0, stderr: '' });
    expect(run('git', ['add', '.']).status).toBe(0);
    expect(run('git', ['commit', '--message', 'set up'])).toMatchObject({ status: 0 });
    await writeFile(join(path, 'app.env'), `GITHUB_TOKEN=${token}\n`);
    run('git', ['add', '.']);
    const stopped = run('git', ['commit', '--message', 'leak']);
    expect(stopped.status).not.toBe(0);
    expect(`${stopped.stdout}${stopped.stderr}`).toContain('app.env:1:14');
    expect(`${stopped.stdout}${stopped.stderr}`).not.toContain(token);
    await writeFile(join(path, 'app.env'), 'GITHUB_TOKEN=from the vault\n');
    run('git', ['add', '.']);
    expect(run('git', ['commit', '--message', 'mended']).status).toBe(0);
  });

  it('says so where the command is not installed, and does not let the commit pass unseen', async () => {
    const { path, run } = await repository('bare-machine');
    run('tokenwarden', ['init']);
    await writeFile(join(path, 'a'), 'x');
    run('git', ['add', '.']);
    const { status, stderr } = run('git', ['commit', '--message', 'one'], '/usr/bin:/bin');
    expect(status).not.toBe(0);
    expect(stderr).toContain('tokenwarden is not installed, so nothing was looked for');
  });
});

describe.skipIf('missing' in prepared && process.env['CI'] !== 'true')(`the real pre-commit${'missing' in prepared ? ` (${prepared.missing})` : ''}`, () => {
  const program = 'program' in prepared ? prepared.program : 'missing';

  it('accepts our manifest', async () => {
    const { run } = await repository('manifest');
    expect(run(program, ['-m', 'pre_commit', 'validate-manifest', join(ROOT, '.pre-commit-hooks.yaml')])).toMatchObject({ status: 0 });
  });

  it('runs the hook of our manifest: a staged secret fails, and so does one that only is staged', async () => {
    const token = tokenOf('github-pat-classic');
    const { path, run } = await repository('with-pre-commit');
    const manifest = await readFile(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8');
    // The entry as it is published.
    const hook = manifest.split('\n').map((line) => `      ${line}`).join('\n');
    await writeFile(join(path, '.pre-commit-config.yaml'), `repos:\n  - repo: local\n    hooks:\n${hook}\n`);
    expect(run(program, ['-m', 'pre_commit', 'validate-config'])).toMatchObject({ status: 0 });
    const initialised = run('tokenwarden', ['init']);
    expect(initialised.stdout).toContain('.pre-commit-config.yaml is in charge of hooks');
    expect(initialised.stdout).toContain('- id: tokenwarden');
    await writeFile(join(path, 'app.env'), `GITHUB_TOKEN=${token}\n`);
    run('git', ['add', '.']);
    await writeFile(join(path, 'app.env'), 'gone from the work tree\n');
    const failed = run(program, ['-m', 'pre_commit', 'run']);
    expect(failed.status).toBe(1);
    expect(failed.stdout).toMatch(/tokenwarden \(staged changes\).*Failed/);
    expect(failed.stdout).toContain('app.env:1:14');
    expect(failed.stdout).not.toContain(token);
    run('git', ['add', '.']);
    expect(run(program, ['-m', 'pre_commit', 'run']).stdout).toMatch(/tokenwarden \(staged changes\).*Passed/);
  });
});
