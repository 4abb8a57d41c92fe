import { open, stat, type FileHandle } from 'node:fs/promises';
import { printable } from '../../lib/printable.ts';
import { WardenError } from '../../model/index.ts';
import { configError } from './problem.ts';

/** A configuration over this is a mistake or an attack. */
const MAX_BYTES = 1024 * 1024;

/**
 * The text of a configuration file. `named`: the user gave its path, so that it must exist and may be a pipe; the file
 * that is only found in the working directory must be a regular one (a repository may hold a link to a device).
 * `shown` is its name in messages. Undefined if a file that was not named does not exist.
 */
export async function readConfigText(path: string, named: boolean, shown: string): Promise<string | undefined> {
  const bytes = await readConfigBytes(path, named, shown);
  return bytes === undefined ? undefined : decodeConfig(shown, bytes);
}

/** The same as it lies on disk, for who compares digests. */
export async function readConfigBytes(path: string, named: boolean, shown: string): Promise<Uint8Array | undefined> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (!named && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw unreadable(shown, error);
  });
  if (info === undefined) return undefined;
  if (info.isDirectory()) throw fileError('CONFIG_UNREADABLE', shown, 'is a directory, not a configuration file');
  if (!info.isFile() && !(named && info.isFIFO())) throw fileError('CONFIG_UNREADABLE', shown, 'is not a regular file');
  const bytes = await readAtMost(path, MAX_BYTES + 1, shown);
  if (bytes.length > MAX_BYTES) throw fileError('CONFIG_TOO_LARGE', shown, 'is over 1 MiB, the limit of a configuration file');
  return bytes;
}

async function readAtMost(path: string, limit: number, shown: string): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const buffer = new Uint8Array(limit);
    let length = 0;
    while (length < limit) {
      const { bytesRead } = await file.read(buffer, length, limit - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } catch (error) {
    throw unreadable(shown, error as NodeJS.ErrnoException);
  } finally {
    await file?.close();
  }
}

/** Throws `CONFIG_NOT_UTF8` with the place of the first byte that is not. */
export function decodeConfig(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const good = goodPrefix(bytes);
    const before = new TextDecoder().decode(bytes.subarray(0, good));
    const lines = before.split('\n');
    const wide = bytes[0] === 0xff || bytes[0] === 0xfe;
    throw configError(path, [
      {
        at: { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 },
        code: 'CONFIG_NOT_UTF8',
        message: `the file is not UTF-8 text${wide ? ' (it looks like UTF-16)' : ''}`,
        hint: 'save it as UTF-8',
      },
    ]);
  }
}

/** How many bytes from the start are valid UTF-8. */
function goodPrefix(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}

function unreadable(path: string, error: NodeJS.ErrnoException): WardenError {
  if (error.code === 'ENOENT') return fileError('CONFIG_NOT_FOUND', path, 'does not exist');
  return fileError('CONFIG_UNREADABLE', path, `cannot be read (${error.code ?? 'unknown error'})`);
}

function fileError(code: string, path: string, what: string): WardenError {
  return new WardenError(code, `configuration file ${printable(path)} ${what}`, { hint: 'check the path given by --config, TOKENWARDEN_CONFIG or the working directory' });
}
