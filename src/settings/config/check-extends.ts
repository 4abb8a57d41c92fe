import { nearest } from '../../lib/nearest.ts';
import type { Path, Position } from '../../lib/parse-yaml.ts';
import type { ConfigFile } from '../config-file.ts';
import type { KnownPolicy } from '../extends/join-policy.ts';
import { SETTING_KEYS } from '../extends/keys.ts';
import { shownKey, type Problem } from './problem.ts';

const SOURCES: readonly (readonly string[])[] = [['file'], ['url'], ['repository', 'path', 'commit']];

/** What the schema cannot say of `extends`: one source, whole; and that nobody gives leave to themselves. */
export function checkExtends({ extends: source, delegates }: ConfigFile, positionOf: (path: Path) => Position): readonly Problem[] {
  if (source === undefined) return [];
  const wrong = (path: Path, message: string, hint?: string): Problem => ({ at: positionOf(path), code: 'CONFIG_EXTENDS', message, ...(hint === undefined ? {} : { hint }) });
  const given = Object.keys(source).filter((key) => key !== 'sha256').sort().join();
  const problems: Problem[] = [];
  if (!SOURCES.some((keys) => keys.toSorted().join() === given)) problems.push(wrong(['extends'], 'extends: expected one of file, url, or repository with path and commit, beside sha256'));
  else if ('url' in source) {
    const url = URL.parse(source.url);
    if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') problems.push(wrong(['extends', 'url'], 'extends.url: expected an absolute https URL without user name, password and fragment', 'for a private repository at GitHub give repository, path and commit: it is read with GITHUB_TOKEN'));
  } else if ('path' in source && source.path.split('/').some((part) => part === '' || part === '.' || part === '..')) problems.push(wrong(['extends', 'path'], 'extends.path: expected a path in the repository, without . and ..'));
  if (delegates !== undefined) problems.push(wrong(['delegates'], 'delegates: who extends a file gives no leave; only the file that is extended does'));
  return problems;
}

/** Leave for what does not exist would be leave for nothing in silence. */
export async function checkDelegates(names: readonly string[], positionOf: (path: Path) => Position): Promise<readonly Problem[]> {
  const { checks } = (await import('../generated/checks.json', { with: { type: 'json' } })).default as unknown as KnownPolicy;
  const leaves = [...SETTING_KEYS.map(({ path }) => path.join('.')), 'policy.pack', ...checks.flatMap(({ id, defaults }) => [`policy.${id}.severity`, ...Object.keys(defaults).map((name) => `policy.${id}.${name}`)])];
  const known = [...new Set(leaves.flatMap((leaf) => leaf.split('.').map((_, index, steps) => steps.slice(0, index + 1).join('.'))))];
  return names.flatMap((name, index) => {
    if (known.includes(name)) return [];
    const meant = nearest(name, known);
    return [{ at: positionOf(['delegates', index]), code: 'CONFIG_UNKNOWN_KEY', message: `delegates[${index}]: there is no setting ${shownKey(name)}`, ...(meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` }) }];
  });
}
