import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Io } from './io.ts';

/** Where programs of a job keep the credentials that they log in with, below the home directory. */
const LOGIN_FILES = ['.npmrc', '.netrc', '.pypirc', '.git-credentials', '.docker/config.json', '.config/gh/hosts.yml', '.aws/credentials', '.vault-token', '.config/pip/pip.conf', '.cargo/credentials.toml'];
const MAX_CHARACTERS = 1 << 20;

/** Every text in which a credential stands that this process or its job uses: the environment, login files, and what a checkout leaves in git's configuration. */
export async function ownTexts({ env, home, cwd }: Io): Promise<readonly string[]> {
  const paths = [...LOGIN_FILES.map((path) => join(home, path)), join(cwd, '.git/config')];
  const files = await Promise.all(paths.map(async (path) => readFile(path, 'utf8').catch(() => '')));
  return [...Object.values(env), ...files].flatMap((text) => (text === undefined || text === '' ? [] : [text.slice(0, MAX_CHARACTERS)]));
}
