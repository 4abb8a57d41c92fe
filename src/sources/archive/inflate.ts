import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createInflateRaw } from 'node:zlib';
import { chunksOf, type Read } from '../read/byte-source.ts';

const CHUNK = { chunkSize: 64 << 10 };

/** RFC 1952; several members after one another are one stream. */
export function gunzip(read: Read): AsyncGenerator<Uint8Array> {
  return through(read, createGunzip(CHUNK));
}

/** RFC 1951 without a header, as zip has it. */
export function inflateRaw(read: Read): AsyncGenerator<Uint8Array> {
  return through(read, createInflateRaw(CHUNK));
}

/** Throws what the source or the decompressor throws. Leaving the loop early ends both. */
async function* through(read: Read, transform: Transform): AsyncGenerator<Uint8Array> {
  let failure: unknown;
  pipeline(Readable.from(chunksOf(read), { objectMode: true, highWaterMark: 2 }), transform, (error) => {
    failure = error ?? undefined;
  });
  try {
    for await (const chunk of transform as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw failure ?? error;
  } finally {
    transform.destroy();
  }
}
