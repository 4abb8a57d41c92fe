import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from '../../model/index.ts';
import { commonFolder } from './discover.ts';
import { readPlainConfig, type ConfigEntry } from './plain-config.ts';
import { runGit, type GitContext } from './run.ts';

/**
 * What stands in small files of a repository, read without starting git where they are written plainly: a process costs
 * more than all the rest of a scan of one file. Git is asked about everything that is not plain.
 */

const MAX_BYTES = 1 << 20;
const WANTED = /^(?:remote\..*\.(?:url|promisor|partialclonefilter)|extensions\.partialclone)$/is;

/** The entries on remotes (`url`, `promisor`, `partialclonefilter`) and `extensions.partialclone`. */
export async function remoteSettings(context: GitContext): Promise<readonly ConfigEntry[]> {
  const text = smallText(join(commonFolder(context.repository.gitDir), 'config'));
  const plain = text === undefined ? undefined : readPlainConfig(text);
  if (plain !== undefined) return plain.filter(([key]) => WANTED.test(key));
  const { stdout } = await runGit(context, ['config', '-z', '--get-regexp', '^(remote\\..*\\.(url|promisor|partialclonefilter)|extensions\\.partialclone)$']);
  // Records are `key LF value NUL`; without a value there is no LF.
  return stdout
    .toString('utf8')
    .split('\0')
    .filter((record) => record !== '')
    .map((record) => {
      const at = record.indexOf('\n');
      return at === -1 ? [record, ''] : [record.slice(0, at), record.slice(at + 1)];
    });
}

/** Where HEAD stands. */
export interface Head {
  /** Undefined where it stands on a commit and on no branch. */
  readonly branch?: string;
  /** Undefined on a branch without commits. */
  readonly commit?: string;
}

const OID = /^([0-9a-f]{40}|[0-9a-f]{64})\s*$/;

/** HEAD's branch and the commit that its file names, which may be missing. Undefined where that takes git to find out. */
export function readHead({ gitDir }: Repository): Head | undefined {
  const text = smallText(join(gitDir, 'HEAD'));
  if (text === undefined) return undefined;
  const own = OID.exec(text)?.[1];
  if (own !== undefined) return { commit: own };
  const ref = /^ref: (refs\/heads\/([^\s~^:?*[\\]+))\n?$/.exec(text);
  const [, name = '', branch = ''] = ref ?? [];
  // `.invalid` is what stands there when refs are kept in another format.
  if (ref === null || branch.startsWith('.') || branch.split('/').includes('..')) return undefined;
  const common = commonFolder(gitDir);
  const loose = smallText(join(common, name));
  const commit = loose === undefined ? packedRef(common, name) : OID.exec(loose)?.[1];
  if (commit === undefined && (loose !== undefined || !isUnborn(common, name))) return undefined;
  return { branch, ...(commit === undefined ? {} : { commit }) };
}

function packedRef(common: string, name: string): string | undefined {
  const text = smallText(join(common, 'packed-refs'));
  const at = text?.indexOf(` ${name}\n`) ?? -1;
  if (text === undefined || at === -1) return undefined;
  return OID.exec(text.slice(text.lastIndexOf('\n', at) + 1, at))?.[1];
}

/** Whether neither file could hold the branch; one that could not be read says nothing. */
function isUnborn(common: string, name: string): boolean {
  const isAbsent = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) === undefined;
  try {
    return isAbsent(join(common, name)) && (isAbsent(join(common, 'packed-refs')) || smallText(join(common, 'packed-refs')) !== undefined);
  } catch {
    return false;
  }
}

/** The text of a regular file of at most a megabyte; undefined for anything else. */
function smallText(path: string): string | undefined {
  try {
    const kind = lstatSync(path, { throwIfNoEntry: false });
    return kind?.isFile() === true && kind.size <= MAX_BYTES ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
