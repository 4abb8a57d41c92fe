import { pathOf, SkipError, type Blob, type Counts, type Note, type Origin, type Skip, type SourceOptions } from '../../model/index.ts';
import { isArchive, sniff, type Sniffed } from '../../lib/sniff.ts';
import { expandArchive } from '../archive/expand.ts';
import { unreadFormat } from '../archive/formats.ts';
import { isProgramOfZip, mayBeProgram } from '../archive/zip-end.ts';
import { asRead, isRewritten } from '../log/run-log.ts';
import type { RandomAccess, Read } from './byte-source.ts';
import { fill, randomAccessTo } from './byte-source.ts';
import { lfsPointer } from './lfs-pointer.ts';

/** Told of each file or object of a unit that was gone through, by its place in the unit. `steady`: it is the one that was planned, and did not change meanwhile. */
export type Ended = (index: number, steady: boolean) => void;

/** An opened thing of which nothing has been read. */
export interface Content {
  readonly origin: Origin;
  /** How skips name it; the origin's path by default. */
  readonly what?: string;
  readonly sizeBytes?: number;
  /** Counted as scanned once it was read to its end, with the bytes that were read. */
  readonly counts: Partial<Counts>;
  readonly read: Read;
  /** Given where bytes can be had in any order (zip needs that). */
  readonly random?: RandomAccess;
  /** Asked when the end was reached: a gap, if less came than was there. */
  readonly complaint?: (bytesRead: number) => Skip | undefined;
}

/** The blobs of a content: itself, or the members of the archive it is; none where the user excludes its kind. */
export async function* blobsOf(content: Content, options: SourceOptions, note: Note): AsyncGenerator<Blob> {
  const head = heads.pop() ?? Buffer.allocUnsafe(HEAD_BYTES);
  try {
    yield* blobsFrom(content, head, options, note);
  } finally {
    heads.push(head);
  }
}

/** Buffers that nobody uses now: most files fit into one, which makes one system call of two. */
const heads: Buffer[] = [];
/** So much of a content is looked at before it is known what it is. */
export const HEAD_BYTES = 64 << 10;

async function* blobsFrom(content: Content, head: Buffer, options: SourceOptions, note: Note): AsyncGenerator<Blob> {
  const { origin, sizeBytes, counts, read, random } = content;
  const what = content.what ?? pathOf(origin);
  const skip = (reason: Skip['reason'], detail?: string): void => note({ type: 'skipped', skip: { what, reason, ...(detail === undefined ? {} : { detail }), ...(sizeBytes === undefined ? {} : { bytes: sizeBytes }) } });
  // Only what is filled of it is ever looked at.
  let headBytes: number;
  try {
    headBytes = await fill(read, head);
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    note({ type: 'skipped', skip: error.skip });
    return;
  }
  const first = head.subarray(0, headBytes);
  const kind = kindOf(first, random);
  if (isArchive(kind)) {
    if (!options.archives) {
      skip('excluded-archive');
      return;
    }
    const whole = yield* expandArchive({ origin, what, kind, head: first, read, ...(sizeBytes === undefined ? {} : { sizeBytes }), ...(random === undefined ? {} : { random }) }, options, note);
    if (whole) note({ type: 'scanned', counts: { ...counts, ...(sizeBytes === undefined ? {} : { bytes: sizeBytes }) } });
    return;
  }
  const format = unreadFormat(first);
  if (kind === 'binary' && !options.binaries) {
    skip('excluded-binary');
    return;
  }
  if (format !== undefined) skip('excluded-archive', `${format} is not unpacked; its bytes were scanned as they are`);
  const pointer = lfsPointer(first);
  if (pointer !== undefined) note({ type: 'skipped', skip: { what, reason: 'lfs-pointer', bytes: pointer.sizeBytes, detail: 'the content is not in the repository; the pointer was scanned' } });
  yield asRead({ origin, ...(sizeBytes === undefined ? {} : { sizeBytes }), read: counted(content, first, what, options, note) }, kind);
}

function kindOf(head: Uint8Array, random: RandomAccess | undefined): Sniffed {
  return isProgramOfZip(head, random) ? 'zip' : sniff(head);
}

/** Whether a file that begins so is text that is scanned as it lies, with nothing to be told of it: the last line of `blobsFrom`, and nothing of the others, would be for it. */
export function isPlainText(path: string, head: Uint8Array, isAll: boolean): boolean {
  if (mayBeProgram(head) && !isAll) return false;
  return kindOf(head, isAll ? randomAccessTo(head) : undefined) === 'text' && unreadFormat(head) === undefined && lfsPointer(head) === undefined && !isRewritten(path);
}

/** Gives the head again, then the rest, and notes the content as scanned at its end. */
function counted({ counts, read, complaint }: Content, head: Uint8Array, what: string, options: SourceOptions, note: Note): Read {
  let offset = 0;
  let total = 0;
  let ended = false;
  const got = (count: number): number => {
    total += count;
    if (options.maxFileBytes !== undefined && total > options.maxFileBytes) throw new SkipError({ what, reason: 'too-large', detail: `more than ${options.maxFileBytes} bytes` });
    if (count > 0 || ended) return count;
    ended = true;
    const skip = complaint?.(total);
    note(skip === undefined ? { type: 'scanned', counts: { ...counts, bytes: total } } : { type: 'skipped', skip });
    return 0;
  };
  return (target) => {
    if (offset < head.length) {
      const piece = head.subarray(offset, offset + target.length);
      target.set(piece);
      offset += piece.length;
      return got(piece.length);
    }
    if (ended || target.length === 0) return 0;
    const count = read(target);
    return typeof count === 'number' ? got(count) : count.then(got);
  };
}
