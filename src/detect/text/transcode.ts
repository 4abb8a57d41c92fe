/** Text in UTF-16 and UTF-32 text are told by their byte order mark, or by where their zero bytes stand. */
type Wide = 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';
type Read = (target: Uint8Array) => number | Promise<number>;

const PROBE = 512;

/**
 * If `head` (all bytes read so far) is UTF-16 or UTF-32, a `read` that gives the same text as UTF-8: first `head`,
 * then what `rest` still has. Line and column do not change by this, byte offsets do. Undefined for all else.
 */
export function transcoderFor(head: Uint8Array, rest: Read | undefined): Read | undefined {
  const wide = wideKind(head);
  if (wide === undefined) return undefined;
  const decode = decoderFor(wide);
  let queue: Uint8Array[] = [encode(decode(head.slice(), rest === undefined))];
  let ended = rest === undefined;
  const raw = new Uint8Array(1 << 16);
  const drain = (target: Uint8Array): number => {
    let written = 0;
    while (written < target.length) {
      const first = queue[0];
      if (first === undefined) break;
      const part = first.subarray(0, target.length - written);
      target.set(part, written);
      written += part.length;
      if (part.length === first.length) queue = queue.slice(1);
      else queue[0] = first.subarray(part.length);
    }
    return written;
  };
  return async (target) => {
    for (;;) {
      const written = drain(target);
      if (written > 0 || ended || rest === undefined) return written;
      const count = await rest(raw);
      ended = count === 0;
      queue.push(encode(decode(raw.slice(0, count), ended)));
    }
  };
}

/** Whole text as UTF-8, and how many source bytes an ASCII character had; the same bytes and 1 for all but UTF-16 and UTF-32. */
export function toUtf8(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly width: 1 | 2 | 4 } {
  const wide = wideKind(bytes);
  if (wide === undefined) return { bytes, width: 1 };
  return { bytes: encode(decoderFor(wide)(bytes, true)), width: wide === 'utf-16le' || wide === 'utf-16be' ? 2 : 4 };
}

function decoderFor(wide: Wide): (bytes: Uint8Array, last: boolean) => string {
  return wide === 'utf-16le' || wide === 'utf-16be' ? utf16Decoder(wide) : utf32Decoder(wide === 'utf-32be');
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Undefined for UTF-8, other single-byte text and binaries. Of `head` the first `size` bytes are meant. */
export function wideKind(head: Uint8Array, size = head.length): Wide | undefined {
  const a = head[0];
  const b = head[1];
  const c = head[2];
  const d = head[3];
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 && size >= 4 ? 'utf-32le' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be';
  const length = Math.min(size, PROBE) & ~3;
  if (length < 8 || !hasZero(head, Math.min(size, 16))) return undefined;
  let zeros = 0;
  let texty = 0;
  for (let i = 0; i < length; i += 1) {
    const byte = head[i] as number;
    if (byte === 0) zeros += LANE[i & 3] as number;
    else if ((byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13) texty += 1;
  }
  const quarter = length / 4;
  const of = (lane: number): number => (zeros >>> (lane * 8)) & 0xff;
  const most = (lane: number): boolean => of(lane) >= quarter * 0.8;
  const few = (lane: number): boolean => of(lane) <= quarter * 0.1;
  if (most(1) && most(3) && few(0) && few(2) && texty >= quarter * 1.5) return 'utf-16le';
  if (most(0) && most(2) && few(1) && few(3) && texty >= quarter * 1.5) return 'utf-16be';
  if (few(0) && most(1) && most(2) && most(3) && texty >= quarter * 0.8) return 'utf-32le';
  if (most(0) && most(1) && most(2) && few(3) && texty >= quarter * 0.8) return 'utf-32be';
  return undefined;
}

/** Zeros are counted by where they stand in a group of four, in eight bits for each place: there are at most 128. */
const LANE = [1, 1 << 8, 1 << 16, 1 << 24];

function hasZero(head: Uint8Array, to: number): boolean {
  for (let at = 0; at < to; at += 1) if (head[at] === 0) return true;
  return false;
}

function utf16Decoder(encoding: 'utf-16le' | 'utf-16be'): (bytes: Uint8Array, last: boolean) => string {
  const decoder = new TextDecoder(encoding);
  return (bytes, last) => decoder.decode(bytes, { stream: !last });
}

function utf32Decoder(bigEndian: boolean): (bytes: Uint8Array, last: boolean) => string {
  let carry = new Uint8Array(0);
  return (bytes) => {
    const all = new Uint8Array(carry.length + bytes.length);
    all.set(carry);
    all.set(bytes, carry.length);
    const whole = all.length & ~3;
    carry = all.slice(whole);
    const view = new DataView(all.buffer);
    let text = '';
    for (let at = 0; at < whole; at += 4) {
      const point = view.getUint32(at, !bigEndian);
      if (at === 0 && point === 0xfeff) continue;
      text += point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : '\ufffd';
    }
    return text;
  };
}
