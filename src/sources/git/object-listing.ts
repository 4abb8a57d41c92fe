import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectHeader } from './batch-check.ts';
import { commonFolder } from './discover.ts';
import { runGit, startGit, type GitContext, type GitProcess } from './run.ts';

/** What a listing tells of an object: no more than that of a tree, and nothing of what git lists and cannot read but its name. */
export interface ListedObject extends ObjectHeader {
  /** The object that it is stored as a difference from. */
  readonly base?: string;
}

export interface Listing {
  readonly objects: AsyncIterable<readonly ListedObject[]>;
  /** Settled once `objects` has ended: what git complained about, if it did. */
  readonly complaint: () => Promise<string | undefined>;
}

const FORMAT = '--batch-check=%(objectname) %(objecttype) %(objectsize)';
const BLANK = 0x20;
const TREE = 'tree'.charCodeAt(1);
const ZERO = 0x30;

/**
 * Every object of the repository and its alternates, reachable or not, in the order of the packs where that can be believed. Trees are the most by far, and few want them:
 * they are left out unless `trees`. With `bases`, which takes git half as long again, objects have theirs.
 */
export function listObjects(context: GitContext, { trees = false, bases = false }: { readonly trees?: boolean; readonly bases?: boolean } = {}): Listing {
  let process: GitProcess | undefined;
  async function* objects(): AsyncGenerator<readonly ListedObject[]> {
    const order = (await isOrderSound(context)) ? ['--unordered'] : [];
    process = startGit(context, ['cat-file', '--batch-all-objects', ...order, '--buffer', bases ? `${FORMAT} %(deltabase)` : FORMAT]);
    process.stdin.end();
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of process.stdout as AsyncIterable<Buffer>) {
      const buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = buffer.lastIndexOf(10) + 1;
      rest = buffer.subarray(end);
      yield parse(buffer, end, trees);
    }
  }
  return {
    objects: objects(),
    complaint: async () => {
      const exit = (await process?.exit) ?? { code: 0, stderr: '' };
      // A damaged pack index is only complained about, with exit code 0, and its objects are missing from the list.
      const line = exit.stderr.split('\n').find((text) => /^(error|fatal):/.test(text));
      return line ?? (exit.code === 0 ? undefined : `exit code ${exit.code}`);
    },
  };
}

/**
 * Whether git finds out the order of a pack by itself. A pack may bring it with it (`.rev`), and before 2.41, which can be told not to (`environment.ts`), git believes that: objects
 * that a hostile one leaves out would be missing from the list without a word.
 */
async function isOrderSound(context: GitContext): Promise<boolean> {
  const objects = join(commonFolder(context.repository.gitDir), 'objects');
  if (!existsSync(join(objects, 'info', 'alternates')) && !filesOf(join(objects, 'pack')).some((name) => name.endsWith('.rev'))) return true;
  const { stdout } = await runGit(context, ['version']);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout.toString('latin1')) ?? [];
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 41);
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The lines in [0, end). Most are trees', so strings are made of the others alone; parts of a text of all would keep it alive. */
function parse(buffer: Buffer, end: number, trees: boolean): readonly ListedObject[] {
  const found: ListedObject[] = [];
  for (let from = 0; from < end; ) {
    const name = buffer.indexOf(BLANK, from);
    const until = buffer.indexOf(10, from);
    // `tag` and `tree` begin alike
    if (trees || buffer[name + 2] !== TREE) found.push(parseLine(buffer, from, name === -1 || name > until ? until : name, until));
    from = until + 1;
  }
  return found;
}

function parseLine(buffer: Buffer, from: number, blank: number, until: number): ListedObject {
  const oid = buffer.toString('latin1', from, blank);
  const [type, size, base] = buffer.toString('latin1', blank + 1, until).split(' ');
  if (type !== 'blob' && type !== 'tree' && type !== 'commit' && type !== 'tag') return { oid, type: undefined, sizeBytes: 0 };
  return { oid, type, sizeBytes: Number(size), ...(base === undefined || isZero(base) ? {} : { base }) };
}

function isZero(name: string): boolean {
  for (let at = 0; at < name.length; at += 1) if (name.charCodeAt(at) !== ZERO) return false;
  return true;
}
