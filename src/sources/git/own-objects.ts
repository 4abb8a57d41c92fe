import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { commonFolder } from './discover.ts';
import { records } from './records.ts';
import { startGit, type GitContext } from './run.ts';

const MAX_ALTERNATES_BYTES = 64 << 10;
const MAX_INDEX_BYTES = 1 << 30;

/** Whether `objects/info/alternates` adds a store of objects that lies outside the repository's own folder. */
export function borrowsObjects({ repository }: GitContext): boolean {
  const common = realpathSync(commonFolder(repository.gitDir));
  const objects = join(common, 'objects');
  const file = join(objects, 'info', 'alternates');
  const kind = statSync(file, { throwIfNoEntry: false });
  if (kind === undefined || kind.size === 0) return false;
  if (kind.size > MAX_ALTERNATES_BYTES) return true;
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.some((line) => !isInside(common, resolve(objects, line)));
}

/**
 * Names of what the repository may show as its own: objects in its own store, and those that its refs, reflogs and index lead
 * to, wherever they lie. git's list of all objects holds those of every alternate store, too, and a stranger's repository may
 * name any store of this machine as one.
 */
export async function ownObjects(context: GitContext, from: readonly string[]): Promise<ReadonlySet<string>> {
  const own = new Set<string>();
  const objects = join(commonFolder(context.repository.gitDir), 'objects');
  for (const folder of names(objects)) {
    if (/^[0-9a-f]{2}$/.test(folder)) for (const rest of names(join(objects, folder))) own.add(folder + rest);
  }
  const format = ['rev-parse', '--show-object-format'];
  const algorithm = await linesOf(context, format);
  for (const name of names(join(objects, 'pack'))) {
    const path = join(objects, 'pack', name);
    if (!name.endsWith('.idx') || statSync(path, { throwIfNoEntry: false })?.isFile() !== true || statSync(path).size > MAX_INDEX_BYTES) continue;
    for (const line of await linesOf(context, ['show-index', `--object-format=${algorithm[0] ?? 'sha1'}`], readFileSync(path))) own.add(line.split(' ')[1] ?? '');
  }
  for (const line of await linesOf(context, ['rev-list', '--objects', '--no-object-names', '--missing=allow-any', ...from])) own.add(line);
  return own;
}

async function linesOf(context: GitContext, args: readonly string[], input: Uint8Array | '' = ''): Promise<readonly string[]> {
  const process = startGit(context, args);
  process.stdin.end(input);
  const all: string[] = [];
  for await (const lines of records(process.stdout, 10)) for (const line of lines) all.push(line);
  await process.exit;
  return all;
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isInside(folder: string, path: string): boolean {
  try {
    return realpathSync(path).startsWith(folder + sep);
  } catch {
    return false;
  }
}
