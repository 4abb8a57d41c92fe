import { pipeline, Readable, type Transform } from 'node:stream';

/** What a transformation makes of chunks. Throws what the source or the transformation throws. Leaving the loop early ends both. */
export async function* through(chunks: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  let failure: unknown;
  pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 2 }), transform, (error) => {
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
