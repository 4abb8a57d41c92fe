import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { SkipError } from '../../../src/model/index.ts';
import { planTarget } from '../../../src/sources/index.ts';
import { abandonRing, createRing, fillRing, readRing } from '../../../src/sources/stream/ring.ts';
import { drain, scanTarget, standardInput } from './scan-target.ts';

const never = new AbortController().signal;

describe('standard input', () => {
  it('that is short is one unit of bytes', async () => {
    const seen = await scanTarget(standardInput('one ', 'two'));
    expect(seen.blobs.map(({ origin, text }) => [origin, text])).toEqual([[{ kind: 'stdin' }, 'one two']]);
    expect(seen.counts.planned).toEqual({ files: 1, blobs: 0, commits: 0, bytes: 7 });
    expect(seen.counts.scanned).toEqual(seen.counts.planned);
    expect((await scanTarget(standardInput())).counts.scanned.files).toBe(1);
  });

  it('that is long is streamed whole, in order, and counted', async () => {
    const chunks = Array.from({ length: 320 }, (_, index) => Buffer.alloc(65_537, index % 251));
    const seen = await scanTarget(standardInput(...chunks));
    expect(seen.units).toBe(1);
    expect(seen.blobs[0]?.bytes.equals(Buffer.concat(chunks))).toBe(true);
    expect(seen.counts.scanned).toEqual({ files: 1, blobs: 0, commits: 0, bytes: 320 * 65_537 });
    expect(seen.counts.planned).toEqual(seen.counts.scanned);
  });

  it('that breaks off is a gap, and what came is scanned', async () => {
    const failing = (count: number): Readable =>
      Readable.from(
        (async function* () {
          for (let index = 0; index < count; index += 1) yield Buffer.alloc(1 << 20, 'x');
          throw new Error('broken pipe');
        })(),
        { objectMode: false },
      );
    const short = await scanTarget({ kind: 'stdin', stream: failing(1), log: false });
    expect(short.skips.map(({ reason }) => reason)).toEqual(['unreadable']);
    expect(short.blobs[0]?.bytes.length).toBe(1 << 20);
    const long = await scanTarget({ kind: 'stdin', stream: failing(12), log: false });
    expect(long.skips.map(({ reason }) => reason)).toEqual(['unreadable']);
    expect(long.counts.scanned.files).toBe(0);
  });

  it('stops at the cap that the user set', async () => {
    const seen = await scanTarget(standardInput('x'.repeat(5000)), { maxFileBytes: 1000 });
    expect(seen.skips.map(({ reason }) => reason)).toEqual(['too-large']);
  });

  it('that never ends does not keep a stopped run waiting', async () => {
    const stopped = new AbortController();
    const stream = new Readable({ read: () => undefined });
    const planned = await planTarget({ kind: 'stdin', stream, log: false }, { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [] }, () => undefined, stopped.signal);
    setTimeout(() => stopped.abort(), 20);
    const units: unknown[] = [];
    for await (const unit of planned.units) units.push(unit);
    expect(units).toEqual([]);
    expect(stream.destroyed).toBe(true);
  });

  it('is planned with a root that exists', async () => {
    const planned = await planTarget(standardInput('x'), { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [] }, () => undefined, never);
    expect(planned.root).toBe(process.cwd());
    expect(await planned.resolve([{ origin: { kind: 'stdin' }, region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 } }])).toEqual([[{ kind: 'stdin' }]]);
  });
});

describe('the ring', () => {
  it('carries a stream to another thread', async () => {
    const ring = createRing(1 << 14);
    const script = new URL('read-ring.ts', import.meta.url);
    const worker = new Worker(script, { workerData: ring });
    const answer = new Promise<unknown>((resolve, reject) => worker.once('message', resolve).once('error', reject));
    let sum = 0;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 400; index += 1) {
        const chunk = new Uint8Array(3001).fill(index & 0xff);
        sum += 3001 * (index & 0xff);
        yield chunk;
      }
    }
    await fillRing(ring, chunks(), never);
    expect(await answer).toEqual({ bytes: 400 * 3001, sum });
    await worker.terminate();
  });

  it('lets the writer go when the reader gives up or the run is stopped', async () => {
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(4096);
    };
    const left = createRing(1 << 12);
    setTimeout(() => abandonRing(left), 10);
    await fillRing(left, endless(), never);
    const stopped = new AbortController();
    setTimeout(() => stopped.abort(), 10);
    await fillRing(createRing(1 << 12), endless(), stopped.signal);
    expect(stopped.signal.aborted).toBe(true);
  });

  it('fails where its source failed, after what had come', async () => {
    const ring = createRing(1 << 12);
    await fillRing(ring, (async function* () {
      yield new Uint8Array(5);
      throw new Error('gone');
    })(), never);
    const read = readRing(ring);
    expect(await read(new Uint8Array(10))).toBe(5);
    await expect(drain(read)).rejects.toBeInstanceOf(SkipError);
  });
});
