import { createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from 'node:zlib';
import type { Compression } from '../../lib/sniff.ts';
import type { Skip } from '../../model/index.ts';
import { SkipError } from '../../model/index.ts';
import { chunksOf, readChunks, type Read } from '../read/byte-source.ts';
import { inflateInPlace } from './inflate-in-place.ts';
import { through } from './through.ts';

const CHUNK = { chunkSize: 64 << 10 };

/** The bytes that a compressed stream holds; what few runs need is loaded when it is met. Whatever tells that it is damaged becomes a `SkipError`: `skip` says which. */
export function decompressed(kind: Compression, read: Read, skip: (error: unknown) => Skip): Read {
  // RFC 1952; several members after one another are one stream.
  return kind === 'gzip' ? inflated(read, createGunzip(CHUNK), skip) : readChunks(decompress(kind, read), skip);
}

/** RFC 1951 without a header, as zip has it. */
export function inflateRaw(read: Read, skip: (error: unknown) => Skip): Read {
  return inflated(read, createInflateRaw(CHUNK), skip);
}

function inflated(read: Read, stream: Gunzip | InflateRaw, skip: (error: unknown) => Skip): Read {
  const unpacked = inflateInPlace(read, stream);
  if (unpacked === undefined) return readChunks(through(chunksOf(read), stream), skip);
  const fail = (error: unknown): never => {
    throw error instanceof SkipError ? error : new SkipError(skip(error), error);
  };
  return (target) => {
    try {
      const count = unpacked(target);
      return typeof count === 'number' ? count : count.catch(fail);
    } catch (error) {
      return fail(error);
    }
  };
}

async function* decompress(kind: Exclude<Compression, 'gzip'>, read: Read): AsyncGenerator<Uint8Array> {
  switch (kind) {
    case 'zstd': {
      const { unzstd } = await import('./zstd.ts');
      return yield* unzstd(read);
    }
    case 'bzip2': {
      const { bunzip2 } = await import('./bzip2.ts');
      return yield* bunzip2(read);
    }
    case 'xz': {
      const { unxz } = await import('./xz.ts');
      return yield* unxz(read);
    }
  }
}
