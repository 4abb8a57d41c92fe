import { ReadableStream } from 'node:stream/web';
import { createTarDecoder } from 'modern-tar';
import type { Skip } from '../../model/index.ts';
import { chunksOf, readChunks, type Read } from '../read/byte-source.ts';
import type { Member } from './member.ts';

/** Files of a tar, streamed. Throws when a header is damaged or the archive cut off. */
export async function* tarMembers(read: Read, what: string): AsyncGenerator<Member> {
  const entries = (ReadableStream.from(chunksOf(read)) as ReadableStream<Uint8Array>).pipeThrough(createTarDecoder({ strict: true })).getReader();
  let isBroken = false;
  const damaged = (error: unknown): Skip => {
    isBroken = true;
    return { what, reason: 'archive-damaged', detail: error instanceof Error ? error.message : 'it is cut off' };
  };
  try {
    for (let next = await entries.read(); !next.done; next = await entries.read()) {
      const { header, body } = next.value;
      const chunks = body.getReader();
      if ((header.type ?? 'file') === 'file') {
        yield { name: header.name, sizeBytes: header.size, read: readChunks(iterate(chunks), damaged) };
      }
      // What was not read of it must be let go, or the stream waits for ever.
      await chunks.cancel().catch(() => undefined);
      // The reader of that member was told: asking on would only tell it again.
      if (isBroken) return;
    }
  } finally {
    await entries.cancel().catch(() => undefined);
  }
}

async function* iterate(reader: { read: () => Promise<{ done: boolean; value?: Uint8Array | undefined }> }): AsyncGenerator<Uint8Array> {
  for (let next = await reader.read(); !next.done; next = await reader.read()) if (next.value !== undefined) yield next.value;
}
