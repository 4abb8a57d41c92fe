import { Readable } from 'node:stream';
import { pathOf, SkipError, type Counts, type CoverageEvent, type Origin, type Skip, type SkipReason, type SourceOptions } from '../../../src/model/index.ts';
import { closeReaders, planTarget, readUnit, type Planned, type TargetSpec } from '../../../src/sources/index.ts';

export interface SeenBlob {
  readonly origin: Origin;
  readonly path: string;
  readonly text: string;
  readonly bytes: Buffer;
}

export interface Seen {
  readonly planned: Planned;
  readonly blobs: readonly SeenBlob[];
  readonly paths: readonly string[];
  readonly skips: readonly Skip[];
  readonly counts: { readonly planned: Counts; readonly scanned: Counts };
  readonly units: number;
  /** The skips of one reason. */
  readonly skipped: (reason: SkipReason) => readonly Skip[];
  /** The blob whose path ends so. */
  readonly at: (path: string) => SeenBlob;
  /** What `resolve` gives for a hit in the blob that holds this text, on the lines of the text. */
  readonly resolve: (text: string) => Promise<readonly Origin[]>;
}

const BASE: SourceOptions = { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [], environment: { PATH: process.env['PATH'] } };

/** Plans, reads everything, and closes what was opened: what the pipeline does, on one thread. */
export async function scanTarget(target: string | TargetSpec, options: Partial<SourceOptions> = {}): Promise<Seen> {
  const spec: TargetSpec = typeof target === 'string' ? { kind: 'path', path: target, log: false } : target;
  const all: SourceOptions = { ...BASE, ...options };
  const events: CoverageEvent[] = [];
  const note = (event: CoverageEvent): void => void events.push(event);
  const planned = await planTarget(spec, all, note, new AbortController().signal);
  const blobs: SeenBlob[] = [];
  let units = 0;
  for await (const unit of planned.units) {
    units += 1;
    for await (const blob of readUnit(structuredClone(unit), all, note)) {
      try {
        const bytes = await drain(blob.read, (blob.sizeBytes ?? 0) > 1 << 20 ? 1 << 20 : 1021);
        blobs.push({ origin: blob.origin, path: pathOf(blob.origin), bytes, text: bytes.toString('utf8') });
      } catch (error) {
        if (!(error instanceof SkipError)) throw error;
        note({ type: 'skipped', skip: error.skip });
      }
    }
  }
  closeReaders();
  const skips = events.flatMap((event) => (event.type === 'skipped' ? [event.skip] : []));
  const holding = (text: string): SeenBlob => one(blobs.filter((blob) => blob.text.includes(text)), `blob with ${text}`);
  return {
    planned,
    blobs,
    units,
    skips,
    paths: blobs.map(({ path }) => path).sort(),
    counts: { planned: sum(events, 'planned'), scanned: sum(events, 'scanned') },
    skipped: (reason) => skips.filter((skip) => skip.reason === reason),
    at: (path) => one(blobs.filter((blob) => blob.path === path), path),
    resolve: async (text) => {
      const blob = holding(text);
      const startLine = blob.text.slice(0, blob.text.indexOf(text)).split('\n').length;
      const region = { startLine, startColumn: 1, endLine: startLine + text.split('\n').length - 1, endColumn: 2 };
      return (await planned.resolve([{ origin: blob.origin, region }]))[0] ?? [];
    },
  };
}

export function standardInput(...chunks: readonly (string | Uint8Array)[]): TargetSpec {
  return { kind: 'stdin', stream: Readable.from(chunks.map((chunk) => Buffer.from(chunk)), { objectMode: false }), log: false };
}

/** Reads with a buffer of awkward size, as a scanner's window may be. */
export async function drain(read: (target: Uint8Array) => number | Promise<number>, windowBytes = 1021): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const window = new Uint8Array(windowBytes);
  for (let count = await read(window); count > 0; count = await read(window)) chunks.push(Buffer.from(window.subarray(0, count)));
  return Buffer.concat(chunks);
}

function sum(events: readonly CoverageEvent[], type: 'planned' | 'scanned'): Counts {
  const total = { files: 0, blobs: 0, commits: 0, bytes: 0 };
  for (const event of events) if (event.type === type) for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += event.counts[key] ?? 0;
  return total;
}

function one<T>(found: readonly T[], what: string): T {
  const [first, ...rest] = found;
  if (first === undefined || rest.length > 0) throw new Error(`${found.length} × ${what}`);
  return first;
}
