import { crc32, inflateRawSync } from 'node:zlib';
import { fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader, type Entry } from 'yauzl';
import { SkipError, type Skip } from '../../model/index.ts';
import { randomAccessTo, readBytes, type RandomAccess, type Read } from '../read/byte-source.ts';
import type { Compression } from '../../lib/sniff.ts';
import { decompressed, inflateRaw } from './inflate.ts';
import { Covered } from './covered.ts';
import type { ArchiveJob } from './job.ts';
import type { Member } from './member.ts';
import { zipEnd } from './zip-end.ts';

const STORED = 0;
const DEFLATED = 8;
/** APPNOTE 4.4.5. */
const OTHERS: ReadonlyMap<number, Compression> = new Map([[12, 'bzip2'], [93, 'zstd'], [95, 'xz']]);
const LOCAL_HEADER_BYTES = 30;
const LOCAL_HEADER = Buffer.from('PK\x03\x04', 'latin1');
const MAX_COMMENTS = 1 << 20;
const NEWLINE = Buffer.from('\n');
/** Up to here a member is unpacked in one piece. */
const SMALL_PACKED = 1 << 20;
const SMALL_UNPACKED = 4 << 20;

/**
 * Members of a zip by its central directory (APPNOTE 4.3.12), one entry in memory at a time; then its comments, and the
 * bytes that no entry accounts for. Sizes and checksums are verified while reading. Throws when the directory itself is
 * damaged.
 */
export async function* zipMembers(file: RandomAccess, what: string, job: ArchiveJob): AsyncGenerator<Member> {
  const end = zipEnd(file);
  const shift = end?.shift ?? 0;
  const zip = shift > 0 ? from(file, shift) : file;
  const directory = await fromRandomAccessReaderPromise(new Reader(zip), zip.sizeBytes, { autoClose: false, decodeStrings: false, validateEntrySizes: true });
  const covered = new Covered();
  const comments = new Comments();
  try {
    if (directory.entryCount === 0 && file.sizeBytes > LOCAL_HEADER_BYTES) job.gap('archive-damaged', what, 'its directory is empty and the file is not');
    for await (const entry of directory.eachEntry()) {
      const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
      const start = dataStart(zip, entry);
      if (start !== undefined) covered.add(shift + entry.relativeOffsetOfLocalHeader, shift + start + entry.compressedSize, LOCAL_HEADER_BYTES);
      comments.add(entry.fileCommentRaw);
      if (name.endsWith('/') && entry.uncompressedSize === 0) continue;
      const path = `${what}!/${name}`;
      if (entry.isEncrypted()) job.gap('unreadable', path, 'it is encrypted');
      else if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED && !OTHERS.has(entry.compressionMethod)) job.gap('unreadable', path, `compression method ${entry.compressionMethod}`);
      else yield memberOf(zip, entry, start, name, path);
    }
  } finally {
    directory.close();
  }
  comments.add(end?.comment ?? new Uint8Array(0));
  if (comments.bytes.length > 0) yield { name: '(comments)', sizeBytes: comments.bytes.length, read: readBytes(comments.bytes) };
  for (const [at, to] of covered.rest(end?.directoryAt ?? 0, LOCAL_HEADER_BYTES)) {
    if (directory.entryCount > 0 && holdsEntry(file, at, to)) job.gap('archive-damaged', what, `between bytes ${at} and ${to} it holds entries that its directory does not name; they were scanned as they are stored`);
    yield { name: `(bytes ${at} to ${to})`, sizeBytes: to - at, isRaw: true, read: slice(file, at, to - at) };
  }
}

/** What people wrote beside the entries and the whole, a line each, up to a limit. */
class Comments {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  add(comment: Uint8Array): void {
    if (comment.length === 0 || this.#length > MAX_COMMENTS) return;
    this.#parts.push(comment, NEWLINE);
    this.#length += comment.length + 1;
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.#parts);
  }
}

function holdsEntry(file: RandomAccess, from: number, to: number): boolean {
  const block = Buffer.alloc(64 << 10);
  for (let at = from; at < to; at += block.length - LOCAL_HEADER.length + 1) {
    const count = file.readAt(block.subarray(0, Math.min(block.length, to - at)), at);
    if (block.subarray(0, count).includes(LOCAL_HEADER)) return true;
    if (count < block.length) return false;
  }
  return false;
}

function from(file: RandomAccess, shift: number): RandomAccess {
  return { sizeBytes: file.sizeBytes - shift, readAt: (target, position) => file.readAt(target, position + shift) };
}

function memberOf(zip: RandomAccess, entry: Entry, start: number | undefined, name: string, path: string): Member {
  const damaged = (detail: string): SkipError => new SkipError({ what: path, reason: 'archive-damaged', detail });
  if (start === undefined) return { name, read: () => { throw damaged('its place in the file is not where the directory says'); } };
  const { compressedSize, uncompressedSize: sizeBytes } = entry;
  const other = OTHERS.get(entry.compressionMethod);
  if (other === undefined && compressedSize <= SMALL_PACKED && sizeBytes <= SMALL_UNPACKED) {
    let read: Read | undefined;
    const bytes = (): Uint8Array => unpack(zip, entry, start, damaged);
    return { name, sizeBytes, read: (target) => (read ??= readBytes(bytes()))(target), ...(isZip(zip, entry, start) ? { random: () => randomAccessTo(bytes()) } : {}) };
  }
  const packed = slice(zip, start, compressedSize);
  const unreadable = (): Skip => ({ what: path, reason: 'archive-damaged', detail: 'it cannot be unpacked' });
  const unpacked = entry.compressionMethod === STORED ? packed : other === undefined ? inflateRaw(packed, unreadable) : decompressed(other, packed, unreadable);
  return { name, sizeBytes, read: verified(unpacked, entry, damaged) };
}

function unpack(zip: RandomAccess, entry: Entry, start: number, damaged: (detail: string) => SkipError): Uint8Array {
  const packed = new Uint8Array(entry.compressedSize);
  if (zip.readAt(packed, start) < packed.length) throw damaged('it is cut off');
  const bytes = entry.compressionMethod === STORED ? packed : inflateWhole(packed, entry.uncompressedSize, damaged);
  if (bytes.length !== entry.uncompressedSize) throw damaged('its size is not what the directory says');
  if (crc32(bytes) !== entry.crc32) throw damaged('its checksum is wrong');
  return bytes;
}

function inflateWhole(packed: Uint8Array, size: number, damaged: (detail: string) => SkipError): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw damaged((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'its size is not what the directory says' : 'it cannot be unpacked');
  }
}

function verified(read: Read, entry: Entry, damaged: (detail: string) => SkipError): Read {
  let total = 0;
  let sum = 0;
  return async (target) => {
    const count = await read(target);
    total += count;
    sum = crc32(target.subarray(0, count), sum);
    if (total > entry.uncompressedSize || (count === 0 && target.length > 0 && total < entry.uncompressedSize)) throw damaged('its size is not what the directory says');
    if (count === 0 && target.length > 0 && sum !== entry.crc32) throw damaged('its checksum is wrong');
    return count;
  };
}

/** Past the local header, whose name and extra field may differ from the directory's; undefined if that is not in the file. */
function dataStart(zip: RandomAccess, entry: Entry): number | undefined {
  const header = Buffer.alloc(LOCAL_HEADER_BYTES);
  const at = entry.relativeOffsetOfLocalHeader;
  if (zip.readAt(header, at) < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== 0x04034b50) return undefined;
  const start = at + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  return start + entry.compressedSize <= zip.sizeBytes ? start : undefined;
}

function isZip(zip: RandomAccess, entry: Entry, start: number): boolean {
  if (entry.compressionMethod !== STORED) return false;
  const head = new Uint8Array(4);
  return zip.readAt(head, start) === 4 && head[0] === 0x50 && head[1] === 0x4b;
}

function slice(zip: RandomAccess, start: number, length: number): Read {
  let offset = 0;
  return (target) => {
    const count = zip.readAt(target.subarray(0, Math.min(target.length, length - offset)), start + offset);
    offset += count;
    return count;
  };
}

/** yauzl reads the directory in tiny pieces: they are served from blocks. */
class Reader extends RandomAccessReader {
  readonly #zip: RandomAccess;
  #block: Uint8Array = new Uint8Array(0);
  #blockAt = 0;

  constructor(zip: RandomAccess) {
    super();
    this.#zip = zip;
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, callback: (error: Error | null, bytesRead?: number) => void): void {
    let count: number;
    try {
      count = this.#fill(buffer.subarray(offset, offset + length), position);
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    callback(null, count);
  }

  override close(callback: (error?: Error) => void): void {
    callback();
  }

  #fill(target: Uint8Array, position: number): number {
    if (target.length > 32 << 10) return this.#zip.readAt(target, position);
    if (position < this.#blockAt || position + target.length > this.#blockAt + this.#block.length) {
      const block = new Uint8Array(64 << 10);
      this.#block = block.subarray(0, this.#zip.readAt(block, position));
      this.#blockAt = position;
    }
    const piece = this.#block.subarray(position - this.#blockAt, position - this.#blockAt + target.length);
    target.set(piece);
    return piece.length;
  }
}
