import { addAbortSignal, type Readable } from 'node:stream';
import type { Origin, Unit } from '../../model/index.ts';
import { createRing, fillRing } from '../stream/ring.ts';
import type { PlanContext } from './target.ts';

/** What fits is held and handed over whole; more than this is streamed. */
const HELD_BYTES = 8 << 20;

/** Standard input as one unit. A long stream is passed through a ring while a worker reads it, so that memory stays flat. */
export async function* standardInputUnits(stream: Readable, log: boolean, { note, signal }: PlanContext): AsyncGenerator<Unit> {
  const origin: Origin = log ? { kind: 'log', name: '(standard input)' } : { kind: 'stdin' };
  // A stream that never ends must not keep a stopped run waiting.
  addAbortSignal(signal, stream);
  const chunks = bytesOf(stream);
  const held: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await chunks.next();
      if (next.done === true) {
        note({ type: 'planned', counts: { files: 1, bytes: size } });
        yield { kind: 'bytes', origin, bytes: Buffer.concat(held, size) };
        return;
      }
      held.push(next.value);
      size += next.value.length;
      if (size > HELD_BYTES) break;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    note({ type: 'planned', counts: { files: 1, bytes: size } });
    note({ type: 'skipped', skip: { what: '(standard input)', reason: 'unreadable', detail: 'the stream failed before its end' } });
    yield { kind: 'bytes', origin, bytes: Buffer.concat(held, size) };
    return;
  }
  const ring = createRing();
  note({ type: 'planned', counts: { files: 1 } });
  async function* all(): AsyncGenerator<Uint8Array> {
    for (let chunk = held.shift(); chunk !== undefined; chunk = held.shift()) {
      note({ type: 'planned', counts: { bytes: chunk.length } });
      yield chunk;
    }
    for await (const chunk of chunks) {
      note({ type: 'planned', counts: { bytes: chunk.length } });
      yield chunk;
    }
  }
  void fillRing(ring, all(), signal);
  yield { kind: 'ring', origin, ring };
}

async function* bytesOf(stream: Readable): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream as AsyncIterable<Uint8Array | string>) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
