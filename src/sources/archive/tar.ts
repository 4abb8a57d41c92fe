import type { Read } from '../read/byte-source.ts';
import { Forward } from './forward.ts';
import type { Member } from './member.ts';
import { isZero, readPax, readTarHeader, readText, TarError, type Overrides } from './tar-header.ts';

const BLOCK_BYTES = 512;
const MAX_EXTRA_BYTES = 8 << 20;
const MAX_GLOBAL_KEYS = 512;

/**
 * Files of a tar (POSIX ustar and pax, GNU's long names), streamed. Throws a `SkipError` when a header is damaged, the
 * archive cut off, or something stands behind its end.
 */
export async function* tarMembers(read: Read, what: string): AsyncGenerator<Member> {
  const source = new Forward(read, what);
  const globals: Overrides = {};
  let next: Overrides = {};
  try {
    for (;;) {
      const block = await source.takeAll(BLOCK_BYTES);
      if (isZero(block)) {
        await passEnd(source);
        return;
      }
      const header = readTarHeader(block);
      if (header.extra !== undefined) {
        if (header.sizeBytes > MAX_EXTRA_BYTES) throw new TarError('Tar metadata entry exceeds maximum size.');
        const bytes = await source.takeAll(header.sizeBytes);
        await source.leaveBody(BLOCK_BYTES);
        // What stands before the attributes of another file was meant for a file that did not come.
        if (next.keys !== undefined) next = {};
        if (header.extra === 'long-name') next.name = readText(bytes, 0, bytes.length);
        else if (header.extra !== 'long-link') {
          const told = readPax(bytes);
          if (header.extra === 'global' && (told.keys ?? 0) > MAX_GLOBAL_KEYS) throw new TarError('Too many global attributes.');
          Object.assign(header.extra === 'global' ? globals : next, told);
        }
        continue;
      }
      const name = next.name ?? globals.name ?? header.name;
      const sizeBytes = header.hasBody ? (next.sizeBytes ?? globals.sizeBytes ?? header.sizeBytes) : 0;
      next = {};
      const body = source.body(sizeBytes);
      // Before there was a type for them, folders had such names.
      if (header.hasBody && !name.endsWith('/')) yield { name, sizeBytes, read: body };
      // The reader of that member was told: asking on would only tell it again.
      if (source.isBroken) return;
      await source.leaveBody(BLOCK_BYTES);
    }
  } catch (error) {
    throw error instanceof TarError ? source.damaged(error.message) : error;
  }
}

/** Behind the first block of zeros comes a second, and nothing else. */
async function passEnd(source: Forward): Promise<void> {
  if (!isZero(await source.takeAll(BLOCK_BYTES))) throw new TarError('Invalid tar header.');
  for (;;) {
    const rest = await source.take(64 << 10);
    if (!isZero(rest)) throw new TarError('Invalid EOF.');
    if (rest.length === 0) return;
  }
}
