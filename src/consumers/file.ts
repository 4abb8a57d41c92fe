import { closeSync, fchmodSync, fchownSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, isAbsolute, join, basename } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Consumer, Held, Mutation, Secret } from '../model/index.ts';

/** A file that is the secret, or that has it on the line of a key (`.env`, `.npmrc`). Replaced whole, so that a reader sees the old or the new one. */
export const consumer: Consumer = {
  id: 'file',
  name: 'File',
  method: 'replace the file',
  parameters: { path: 'absolute path of the file', key: 'optional: what stands before = on its line; without it the file is the secret' },
  storeTypes: [],
  problem: ({ path = '', key }) => (!isAbsolute(path) ? 'path: expected an absolute path' : key !== undefined && /[\n\r=]/.test(key) ? 'key: expected what stands before =' : undefined),
  read: (ask, at) => Promise.resolve(read(at, ask.makeSecret)),
  put: (_ask, at, secret) => Promise.resolve(put(at, secret)),
  proof: 'test/unit/consumers/consumers.test.ts',
};

type At = Readonly<Record<string, string>>;

function read({ path = '', key }: At, makeSecret: (value: string) => Secret): Held {
  let text: string;
  try {
    text = textOf(path);
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? { status: 'absent' } : { status: 'unknown', detail: `cannot be read (${code})` };
  }
  const value = key === undefined ? text.replace(/\r?\n$/, '') : lineOf(text, Buffer.from(key, 'utf8').toString('latin1'))?.value;
  return value === undefined || value === '' ? { status: 'absent' } : { status: 'holds', secret: makeSecret(Buffer.from(value, 'latin1').toString('utf8')) };
}

/** A character for each byte, so that what stands around the value is written back as it was, in whatever encoding. A pipe would be waited for without end. */
function textOf(path: string): string {
  if (!statSync(path).isFile()) throw Object.assign(new Error('not a file'), { code: 'it is no regular file' });
  return readFileSync(path, 'latin1');
}

interface Line {
  /** Where the value stands in the text. */
  readonly from: number;
  readonly to: number;
  readonly value: string;
  readonly quote: string;
}

/** The value behind `KEY=`, quotes left where they are. The last of several counts, as it does for shells. */
function lineOf(text: string, key: string): Line | undefined {
  let found: Line | undefined;
  let start = 0;
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals !== -1 && line.slice(0, equals).trim().replace(/^export\s+/, '') === key) {
      const after = line.slice(equals + 1);
      const bare = after.trim();
      const quote = bare.length > 1 && /^["']/.test(bare) && bare.endsWith(bare.charAt(0)) ? bare.charAt(0) : '';
      const value = bare.slice(quote.length, bare.length - quote.length);
      const from = start + equals + 1 + (after.length - after.trimStart().length) + quote.length;
      found = { from, to: from + value.length, value, quote };
    }
    start += line.length + 1;
  }
  return found;
}

/** What ends a value, or is read as something else, for a shell or for readers of `.env`, by the quotes that it stands in. */
const BREAKING: Readonly<Record<string, RegExp>> = { '': /[\s"'`$\\#;&|<>()]/, '"': /[\n\r"`$\\]/, "'": /[\n\r']/ };

function put({ path = '', key }: At, secret: Secret): Mutation {
  try {
    // Behind a link stands the file that is meant; the link stays.
    const real = realpathSync(path);
    const text = textOf(real);
    const value = Buffer.from(secret.reveal(), 'utf8').toString('latin1');
    // A key is named in whatever characters; its line is compared by bytes.
    const line = key === undefined ? undefined : lineOf(text, Buffer.from(key, 'utf8').toString('latin1'));
    if (line !== undefined && BREAKING[line.quote]?.test(value) !== false) return { status: 'refused', detail: 'the value has characters that would break its line' };
    if (key !== undefined && line === undefined) return { status: 'refused', detail: 'the file has no line of this key any more' };
    const next = line === undefined ? value + (/\r?\n$/.exec(text)?.[0] ?? '') : text.slice(0, line.from) + value + text.slice(line.to);
    replace(real, next);
    return { status: 'accepted', detail: 'written' };
  } catch (error) {
    return { status: 'refused', detail: `cannot be written (${(error as NodeJS.ErrnoException).code ?? 'error'})` };
  }
}

function replace(path: string, text: string): void {
  const { mode, uid, gid } = statSync(path);
  const next = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const descriptor = openSync(next, 'wx', mode & 0o777);
  try {
    const made = statSync(next);
    if (made.uid !== uid || made.gid !== gid) giveTo(descriptor, uid, gid);
    // The umask took from what `open` was given.
    fchmodSync(descriptor, mode & 0o777);
    const bytes = Buffer.from(text, 'latin1');
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    fsyncSync(descriptor);
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Who runs us as root rotates other users' files. */
function giveTo(descriptor: number, uid: number, gid: number): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    throw Object.assign(new Error('owner'), { code: 'its owner is another one' });
  }
}
