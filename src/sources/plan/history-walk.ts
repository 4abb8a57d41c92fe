import { pathFromBytes } from '../../lib/path-bytes.ts';
import { createPathTest } from '../../lib/path-ends.ts';
import type { Note, Origin, SkipReason } from '../../model/index.ts';
import { absenceReason } from '../git/batch-check.ts';
import { eachRecord, records } from '../git/records.ts';
import { explain, FEW_BASES, startGit, type GitContext } from '../git/run.ts';

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

const BLANK = 0x20;
const MISSING = '?'.charCodeAt(0);
/** Lengths of an object's name in hex. */
const SHA_1 = 40;
const SHA_256 = 64;
/** So many paths are remembered with what is to be known of them; each takes a hundred bytes or two. */
const MOST_JUDGED = 1 << 16;
/** Of a path with nothing to be told of it. */
const NO_END = -1;
/** Of a path that may hold a token: it is looked at again wherever it comes. */
const NAMED = -2;

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
  const judge = (path: string): number => {
    if (path.length > 20 && CANDIDATE.test(path) && !OBJECT_NAME.test(path)) return NAMED;
    return isMeant(path) ? endOf(path) : NO_END;
  };
  const endOf = (path: string): number => tests.findIndex((test) => test(path));
  const visit = (blob: string, path: string, known = judge(path)): number => {
    if (known !== NAMED) {
      if (known !== NO_END) ends.set(blob, known);
      return known;
    }
    if (isMeant(path)) ends.set(blob, endOf(path));
    // a folder comes before what is in it
    if (path.startsWith(`${names.at(-1)?.text ?? ''}/`)) names.pop();
    names.push({ text: path, origin: { kind: 'commit', blob, path, reachable: true } });
    return known;
  };
  const process = startGit(context, [...FEW_BASES, 'rev-list', '--objects', '--missing=print', ...FROM_EVERYWHERE]);
  process.stdin.end();
  let count = 0;
  let first = '';
  // Most lines name a path again, for another version of what is there.
  const judged = new Map<string, number>();
  await eachRecord(process.stdout, 10, (buffer, from, to) => {
    if (buffer[from] === MISSING) {
      count += 1;
      first ||= buffer.toString('latin1', from + 1, to);
      return;
    }
    const blank = from + (buffer[from + SHA_1] === BLANK ? SHA_1 : SHA_256);
    // a commit's line, or that of a whole tree
    if (blank + 1 >= to) return;
    const bytes = buffer.toString('latin1', blank + 1, to);
    const known = judged.get(bytes);
    if (known === NO_END) return;
    const end = visit(buffer.toString('latin1', from, blank), pathFromBytes(buffer.subarray(blank + 1, to)), known);
    if (known !== undefined) return;
    if (judged.size === MOST_JUDGED) judged.clear();
    judged.set(bytes, end);
  });
  const exit = await process.exit;
  // A walk that was stopped says nothing of what is stored.
  if (context.signal?.aborted === true) return { isWhole: false, ends, names };
  const gap = async (skip: { what: string; count?: number; detail: string }): Promise<void> => {
    const reason: SkipReason = await absenceReason(context);
    note({ type: 'skipped', skip: { ...skip, reason } });
  };
  if (count > 0) await gap({ what: 'history', count, detail: `objects that the history names and this clone does not hold, ${first} among them` });
  if (exit.code !== 0) await gap({ what: 'history', detail: `the graph cannot be walked to its end: ${explain(exit)}` });
  for await (const { blob, path } of indexEntries(context)) visit(copyOf(blob), copyOf(path));
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
