import { createGunzip, createInflateRaw } from 'node:zlib';
import type { Compression } from '../../lib/sniff.ts';
import { chunksOf, type Read } from '../read/byte-source.ts';
import { through } from './through.ts';

const CHUNK = { chunkSize: 64 << 10 };

/** The bytes that a compressed stream holds; what few runs need is loaded when it is met. Throws what tells that it is damaged. */
export async function* decompress(kind: Compression, read: Read): AsyncGenerator<Uint8Array> {
  switch (kind) {
    case 'gzip':
      // RFC 1952; several members after one another are one stream.
      return yield* through(chunksOf(read), createGunzip(CHUNK));
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

/** RFC 1951 without a header, as zip has it. */
export function inflateRaw(read: Read): AsyncGenerator<Uint8Array> {
  return through(chunksOf(read), createInflateRaw(CHUNK));
}
