import type { Readable } from 'node:stream';
import type { Region } from '../../model/index.ts';
import { bytesOfPath } from '../../lib/path-bytes.ts';
import { startGit, type GitContext } from './run.ts';
import type { RawChange } from './raw-diff.ts';

/** Inclusive, 1-based. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** Added lines by `before..after` blob names. */
export type AddedLines = ReadonlyMap<string, readonly LineRange[]>;

const PATCH = ['--patch', '--unified=0', '--text', '--full-index', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color', '-r'];
const MAX_PATHS = 500;
const MAX_PATH_BYTES = 64 << 10;
/** The longest line of a patch that says anything but content. */
const MAX_HEAD = 512;

/**
 * Which lines the edits among `changes` added. `command` is `diff-tree --stdin …` (commits are sent to it) or
 * `diff-index …`. Attributes cannot hide anything: every file is compared as text.
 */
export async function addedLines(context: GitContext, command: readonly string[], changes: readonly RawChange[]): Promise<AddedLines> {
  const edits = changes.filter(({ before, after }) => before !== undefined && before !== after);
  if (edits.length === 0) return new Map();
  const [name = '', ...rest] = command;
  const args = [name, ...PATCH, ...rest, ...pathspec(edits.map(({ path }) => path))];
  const process = startGit(context, args);
  const commits = new Set(edits.flatMap(({ commit }) => (commit === undefined ? [] : [commit])));
  process.stdin.end([...commits].map((commit) => `${commit}\n`).join(''));
  const { lines, last } = await readPatch(process.stdout);
  // What was there before may be missing from this clone: then git stops, and what it did not show counts as new.
  if ((await process.exit).code !== 0 && last !== undefined) lines.delete(last);
  return lines;
}

/** Whether a change added any line of the region. A change of kind, or one that git shows no patch for, counts as new. */
export function isAdded(change: RawChange, region: Region, lines: AddedLines): boolean {
  if (change.before === undefined) return true;
  if (change.before === change.after) return change.status.startsWith('U');
  const ranges = lines.get(`${change.before}..${change.after}`);
  return ranges === undefined || ranges.some(({ first, last }) => first <= region.endLine && last >= region.startLine);
}

function pathspec(paths: readonly string[]): readonly string[] {
  const unique = [...new Set(paths)];
  const bytes = unique.reduce((sum, path) => sum + bytesOfPath(path).length, 0);
  // Arguments hold valid UTF-8 only and not too much of it: otherwise the whole diff is read.
  if (unique.length > MAX_PATHS || bytes > MAX_PATH_BYTES || unique.some((path) => path.includes('\uFFFD'))) return [];
  return ['--', ...unique];
}

interface Patch {
  readonly lines: Map<string, LineRange[]>;
  /** The pair whose patch came last. */
  readonly last: string | undefined;
}

async function readPatch(stream: Readable): Promise<Patch> {
  const lines = new Map<string, LineRange[]>();
  let current: LineRange[] | undefined;
  let last: string | undefined;
  for await (const head of lineHeads(stream)) {
    // With no context, content lines begin with "+", "-" or "\": these two cannot be content.
    if (head.startsWith('index ')) {
      const pair = head.slice(6).split(' ')[0] ?? '';
      current = lines.get(pair) ?? [];
      lines.set(pair, current);
      last = pair;
    } else if (head.startsWith('@@ ')) {
      const found = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(head);
      const first = Number(found?.[1]);
      const count = found?.[2] === undefined ? 1 : Number(found[2]);
      if (found !== null && count > 0) current?.push({ first, last: first + count - 1 });
    }
  }
  return { lines, last };
}

/** The beginning of every line, as latin1; lines may be as long as files. */
async function* lineHeads(stream: Readable): AsyncGenerator<string> {
  let head = '';
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      yield extend(head, chunk, from, end);
      head = '';
      from = end + 1;
    }
    head = extend(head, chunk, from, chunk.length);
  }
}

function extend(head: string, chunk: Buffer, from: number, to: number): string {
  return head.length >= MAX_HEAD ? head : head + chunk.toString('latin1', from, Math.min(to, from + MAX_HEAD - head.length));
}
