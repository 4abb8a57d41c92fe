import { wideKind } from '../text/transcode.ts';
import { mayBeDeflated } from './may-inflate.ts';

/** Bytes that are looked at: as many as tell wide text. */
const PROBE = 512;
/** What tells gzip, zlib and deflated text. */
const HEAD = 24;
const LEAST_HEX = 32;

const bytes = Buffer.alloc(PROBE);

/**
 * Whether `decodeRun` may read the base64 or hex digits in [start, end) of `text`: most runs are names, of which the first bytes by chance are text. Nothing is cut out
 * of the buffer for them. Lines of wrapped text are judged by the first.
 */
export function mayDecode(text: Uint8Array, start: number, end: number): boolean {
  if (end - start >= LEAST_HEX && (areAll(text, start, HEX) || areAll(text, start, BASE32))) return true;
  // a last digit alone says nothing
  const last = (end - start) % 4 === 1 ? end - 1 : end;
  let count = 0;
  let bits = 0;
  let held = 0;
  let isText = true;
  let isWhole = true;
  let more = 0;
  for (let at = start; at < last && count < PROBE; at += 1) {
    const digit = BASE64[text[at] as number] as number;
    if (digit === NO_DIGIT) {
      isWhole = false;
      break;
    }
    bits = ((bits << 6) | digit) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const byte = (bits >> held) & 0xff;
    bytes[count++] = byte;
    if (!isText) continue;
    if (more > 0) {
      more -= 1;
      isText = (byte & 0xc0) === 0x80;
    } else if (byte >= 128) {
      more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
      isText = byte >= 0xc2 && byte < 0xf5;
    } else isText = (byte >= 32 && byte < 127) || byte === 10 || byte === 13 || byte === 9;
    // the first bytes say whether it can be anything else
    if (!isText && count >= HEAD && !mayBeOther(count)) return false;
  }
  if (isText) return true;
  if (count >= HEAD ? !mayBeOther(count) : isWhole && !hasZero(count) && !isMarked()) return false;
  if (!isWhole || isPacked() || mayBeDeflated(bytes.subarray(0, count))) return true;
  return wideKind(bytes, count) !== undefined;
}

function areAll(text: Uint8Array, from: number, digits: Uint8Array): boolean {
  for (let at = from; at < from + LEAST_HEX; at += 1) if (digits[text[at] as number] !== 1) return false;
  return true;
}

/** Anything but text of one byte each. */
function mayBeOther(count: number): boolean {
  return hasZero(count) || isMarked() || ((bytes[0] as number) & 1) === 1;
}

function hasZero(count: number): boolean {
  const limit = Math.min(16, count);
  for (let at = 0; at < limit; at += 1) if (bytes[at] === 0) return true;
  return false;
}

/** The mark of UTF-16, of gzip or of zlib. */
function isMarked(): boolean {
  return isPacked() || (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

function isPacked(): boolean {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b) || bytes[0] === 0x78;
}

const NO_DIGIT = 64;
/** Values of the digits, in both alphabets. */
const BASE64 = Uint8Array.from({ length: 256 }, (_, code) => {
  const at = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_'.indexOf(String.fromCharCode(code));
  return at === -1 ? NO_DIGIT : at > 63 ? at - 2 : at;
});
const HEX = Uint8Array.from({ length: 256 }, (_, code) => (/[0-9a-fA-F]/.test(String.fromCharCode(code)) ? 1 : 0));
const BASE32 = Uint8Array.from({ length: 256 }, (_, code) => (/[A-Z2-7]/.test(String.fromCharCode(code)) ? 1 : 0));
