import { realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Consumer, ConsumerWrite, Held, Mutation, Secret } from '../model/index.ts';
import { CHANGED, isChanged, placeOf } from './exchange/talk.ts';
import { breaksLine, valueSpan, type Span } from './text/lines.ts';
import { bytesOf, replaceFile } from './text/replace-file.ts';

/** A file that is the secret, or that has it on the line of a key (`.env`, `.npmrc`). Replaced whole, so that a reader sees the old or the new one. */
export const consumer: Consumer = {
  id: 'file',
  name: 'File',
  method: 'replace the file',
  parameters: { path: 'absolute path of the file', key: 'optional: what stands before = on its line; without it the file is the secret', section: 'optional: the [SECTION] in which the line stands' },
  storeTypes: [],
  problem: ({ path = '', key, section }) => (!isAbsolute(path) ? 'path: expected an absolute path' : key !== undefined && /[\n\r=]/.test(key) ? 'key: expected what stands before =' : section !== undefined && (key === undefined || /[\n\r]/.test(section)) ? 'section: expected the name of the section in which key stands' : undefined),
  read: (ask, at) => Promise.resolve(read(at, ask.makeSecret)),
  async put(ask, writes) {
    try {
      // Behind a link stands the file that is meant; the link stays.
      const path = realpathSync(placeOf(writes)['path'] ?? '');
      const release = await ask.hold(`file ${path}`);
      if (release === undefined) return { status: 'refused', detail: 'another process of ours writes it' };
      try {
        return put(path, writes);
      } finally {
        release();
      }
    } catch (error) {
      return { status: 'refused', detail: `cannot be written (${(error as NodeJS.ErrnoException).code ?? 'error'})` };
    }
  },
  together: ({ key }) => (key === undefined ? undefined : 'key'),
  guard: 'look-before',
  proof: 'test/unit/consumers/consumers.test.ts',
};

type At = Readonly<Record<string, string>>;

function read(at: At, makeSecret: (value: string) => Secret): Held {
  let value: string | undefined;
  try {
    value = valueIn(bytesOf(at['path'] ?? ''), at);
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? { status: 'absent' } : { status: 'unknown', detail: `cannot be read (${code})` };
  }
  return value === undefined || value === '' ? { status: 'absent' } : { status: 'holds', secret: makeSecret(value) };
}

function put(path: string, writes: readonly ConsumerWrite[]): Mutation {
  const before = bytesOf(path);
  if (isChanged(writes, (at) => valueIn(before, at))) return CHANGED;
  let text = before;
  for (const { at, secret } of writes) {
    const value = asBytes(secret.reveal());
    const span = spanOf(text, at);
    if (span === undefined) return { status: 'refused', detail: 'the file has no line of this key any more' };
    if (at['key'] !== undefined && breaksLine(span, value)) return { status: 'refused', detail: 'the value has characters that would break its line' };
    text = text.slice(0, span.from) + value + text.slice(span.to);
  }
  return replaceFile(path, before, text) ? { status: 'accepted', detail: 'written' } : CHANGED;
}

function valueIn(text: string, at: At): string | undefined {
  const value = spanOf(text, at)?.value;
  return value === undefined ? undefined : Buffer.from(value, 'latin1').toString('utf8');
}

/** Key and section are named in whatever characters; their lines are compared by bytes. */
function spanOf(text: string, { key, section }: At): Span | undefined {
  if (key !== undefined) return valueSpan(text, asBytes(key), section === undefined ? undefined : asBytes(section));
  const value = text.replace(/\r?\n$/, '');
  return { from: 0, to: value.length, value, quote: '' };
}

const asBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
