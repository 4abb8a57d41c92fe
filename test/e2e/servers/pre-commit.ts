import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const VERSION = '4.7.0';

/** The real pre-commit, or why it cannot run here. Installs the pinned Python wheel once into `.cache/`. */
export async function preparePreCommit(): Promise<{ readonly program: string } | { readonly missing: string }> {
  const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url));
  const venv = join(cache, `pre-commit-${VERSION}`);
  // By its module: a script's first line holds the path it was installed at.
  const program = join(venv, 'bin', 'python');
  const works = await run(program, ['-m', 'pre_commit', '--version']).then(({ stdout }) => stdout.includes(VERSION), () => false);
  if (works) return { program };
  if (!(await run('python3', ['--version']).then(() => true, () => false))) return { missing: 'pre-commit: python3 is not on this machine' };
  try {
    await mkdir(cache, { recursive: true });
    await rm(venv, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', venv]);
    await run(program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `pre-commit==${VERSION}`], { timeout: 110_000 });
    return { program };
  } catch (error) {
    return { missing: `pre-commit: pre-commit==${VERSION} could not be installed: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}` };
  }
}
