import { realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { systemPath } from '../lib/path-bytes.ts';
import { SkipError, WardenError, type Occurrence, type Origin, type Repository, type SourceOptions } from '../model/index.ts';
import { expandArchive } from './archive/expand.ts';
import { isProgramOfZip } from './archive/zip-end.ts';
import { bareRepositoryAt, discoverRepository } from './git/discover.ts';
import type { Environment } from './git/environment.ts';
import { objectText } from './git/object-text.ts';
import { explain, runGit } from './git/run.ts';
import { randomAccessTo, readAll, readBytes } from './read/byte-source.ts';
import { openFile } from './read/file.ts';
import { isArchive, sniff, SNIFF_BYTES } from '../lib/sniff.ts';

/** Origins are read again whole: more than this is refused. */
const MAX_BYTES = 512 << 20;
const EVERYTHING: SourceOptions = { mode: 'tree', includeIgnored: true, archives: true, binaries: true, ignore: [] };

/**
 * The bytes of one origin, as they were scanned: of a file, a blob of history or of the index, a log, the text of a
 * commit or tag, a member of an archive in any of these. `target` is the root the scan told, or the file itself.
 * Throws `OCCURRENCE_UNREADABLE` (gone, closed, too large, or of a kind that cannot be read twice). Runs no network.
 */
export async function readOccurrence({ target, origin }: Occurrence, environment: Environment = {}): Promise<Uint8Array> {
  switch (origin.kind) {
    case 'file':
      return readWhole(target, origin.path);
    case 'log':
      if (origin.url !== undefined) throw unreadable(origin.name, 'a remote log is not read again from here');
      return readWhole(target, origin.name);
    case 'commit':
    case 'staged':
      return readObject(target, 'blob', origin.blob, environment);
    case 'message':
      return objectText(await readObject(target, origin.objectType, origin.object, environment));
    case 'member':
      return readMember(await readOccurrence({ target, origin: outermost(origin), startLine: 1 }, environment), origin);
    case 'stdin':
      throw unreadable('standard input', 'it cannot be read twice');
    case 'url':
      throw unreadable('a remote target', 'it is not read again from here');
    case 'issuer':
      throw unreadable('a token that its issuer listed', 'nobody has its secret; it is told by its id');
  }
}

async function readWhole(target: string, path: string): Promise<Uint8Array> {
  const isFolder = statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
  const [root, name] = isFolder ? [target, path] : [dirname(target), target.slice(dirname(target).length).replace(/^[/\\]/, '')];
  if (isAbsolute(name) || name.split('/').includes('..')) throw unreadable(path, 'its path leads out of the target');
  try {
    const real = realpathSync(systemPath(root, name), { encoding: 'buffer' }).toString('latin1');
    const top = Buffer.from(realpathSync(root)).toString('latin1');
    if (!real.startsWith(top.endsWith(sep) ? top : top + sep)) throw unreadable(path, 'a link leads out of the target');
    const file = openFile(root, name);
    try {
      const bytes = file.sizeBytes > MAX_BYTES ? undefined : await readAll(file.read, MAX_BYTES);
      if (bytes === undefined) throw unreadable(path, `it is larger than ${MAX_BYTES} bytes`);
      return bytes;
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof WardenError) throw error;
    throw unreadable(path, error instanceof SkipError ? (error.skip.detail ?? error.skip.reason) : ((error as NodeJS.ErrnoException).code ?? 'unknown error'), error);
  }
}

async function readObject(target: string, type: string, oid: string, environment: Environment): Promise<Uint8Array> {
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(oid)) throw unreadable(`${type} ${oid.slice(0, 64)}`, 'this is not an object name');
  const repository = repositoryOf(target);
  if (repository === undefined) throw unreadable(`${type} ${oid}`, `${target} is not a git repository`);
  const result = await runGit({ repository, environment }, ['cat-file', type, oid], '', MAX_BYTES);
  if (result.code !== 0) throw unreadable(`${type} ${oid}`, explain(result));
  return result.stdout;
}

function repositoryOf(target: string): Repository | undefined {
  const folder = resolve(target);
  const kind = statSync(folder, { throwIfNoEntry: false });
  if (kind === undefined) return undefined;
  return kind.isDirectory() ? (bareRepositoryAt(folder) ?? discoverRepository(folder)) : discoverRepository(dirname(folder));
}

/** Unpacks as the scan did, until the member comes by. */
async function readMember(archive: Uint8Array, origin: Origin): Promise<Uint8Array> {
  const wanted = memberNames(origin);
  const what = wanted.join('!/');
  const random = randomAccessTo(archive);
  const kind = isProgramOfZip(archive, random) ? 'zip' : sniff(archive);
  if (!isArchive(kind)) throw unreadable(what, 'what holds it is no archive any more');
  const container = { origin: outermost(origin), what, kind, head: archive.subarray(0, SNIFF_BYTES), read: readBytes(archive.subarray(SNIFF_BYTES)), sizeBytes: archive.length, random } as const;
  try {
    for await (const blob of expandArchive(container, EVERYTHING, () => undefined)) {
      if (memberNames(blob.origin).join('\0') !== wanted.join('\0')) continue;
      const bytes = await readAll(blob.read, MAX_BYTES);
      if (bytes === undefined) throw unreadable(what, `it is larger than ${MAX_BYTES} bytes`);
      return bytes;
    }
  } catch (error) {
    if (error instanceof SkipError) throw unreadable(what, error.skip.detail ?? error.skip.reason, error);
    throw error;
  }
  throw unreadable(what, 'the archive holds no such member');
}

/** From the outermost archive inwards. */
function memberNames(origin: Origin): readonly string[] {
  return origin.kind === 'member' ? [...memberNames(origin.archive), origin.path] : [];
}

function outermost(origin: Origin): Origin {
  return origin.kind === 'member' ? outermost(origin.archive) : origin;
}

function unreadable(what: string, why: string, cause?: unknown): WardenError {
  return new WardenError('OCCURRENCE_UNREADABLE', `${what} cannot be read again: ${why}`, { hint: 'Scan again, or give the secret on standard input.', cause });
}
