import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const MAX_CHARACTERS = 65_536;

/**
 * Where the person who runs us uploads Python packages: twine's own variable, else the `repository` of the section `[pypi]` in
 * their `.pypirc`. Never a file of the scanned folder. Undefined: nowhere that they said, so no host is assumed.
 */
export async function uploadUrl(env: (name: string) => string | undefined): Promise<URL | undefined> {
  const named = env('TWINE_REPOSITORY_URL');
  if (named !== undefined && named !== '') return httpsOnly(named);
  const home = env('HOME') ?? env('USERPROFILE');
  const text = home === undefined ? undefined : await readFile(join(home, '.pypirc'), 'utf8').catch(() => undefined);
  return text === undefined || text.length > MAX_CHARACTERS ? undefined : httpsOnly(repositoryOf(text) ?? '');
}

function repositoryOf(text: string): string | undefined {
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const opened = /^\[([^\]]+)\]\s*$/.exec(line);
    if (opened?.[1] !== undefined) section = opened[1].trim();
    const value = section === 'pypi' ? /^repository\s*[=:]\s*(\S+)\s*$/.exec(line)?.[1] : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

function httpsOnly(text: string): URL | undefined {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && url.username === '' && url.password === '' ? url : undefined;
}
