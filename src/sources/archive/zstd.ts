import { createZstdDecompress } from 'node:zlib';
import { fill, type Read } from '../read/byte-source.ts';
import { through } from './through.ts';

const FRAME = 0xfd2fb528;
/** Frames to be skipped begin with this, whatever stands in its last four bits. */
const SKIPPED = 0x184d2a50;
/** Parallel compressors and seekable files write many frames; each costs a decoder. */
const MAX_FRAMES = 100_000;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const SIZE_BYTES = [0, 2, 4, 8];
const CHUNK = 64 << 10;

/**
 * zstd (RFC 8878), several frames after one another being one. Node's decoder stops without a word after the first, so
 * frames are told apart here (3.1.1). A window of more than 128 MiB is refused. Throws what tells that it is damaged.
 */
export async function* unzstd(read: Read): AsyncGenerator<Uint8Array> {
  for (let frames = 0; ; frames += 1) {
    const magic = await take(read, 4);
    if (magic.length === 0) return;
    if (frames >= MAX_FRAMES) throw new Error(`more than ${MAX_FRAMES} frames`);
    const mark = magic.length < 4 ? 0 : magic.readUInt32LE(0);
    if ((mark & ~15) === SKIPPED) await skip(read);
    else if (mark === FRAME) yield* through(frame(magic, read), createZstdDecompress({ chunkSize: CHUNK }));
    else throw new Error('what follows the end of a frame is none');
  }
}

/** The bytes of one frame. Throws when the source ends in it: the decoder of Node 22 would say nothing. */
async function* frame(magic: Buffer, read: Read): AsyncGenerator<Uint8Array> {
  const descriptor = await takeAll(read, 1);
  const flags = descriptor[0] ?? 0;
  const isSingle = (flags & 0x20) !== 0;
  const sizeBytes = flags >> 6 === 0 && isSingle ? 1 : (SIZE_BYTES[flags >> 6] ?? 0);
  const fields = await takeAll(read, (isSingle ? 0 : 1) + (DICTIONARY_BYTES[flags & 3] ?? 0) + sizeBytes);
  yield Buffer.concat([magic, descriptor, fields]);
  for (let isLast = false; !isLast; ) {
    const header = await takeAll(read, 3);
    yield header;
    const bits = header.readUIntLE(0, 3);
    isLast = (bits & 1) === 1;
    const isRun = ((bits >> 1) & 3) === 1;
    const body = await takeAll(read, isRun ? 1 : bits >> 3);
    yield body;
  }
  if ((flags & 4) !== 0) yield await takeAll(read, 4);
}

async function skip(read: Read): Promise<void> {
  const size = await take(read, 4);
  let left = size.length < 4 ? 1 : size.readUInt32LE(0);
  while (left > 0) {
    const piece = await take(read, Math.min(left, CHUNK));
    if (piece.length === 0) throw new Error('it is cut off');
    left -= piece.length;
  }
}

async function take(read: Read, count: number): Promise<Buffer> {
  const bytes = Buffer.alloc(count);
  return bytes.subarray(0, await fill(read, bytes));
}

async function takeAll(read: Read, count: number): Promise<Buffer> {
  const bytes = await take(read, count);
  if (bytes.length < count) throw new Error('it is cut off');
  return bytes;
}
