import { SkipError, type Blob, type Note, type Origin, type SourceOptions } from '../../model/index.ts';
import { isArchive, isCompression, isDocument, sniff, SNIFF_BYTES, type ArchiveKind, type Compression, type Container as ContainerKind } from '../../lib/sniff.ts';
import { fill, prepend, randomAccessTo, readAll, readBytes, readUpTo, type RandomAccess, type Read } from '../read/byte-source.ts';
import { asRead, memberOfLog } from '../log/run-log.ts';
import { unreadFormat } from './formats.ts';
import { decompressed } from './inflate.ts';
import { ArchiveJob, MAX_DEPTH, MAX_HELD_BYTES } from './job.ts';
import { memberPath, type Member } from './member.ts';
import { isOfficePart, officeText } from './office.ts';

/** An archive of which `head` was read. */
export interface Container {
  readonly origin: Origin;
  readonly what: string;
  readonly kind: ArchiveKind;
  readonly head: Uint8Array;
  readonly read: Read;
  readonly sizeBytes?: number;
  readonly random?: RandomAccess;
}

/**
 * Blobs of all members, archives among them unpacked in turn, streamed. Limits on depth, members, bytes and ratio end
 * in a gap `archive-limit`, damage in `archive-damaged`. Returns whether all of it was seen.
 */
export async function* expandArchive(container: Container, options: SourceOptions, note: Note): AsyncGenerator<Blob, boolean> {
  const job = new ArchiveJob(container.what, container.sizeBytes ?? 0, options, note);
  yield* expand(container, 1, job);
  job.report();
  return job.isWhole;
}

async function* expand(container: Container, depth: number, job: ArchiveJob): AsyncGenerator<Blob> {
  if (depth > MAX_DEPTH) {
    job.gap('archive-limit', container.what, `archives in archives, more than ${MAX_DEPTH} deep`);
    return;
  }
  // Once the bytes under a stream fail, whoever was reading has been told: the rest of it has nothing to add.
  let isBroken = false;
  const read = failing(prepend(container.head, container.read), () => (isBroken = true));
  try {
    const { kind } = container;
    if (isCompression(kind)) yield* expandStream({ ...container, read }, kind, depth, job);
    else if (isDocument(kind)) yield* expandDocument({ ...container, read }, depth, job);
    else {
      for await (const member of await openContainer({ ...container, read }, kind, job)) {
        job.countMember();
        yield* expandMember(member, container, depth, job);
        if (job.isExhausted || isBroken) return;
      }
    }
  } catch (error) {
    if (error instanceof SkipError) job.skip(error.skip);
    else job.gap('archive-damaged', container.what, error instanceof Error ? error.message.slice(0, 200) : 'unknown error');
  }
}

async function openContainer(container: Container, kind: ContainerKind, job: ArchiveJob): Promise<AsyncGenerator<Member>> {
  const { read, what } = container;
  switch (kind) {
    case 'zip':
      return openZip(container, job);
    case 'tar':
      return (await import('./tar.ts')).tarMembers(read, what);
    case 'ar':
      return (await import('./ar.ts')).arMembers(read, what);
    case 'cpio':
      return (await import('./cpio.ts')).cpioMembers(read, what);
    case 'rpm':
      return (await import('./rpm.ts')).rpmMembers(read, what);
  }
}

/** What is read as a document is scanned as it is stored, too: a PDF before its text, of a database what its rows leave. */
async function* expandDocument(container: Container, depth: number, job: ArchiveJob): AsyncGenerator<Blob> {
  const { origin, what, kind, random, read, sizeBytes } = container;
  const most = kind === 'pdf' && random !== undefined ? 2 * MAX_HELD_BYTES : MAX_HELD_BYTES;
  const isHeld = random === undefined || kind === 'pdf';
  const held = isHeld && (random?.sizeBytes ?? sizeBytes ?? 0) <= most ? await readUpTo(random === undefined ? read : forward(random), most) : undefined;
  if (isHeld && (held === undefined || !held.isAll)) {
    job.gap('archive-limit', what, `more than ${most} bytes of it would have to be held; they were scanned as they are stored`);
    yield { origin, read: random !== undefined ? forward(random) : held === undefined ? read : prepend(held.bytes, read) };
    return;
  }
  const bytes = held?.bytes ?? new Uint8Array(0);
  if (kind === 'pdf') {
    const { pdfMembers } = await import('../pdf/pdf.ts');
    yield { origin, sizeBytes: bytes.length, read: readBytes(bytes) };
    yield* expandMembers(pdfMembers(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), what, job), container, depth, job);
    return;
  }
  const { databaseMembers } = await import('../sqlite/database.ts');
  const file = random ?? randomAccessTo(bytes);
  const rest = yield* expandMembers(databaseMembers(file, kind === 'sqlite' ? 'sqlite' : 'sqlite-log', what, job), container, depth, job);
  yield { origin, sizeBytes: file.sizeBytes, read: rest ?? forward(file) };
}

async function* expandMembers<Result>(members: Generator<Member, Result>, container: Container, depth: number, job: ArchiveJob): AsyncGenerator<Blob, Result | undefined> {
  for (let next = members.next(); ; next = members.next()) {
    if (next.done === true) return next.value;
    job.countMember();
    yield* expandMember(next.value, container, depth, job);
    if (job.isExhausted) return undefined;
  }
}

function forward(random: RandomAccess): Read {
  let at = 0;
  return (target) => {
    const count = random.readAt(target, at);
    at += count;
    return count;
  };
}

async function openZip({ random, read, what, sizeBytes }: Container, job: ArchiveJob): Promise<AsyncGenerator<Member>> {
  const { zipMembers } = await import('./zip.ts');
  if (random !== undefined) return zipMembers(random, what, job);
  const bytes = (sizeBytes ?? 0) > MAX_HELD_BYTES ? undefined : await readAll(read, MAX_HELD_BYTES);
  if (bytes === undefined) throw new SkipError({ what, reason: 'archive-limit', detail: `a zip of more than ${MAX_HELD_BYTES} bytes that can only be read forwards` });
  return zipMembers(randomAccessTo(bytes), what, job);
}

/** A compressed tar is one archive; anything else that is compressed is its only member, named after it. */
async function* expandStream(container: Container, kind: Compression, depth: number, job: ArchiveJob): AsyncGenerator<Blob> {
  const { origin, what } = container;
  const inner = decompressed(kind, container.read, (error) => ({ what, reason: 'archive-damaged', detail: kind === 'gzip' || kind === 'zstd' || !(error instanceof Error) ? 'it cannot be unpacked' : `it cannot be unpacked: ${error.message}` }));
  const head = new Uint8Array(SNIFF_BYTES);
  const guarded = job.guard(inner, what);
  const first = head.subarray(0, await fill(guarded, head));
  const packed = sniff(first);
  if (packed === 'tar' || packed === 'cpio') yield* expand({ origin, what, kind: packed, head: first, read: guarded }, depth, job);
  else yield* expandMember({ name: unpackedName(what), read: prepend(first, inner) }, container, depth, job);
}

async function* expandMember(member: Member, container: Container, depth: number, job: ArchiveJob): AsyncGenerator<Blob> {
  const origin = memberOfLog(container.origin, memberPath(member.name));
  const what = `${container.what}!/${memberPath(member.name)}`;
  const read = job.guard(member.read, what);
  const head = new Uint8Array(SNIFF_BYTES);
  let first: Uint8Array;
  try {
    first = head.subarray(0, await fill(read, head));
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    job.skip(error.skip);
    return;
  }
  const kind = member.isRaw === true ? 'binary' : sniff(first);
  const sizeBytes = member.sizeBytes;
  if (isArchive(kind)) {
    const random = kind === 'zip' || isDocument(kind) ? member.random?.() : undefined;
    yield* expand({ origin, what, kind, head: first, read, ...(sizeBytes === undefined ? {} : { sizeBytes }), ...(random === undefined ? {} : { random }) }, depth + 1, job);
    return;
  }
  if (kind === 'binary' && !job.options.binaries) {
    job.countBinary();
    return;
  }
  const format = unreadFormat(first);
  if (format !== undefined) job.remark({ what, reason: 'excluded-archive', detail: `${format} is not unpacked; its bytes were scanned as they are` });
  const whole = prepend(first, read);
  if (container.kind === 'zip' && isOfficePart(member.name, first)) yield { origin, read: officeText(whole), isRewritten: true };
  else yield asRead({ origin, ...(sizeBytes === undefined ? {} : { sizeBytes }), read: whole }, kind);
}

function failing(read: Read, onFailure: () => void): Read {
  const fail = (error: unknown): never => {
    onFailure();
    throw error;
  };
  return (target) => {
    try {
      const count = read(target);
      return typeof count === 'number' ? count : count.catch(fail);
    } catch (error) {
      return fail(error);
    }
  };
}

/** `access.log.gz` holds `access.log`. */
function unpackedName(what: string): string {
  const name = what.slice(what.lastIndexOf('/') + 1);
  return /.\.(gz|gzip|z|bz2|xz|zst|zstd)$/i.test(name) ? name.replace(/\.[^.]+$/, '') : `${name} (unpacked)`;
}
