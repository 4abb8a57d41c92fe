import { createPathTest } from '../../lib/path-ends.ts';
import type { Note, Origin, SkipReason } from '../../model/index.ts';
import { absenceReason } from '../git/batch-check.ts';
import { records } from '../git/records.ts';
import { explain, startGit, type GitContext } from '../git/run.ts';

/** Everything that a repository knows of: all refs, HEADs of all its work trees, reflogs (and so the stash), the index. */
export const FROM_EVERYWHERE = ['--all', '--reflog', '--indexed-objects'];

/** What a walk from every ref, reflog and index entry tells. */
export interface HistoryWalk {
  /** Nothing that is named is missing. */
  readonly isWhole: boolean;
  /** Blobs with a path that ends in one of the given ones: which. */
  readonly ends: ReadonlyMap<string, number>;
  /** Paths and refs that might hold a token. */
  readonly names: readonly { readonly text: string; readonly origin: Origin }[];
}

/** A name without such a run holds no token. */
const CANDIDATE = /(?=[A-Za-z0-9_-]*[0-9])[A-Za-z0-9_-]{20,}/;
/** An object's name is no token, but would look like one. */
const OBJECT_NAME = /(?:^|[^0-9a-f])(?:[0-9a-f]{2}\/)?[0-9a-f]{38,64}(?:$|[^0-9a-f])/;

/**
 * Walks the graph, counts the objects that are named and not stored, and reads the names on the way: of a blob with several paths the first one that the walk meets
 * and those of the index. `paths`: ends of paths to look for.
 */
export async function walkHistory(context: GitContext, paths: readonly string[], note: Note): Promise<HistoryWalk> {
  const ends = new Map<string, number>();
  const names: { text: string; origin: Origin }[] = [];
  const isMeant = createPathTest(paths);
  const tests = paths.map((path) => createPathTest([path]));
  const visit = (blob: string, path: string): void => {
    if (isMeant(path)) ends.set(copyOf(blob), tests.findIndex((test) => test(path)));
    if (path.length <= 20 || !CANDIDATE.test(path) || OBJECT_NAME.test(path)) return;
    // a folder comes before what is in it
    if (path.startsWith(`${names.at(-1)?.text ?? ''}/`)) names.pop();
    const text = copyOf(path);
    names.push({ text, origin: { kind: 'commit', blob: copyOf(blob), path: text, reachable: true } });
  };
  const process = startGit(context, ['rev-list', '--objects', '--missing=print', ...FROM_EVERYWHERE]);
  process.stdin.end();
  let count = 0;
  let first = '';
  for await (const lines of records(process.stdout, 10)) {
    for (const line of lines) {
      if (line.startsWith('?')) {
        count += 1;
        first ||= line.slice(1);
        continue;
      }
      const blank = line.indexOf(' ');
      if (blank !== -1 && blank + 1 < line.length) visit(line.slice(0, blank), line.slice(blank + 1));
    }
  }
  const exit = await process.exit;
  // A walk that was stopped says nothing of what is stored.
  if (context.signal?.aborted === true) return { isWhole: false, ends, names };
  const gap = async (skip: { what: string; count?: number; detail: string }): Promise<void> => {
    const reason: SkipReason = await absenceReason(context);
    note({ type: 'skipped', skip: { ...skip, reason } });
  };
  if (count > 0) await gap({ what: 'history', count, detail: `objects that the history names and this clone does not hold, ${first} among them` });
  if (exit.code !== 0) await gap({ what: 'history', detail: `the graph cannot be walked to its end: ${explain(exit)}` });
  for await (const { blob, path } of indexEntries(context)) visit(blob, path);
  names.push(...(await refNames(context)));
  return { isWhole: count === 0 && exit.code === 0, ends, names };
}

/** A part of a text would keep all of the text; here that would be everything that git lists. */
function copyOf(part: string): string {
  return Buffer.from(part).toString();
}

async function* indexEntries(context: GitContext): AsyncGenerator<{ readonly blob: string; readonly path: string }> {
  const process = startGit(context, ['ls-files', '-z', '--stage']);
  process.stdin.end();
  for await (const batch of records(process.stdout)) {
    for (const record of batch) {
      const [, blob = ''] = record.split(' ', 2);
      yield { blob, path: record.slice(record.indexOf('\t') + 1) };
    }
  }
  await process.exit;
}

/** Names of branches, tags and all other refs that might hold a token. */
async function refNames(context: GitContext): Promise<HistoryWalk['names']> {
  const process = startGit(context, ['for-each-ref', '--format=%(refname)']);
  process.stdin.end();
  const names: { text: string; origin: Origin }[] = [];
  for await (const lines of records(process.stdout, 10)) {
    for (const line of lines) if (CANDIDATE.test(line) && !OBJECT_NAME.test(line)) names.push({ text: line, origin: { kind: 'file', path: `.git/${line}` } });
  }
  await process.exit;
  return names;
}
