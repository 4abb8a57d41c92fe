import { once } from 'node:events';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Transform } from 'node:stream';
import { failed } from './failure.ts';
import type { Failure } from './failure.ts';

/** Layers of `content-encoding` that are undone; nobody honest sends more. */
const MAX_ENCODINGS = 2;

export type Body = { readonly ok: true; readonly text: string } | Failure;

/**
 * Reads a body to its end or to the cap, whichever comes first. The cap counts bytes on the wire and bytes after
 * inflation alike, so that neither an endless body nor a small bomb fills memory. What a `sink` takes is not in the text.
 * Errors of the source and the sink are thrown.
 */
export async function readBody(source: AsyncIterable<Uint8Array>, encoding: string | undefined, maxBytes: number, sink?: (chunk: Uint8Array) => void | Promise<void>): Promise<Body> {
  const layers = (encoding ?? '')
    .split(',')
    .map((layer) => layer.trim().toLowerCase())
    .filter((layer) => layer !== '' && layer !== 'identity')
    .reverse();
  if (layers.length > MAX_ENCODINGS) return failed('malformed', 'the answer is compressed more than twice');
  let stream: AsyncIterable<Uint8Array> = source;
  for (const layer of layers) {
    const inflater = inflaterFor(layer);
    if (inflater === undefined) return failed('malformed', 'the answer has an unknown content-encoding');
    stream = inflate(stream, inflater);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > maxBytes) return failed('too-large', `the answer is longer than ${maxBytes} bytes`);
    if (sink === undefined) chunks.push(chunk);
    else await sink(chunk);
  }
  return { ok: true, text: Buffer.concat(chunks).toString('utf8') };
}

function inflaterFor(layer: string): Transform | undefined {
  if (layer === 'gzip' || layer === 'x-gzip') return createGunzip();
  if (layer === 'deflate') return createInflate();
  if (layer === 'br') return createBrotliDecompress();
  return undefined;
}

/** Feeds one chunk at a time; leaving the loop early (the cap) stops the feeding and the inflater. */
async function* inflate(source: AsyncIterable<Uint8Array>, inflater: Transform): AsyncGenerator<Uint8Array> {
  const feeding = (async () => {
    try {
      for await (const chunk of source) {
        if (inflater.destroyed) return;
        if (!inflater.write(chunk)) await Promise.race([once(inflater, 'drain'), once(inflater, 'close')]);
      }
      inflater.end();
    } catch (error) {
      inflater.destroy(error instanceof Error ? error : new Error('the source failed'));
    }
  })();
  try {
    for await (const chunk of inflater) yield chunk as Uint8Array;
  } finally {
    inflater.destroy();
    await feeding;
  }
}
