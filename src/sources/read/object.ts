import { nameOfObject as nameOf, pathOf, SkipError, type Blob, type Counts, type GitObject, type Note, type Origin, type Repository, type SkipReason, type SourceOptions } from '../../model/index.ts';
import { absenceReason } from '../git/batch-check.ts';
import type { Environment } from '../git/environment.ts';
import { ObjectPipe } from '../git/object-pipe.ts';
import { objectText } from '../git/object-text.ts';
import { sniff } from '../../lib/sniff.ts';
import { fill, readBytes, type Read } from './byte-source.ts';
import { blobsOf, HEAD_BYTES, isPlainText, type Ended } from './content.ts';

/** Commit and tag texts are held; longer ones are scanned as they are stored. */
const MAX_TEXT_BYTES = 16 << 20;

/** Takes texts that are scanned as they lie, with nothing to be told of them: what nearly all objects are. Nobody need wait for it. */
export interface PlainTexts {
  /** Room for a text, and for more behind it. */
  readonly buffer: Uint8Array;
  /** Its first `length` bytes are that text. */
  readonly take: (origin: Origin, length: number) => void;
}

/** One pipe for each repository, kept for the next unit on this thread. */
const pipes = new Map<string, ObjectPipe>();

/** Blobs of stored objects, in their order, but for what `plain` takes. What is missing or damaged is a gap. */
export async function* readObjects(repository: Repository, objects: readonly GitObject[], options: SourceOptions, note: Note, ended?: Ended, plain?: PlainTexts): AsyncGenerator<Blob> {
  const environment = options.environment ?? {};
  let position = 0;
  for (const { origin, bytes } of objects) {
    if (bytes === undefined) break;
    yield* blobsOf({ origin, what: nameOf(objects[position] as GitObject), sizeBytes: bytes.length, counts: { blobs: 1 }, read: readBytes(bytes) }, options, note);
    position += 1;
  }
  while (position < objects.length) {
    const start = position;
    const rest = objects.slice(start);
    const pipe = takePipe(repository, environment, options);
    pipe.request(rest.map(({ oid }) => oid));
    let isIntact = false;
    try {
      position += yield* readAnswers(pipe, rest, { repository, environment, options, note, ended: (index, steady) => ended?.(start + index, steady), ...(plain === undefined ? {} : { plain }) });
      isIntact = position === objects.length;
    } finally {
      // Died at a damaged object, or nobody read on: answers are left in it that nobody will take.
      if (isIntact) giveBack(repository, pipe);
      else pipe.close();
    }
  }
}

/** Ends the git processes that this thread keeps. */
export function closeObjectPipes(): void {
  for (const pipe of pipes.values()) pipe.close();
  pipes.clear();
}

interface Reading {
  readonly repository: Repository;
  readonly environment: Environment;
  readonly options: SourceOptions;
  readonly note: Note;
  readonly ended: Ended;
  readonly plain?: PlainTexts;
}

/** How many of the objects are dealt with; fewer than all if git died at the last of them. */
async function* readAnswers(pipe: ObjectPipe, objects: readonly GitObject[], reading: Reading): AsyncGenerator<Blob, number> {
  const { options, note, ended, plain } = reading;
  let done = 0;
  for (const object of objects) {
    done += 1;
    const answer = pipe.nextNow() ?? (await pipe.next());
    if (answer === undefined) {
      note({ type: 'skipped', skip: { what: nameOf(object), reason: 'missing-object', detail: 'git cannot read it: it is damaged' } });
      return done;
    }
    if (!answer.found) {
      note({ type: 'skipped', skip: { what: nameOf(object), reason: await whyAbsent(reading) } });
      ended(done - 1, false);
      continue;
    }
    if (plain !== undefined && answer.sizeBytes < Math.min(plain.buffer.length, options.maxFileBytes ?? Infinity)) {
      const whole = pipe.whole();
      if ((whole === true || (await whole)) && isTaken(pipe, object, answer.sizeBytes, plain)) {
        note({ type: 'scanned', counts: countsOf(object, answer.sizeBytes) });
        ended(done - 1, true);
        continue;
      }
    }
    let died = false;
    const read: Read = (target) => {
      const count = pipe.read(target);
      return typeof count === 'number' ? alive(count) : count.then(alive);
    };
    const alive = (count: number): number => {
      died = count < 0;
      if (died) throw new SkipError({ what: nameOf(object), reason: 'missing-object', detail: 'git cannot read it to its end: it is damaged', bytes: object.sizeBytes });
      return count;
    };
    if (object.type === 'blob') yield* blobsOf({ origin: object.origin, what: nameOf(object), sizeBytes: answer.sizeBytes, counts: { blobs: 1 }, read }, options, note);
    else yield* textOf(object, answer.sizeBytes, read, note);
    if (died) return done;
    ended(done - 1, true);
  }
  return done;
}

/** Gives a text to who takes texts, if it is plain. */
function isTaken(pipe: ObjectPipe, { type, origin }: GitObject, sizeBytes: number, { buffer, take }: PlainTexts): boolean {
  pipe.copy(buffer);
  if (type === 'blob') {
    const isSmall = sizeBytes < HEAD_BYTES;
    if (!isPlainText(pathOf(origin), buffer.subarray(0, isSmall ? sizeBytes : HEAD_BYTES), isSmall)) return false;
    take(origin, sizeBytes);
    return true;
  }
  const text = objectText(buffer.slice(0, sizeBytes));
  if (sniff(text) !== 'text') return false;
  buffer.set(text);
  take(origin, text.length);
  return true;
}

function countsOf({ type }: GitObject, bytes: number): Partial<Counts> {
  return type === 'commit' ? { commits: 1, bytes } : { blobs: 1, bytes };
}

async function* textOf(object: GitObject, sizeBytes: number, read: Read, note: Note): AsyncGenerator<Blob> {
  const counts = countsOf(object, sizeBytes);
  try {
    const stored = sizeBytes > MAX_TEXT_BYTES ? undefined : Buffer.allocUnsafe(sizeBytes);
    if (stored !== undefined) await fill(read, stored);
    const source = stored === undefined ? read : readBytes(objectText(stored));
    let ended = false;
    const end = (count: number): number => {
      if (count === 0 && !ended) note({ type: 'scanned', counts });
      ended ||= count === 0;
      return count;
    };
    yield {
      origin: object.origin,
      read: (target) => {
        const count = source(target);
        return typeof count === 'number' ? end(count) : count.then(end);
      },
    };
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    note({ type: 'skipped', skip: error.skip });
  }
}

const absences = new Map<string, Promise<SkipReason>>();

function whyAbsent({ repository, environment }: Reading): Promise<SkipReason> {
  const known = absences.get(repository.gitDir) ?? absenceReason({ repository, environment });
  absences.set(repository.gitDir, known);
  return known;
}

function takePipe(repository: Repository, environment: Environment, { mode }: SourceOptions): ObjectPipe {
  const kept = pipes.get(repository.gitDir);
  pipes.delete(repository.gitDir);
  return kept ?? new ObjectPipe(repository, environment, { inBulk: true, inChains: mode !== 'range' });
}

function giveBack(repository: Repository, pipe: ObjectPipe): void {
  pipe.rest();
  pipes.get(repository.gitDir)?.close();
  pipes.set(repository.gitDir, pipe);
}
