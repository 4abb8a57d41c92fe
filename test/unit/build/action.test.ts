import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const run = promisify(execFile);

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly { readonly id?: string; readonly run: string; readonly env?: Readonly<Record<string, string>> }[] };
}

describe('the step of action.yml that runs tokenwarden', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokenwarden-action-'));
    // In place of Node: writes its arguments down, one a line with NUL, and exits as told.
    await mkdir(join(folder, 'action/node_modules/.bin'), { recursive: true });
    await writeFile(join(folder, 'action/node_modules/.bin/node'), '#!/bin/sh\nfor argument in "$@"; do printf "%s\\0" "$argument"; done >"$RUNNER_TEMP/argv"\nexit "${FAKE_EXIT:-0}"\n');
    await chmod(join(folder, 'action/node_modules/.bin/node'), 0o755);
    for (const name of ['temp', 'workspace']) await mkdir(join(folder, name));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const act = async (inputs: Readonly<Record<string, string>> = {}, more: Readonly<Record<string, string>> = {}): Promise<{ readonly code: number; readonly argv: readonly string[]; readonly output: string; readonly stdout: string }> => {
    const action = parse(await readFile(new URL('../../../action.yml', import.meta.url), 'utf8')) as Action;
    const step = action.runs.steps.find(({ id }) => id === 'run');
    const values = Object.entries(step?.env ?? {}).map(([name, text]) => {
      const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(text)?.[1];
      return [name, input === undefined ? '' : (inputs[input] ?? action.inputs[input]?.default ?? '')];
    });
    const temp = join(folder, 'temp');
    const env = { PATH: process.env['PATH'] ?? '', RUNNER_TEMP: temp, GITHUB_OUTPUT: join(temp, 'output'), GITHUB_STEP_SUMMARY: join(temp, 'summary'), GITHUB_ACTION_PATH: join(folder, 'action'), ...Object.fromEntries(values), ...more };
    const outcome = await run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? ''], { cwd: join(folder, 'workspace'), env }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: unknown) => error as { code: number; stdout: string },
    );
    const read = (name: string): Promise<string> => readFile(join(temp, name), 'utf8').catch(() => '');
    return { code: outcome.code, stdout: outcome.stdout, argv: (await read('argv')).split('\0').slice(1, -1), output: await read('output') };
  };

  it('scans the workspace by default and needs nothing else', async () => {
    const { code, argv } = await act();
    expect(code).toBe(0);
    expect(argv).toEqual(['scan', '--fail-on=low', '--report=sarif=tokenwarden.sarif', `--report=markdown=${folder}/temp/tokenwarden.md`, '--', '.']);
  });

  it('hands on several targets and logs, one a line', async () => {
    const { argv } = await act({ command: 'audit', targets: 'a b\nc\n', logs: 'one.log\ntwo.log', range: 'A..B', config: 'x.yml' });
    expect(argv.slice(4)).toEqual(['--config=x.yml', '--range=A..B', '--log=one.log', '--log=two.log', '--', 'a b', 'c']);
    expect(argv[0]).toBe('audit');
  });

  it.each(['$(touch pwned)', '`touch pwned`', '"; touch pwned; "', "'; touch pwned; '", '-rf', '--config=evil.yml', '*'])('hands on the hostile target %j as one argument and runs nothing of it', async (target) => {
    const { argv } = await act({ targets: target });
    expect(argv.slice(-2)).toEqual(['--', target]);
    await expect(readFile(join(folder, 'workspace/pwned'))).rejects.toThrow('ENOENT');
  });

  it('refuses a command that it does not know', async () => {
    expect(await act({ command: 'apply' })).toMatchObject({ code: 2, argv: [] });
  });

  it.each([0, 1, 2, 3])('passes the exit code %i on, as output and as its own', async (wanted) => {
    const { code, output } = await act({}, { FAKE_EXIT: String(wanted) });
    expect(code).toBe(wanted);
    expect(output).toContain(`exit-code=${wanted}\n`);
  });

  it('lets no input write an output of its own', async () => {
    const { output } = await act({ 'sarif-file': 'a\nexit-code=0' });
    expect(output.split('\n').filter((line) => line.startsWith('exit-code='))).toHaveLength(1);
    expect(output.split('\n')).toHaveLength(3);
  });

  it('reads the configuration of the base commit in a pull request, not that of the head', async () => {
    const git = (...args: readonly string[]) => run('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: join(folder, 'workspace'), env: { PATH: process.env['PATH'] ?? '', GIT_CONFIG_GLOBAL: '/dev/null', HOME: folder } });
    await git('init', '-q');
    await writeFile(join(folder, 'workspace/tokenwarden.yml'), 'fail-on: high\n');
    await git('add', '.');
    await git('commit', '-qm', 'base');
    const base = (await git('rev-parse', 'HEAD')).stdout.trim();
    await writeFile(join(folder, 'workspace/tokenwarden.yml'), 'fail-on: critical\n');
    const { argv } = await act({}, { TW_BASE: base });
    expect(argv).toContain(`--config=${folder}/temp/tokenwarden-base.yml`);
    expect(argv).toContain(`--waivers-from=${base}`);
    expect(await readFile(join(folder, 'temp/tokenwarden-base.yml'), 'utf8')).toBe('fail-on: high\n');
  });

  it('falls back to the defaults, and says so, when the base commit is not there', async () => {
    await writeFile(join(folder, 'workspace/tokenwarden.yml'), 'fail-on: critical\n');
    const { argv, stdout } = await act({}, { TW_BASE: 'f'.repeat(40) });
    expect(argv).toContain(`--config=${folder}/temp/tokenwarden-base.yml`);
    expect(await readFile(join(folder, 'temp/tokenwarden-base.yml'), 'utf8')).toBe('');
    expect(stdout).toContain('::warning::tokenwarden.yml of the base commit');
  });
});
