import { closeSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
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
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? { status: 'absent' } : { status: 'unknown', detail: `cannot be read (${code})` };
  }
  const value = key === undefined ? text.replace(/\r?\n$/, '') : lineOf(text, key)?.value;
  return value === undefined || value === '' ? { status: 'absent' } : { status: 'holds', secret: makeSecret(value) };
}

interface Line {
  /** Where the value stands in the text. */
  readonly from: number;
  readonly to: number;
  readonly value: string;
}

/** The value behind `KEY=`, quotes left where they are. The last of several counts, as it does for shells. */
function lineOf(text: string, key: string): Line | undefined {
  let found: Line | undefined;
  let start = 0;
  for (const line of text.split('\n')) {
    const match = /^(\s*(?:export\s+)?)(.*?)(\s*=\s*)(["']?)([^\r]*?)\4(\s*)$/.exec(line);
    if (match !== null && match[2] === key) {
      const [, lead = '', name = '', equals = '', quote = '', value = ''] = match;
      const from = start + lead.length + name.length + equals.length + quote.length;
      found = { from, to: from + value.length, value };
    }
    start += line.length + 1;
  }
  return found;
}

function put({ path = '', key }: At, secret: Secret): Mutation {
  try {
    // Behind a link stands the file that is meant; the link stays.
    const real = realpathSync(path);
    const text = readFileSync(real, 'utf8');
    const value = secret.reveal();
    if (key !== undefined && /[\n\r"']/.test(value)) return { status: 'refused', detail: 'the value has characters that would break its line' };
    const line = key === undefined ? undefined : lineOf(text, key);
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
    writeSync(descriptor, text);
    fsyncSync(descriptor);
    const made = statSync(next);
    if (made.uid !== uid || made.gid !== gid) throw Object.assign(new Error('owner'), { code: 'its owner is another one' });
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
