import type { ByteStream } from '../../model/index.ts';

/** A value of RESP 2 (Redis serialization protocol). An error is data: it says what the server refuses. */
export type RedisValue = string | number | null | readonly RedisValue[] | { readonly error: string };

/** More than any answer that is asked for here; also the depth of what holds it. */
const MAX_ITEMS = 100_000;
const MAX_DEPTH = 6;

export type RedisCommand = (...words: readonly string[]) => Promise<RedisValue>;

/**
 * Commands on an open connection, one after the other.
 * @throws when the answer is not RESP, or the connection ends.
 */
export function redisSession(stream: ByteStream): RedisCommand {
  let buffer = Buffer.alloc(0);
  let waiting: { readonly resolve: (value: RedisValue) => void; readonly reject: (error: Error) => void } | undefined;
  const settle = (): void => {
    if (waiting === undefined) return;
    const { resolve, reject } = waiting;
    try {
      const read = readValue(buffer, 0, 0);
      if (read === undefined) return;
      buffer = buffer.subarray(read.end);
      waiting = undefined;
      resolve(read.value);
    } catch (error) {
      waiting = undefined;
      reject(error as Error);
    }
  };
  const fail = (code: string): void => {
    waiting?.reject(Object.assign(new Error('ended'), { code }));
    waiting = undefined;
  };
  stream.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    settle();
  });
  stream.on('error', (error) => fail('code' in error && typeof error.code === 'string' ? error.code : 'ECONNRESET'));
  stream.on('close', () => fail('ECONNRESET'));
  return (...words) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      if (stream.destroyed) fail('ECONNRESET');
      else stream.write(Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...words.map((word) => Buffer.from(`$${Buffer.byteLength(word)}\r\n${word}\r\n`))]));
    });
}

/** Undefined: more has to come. */
function readValue(buffer: Buffer, at: number, depth: number): { readonly value: RedisValue; readonly end: number } | undefined {
  const eol = buffer.indexOf('\r\n', at);
  if (at < buffer.length && !'+-:$*'.includes(String.fromCharCode(buffer[at] ?? 0))) throw notRedis();
  if (eol < 0) return undefined;
  const [type, text, start] = [String.fromCharCode(buffer[at] ?? 0), buffer.toString('utf8', at + 1, eol), eol + 2];
  switch (type) {
    case '+':
      return { value: text, end: start };
    case '-':
      return { value: { error: text }, end: start };
    case ':':
      return { value: Number(text), end: start };
    default: {
      if (!/^(?:-1|\d{1,9})$/.test(text) || depth > MAX_DEPTH) throw notRedis();
      const count = Number(text);
      if (count < 0) return { value: null, end: start };
      if (type === '$') return buffer.length < start + count + 2 ? undefined : { value: buffer.toString('utf8', start, start + count), end: start + count + 2 };
      return readArray(buffer, start, count, depth);
    }
  }
}

function readArray(buffer: Buffer, start: number, count: number, depth: number): { readonly value: RedisValue; readonly end: number } | undefined {
  if (count > MAX_ITEMS) throw notRedis();
  const items: RedisValue[] = [];
  let at = start;
  while (items.length < count) {
    const item = readValue(buffer, at, depth + 1);
    if (item === undefined) return undefined;
    items.push(item.value);
    at = item.end;
  }
  return { value: items, end: at };
}

function notRedis(): Error {
  return Object.assign(new Error('not RESP'), { code: 'UND_ERR_RESPONSE' });
}

/** The words of an error, or undefined. */
export function errorIn(value: RedisValue): string | undefined {
  return typeof value === 'object' && value !== null && 'error' in value ? value.error : undefined;
}
