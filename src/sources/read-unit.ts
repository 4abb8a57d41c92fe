import { SkipError, STAMP_NUMBERS, type Blob, type Note, type SourceOptions, type Unit } from '../model/index.ts';
import { randomAccessTo, readBytes } from './read/byte-source.ts';
import { blobsOf, type Ended } from './read/content.ts';
import { openFile, type OpenFile } from './read/file.ts';
import { closeObjectPipes, readObjects, type PlainTexts } from './read/object.ts';
import { logOrigin } from './log/run-log.ts';
import { abandonRing, readRing } from './stream/ring.ts';

/**
 * The blobs of a unit, one at a time: read one to its end (or leave it) before asking for the next. Runs on any thread.
 * Everything that was read to its end is noted as scanned, everything that could not be opened as skipped. A
 * `SkipError` thrown by `Blob.read` is NOT noted: who catches it does that. What was noted and yielded since the last call
 * of `ended` belongs to the thing it tells of. Objects of a repository that are plain texts are given to `plain`, if there is one, and not yielded.
 */
export async function* readUnit(unit: Unit, options: SourceOptions, note: Note, ended?: Ended, plain?: PlainTexts): AsyncGenerator<Blob> {
  switch (unit.kind) {
    case 'files':
      for (const [index, path] of unit.paths.entries()) {
        // looked at again only for those who want to know
        const stamp = ended === undefined ? undefined : unit.stamps?.subarray(index * STAMP_NUMBERS, (index + 1) * STAMP_NUMBERS);
        const steady = yield* readFile(unit.root, path, unit.log, stamp, options, note);
        ended?.(index, steady);
      }
      return;
    case 'objects':
      yield* readObjects(unit.repository, unit.objects, options, note, ended, plain);
      return;
    case 'bytes': {
      const { origin, bytes } = unit;
      yield* blobsOf({ origin, sizeBytes: bytes.length, counts: { files: 1 }, read: readBytes(bytes), random: randomAccessTo(bytes) }, options, note);
      return;
    }
    case 'ring':
      try {
        yield* blobsOf({ origin: unit.origin, counts: { files: 1 }, read: readRing(unit.ring) }, options, note);
      } finally {
        abandonRing(unit.ring);
      }
  }
}

/** Ends what this thread keeps open between units. */
export function closeReaders(): void {
  closeObjectPipes();
}

/** Whether the file is still the one of that stamp, at its end. */
async function* readFile(root: string, path: string, log: boolean, stamp: Float64Array | undefined, options: SourceOptions, note: Note): AsyncGenerator<Blob, boolean> {
  let file: OpenFile;
  try {
    file = openFile(root, path);
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    note({ type: 'skipped', skip: error.skip });
    return false;
  }
  try {
    const { sizeBytes, read, random, complaint } = file;
    yield* blobsOf({ origin: log ? logOrigin(path) : { kind: 'file', path }, sizeBytes, counts: { files: 1 }, read, random, complaint }, options, note);
    return stamp !== undefined && file.hasStamp(stamp);
  } finally {
    file.close();
  }
}
