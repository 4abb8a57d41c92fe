import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { DecodedText } from './encoded-text.ts';
import { looksLikeText } from './looks-like-text.ts';
import { mayBeDeflated } from './may-inflate.ts';

const LEAST_HEX = 32;
const MOST_INFLATED = 4 << 20;

/**
 * What a run of base64 or hex characters says, if it says text (also gzip or zlib of anything, and UTF-16). `source` is
 * latin1 and may hold line breaks between its pieces; undefined when the bytes are no text, `too-large` when they inflate to
 * more than is worth looking at.
 */
export function decodeRun(source: string): DecodedText | 'too-large' | undefined {
  const { packed, offsets } = pack(source);
  if (packed.length >= LEAST_HEX && packed.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(packed)) {
    const bytes = Buffer.from(packed, 'hex');
    if (looksLikeText(bytes)) return { bytes, sourceOf: (offset) => sourceAt(offsets, offset * 2, source.length) };
    const inflated = inflate(bytes);
    if (inflated === 'too-large') return inflated;
    if (inflated !== undefined) return { bytes: inflated, sourceOf: (offset) => (offset === 0 ? 0 : source.length) };
  }
  const fives = packed.length >= LEAST_HEX && /^[A-Z2-7]+$/.test(packed) ? fromBase32(packed) : undefined;
  if (fives !== undefined && looksLikeText(fives)) return { bytes: fives, sourceOf: (offset) => sourceAt(offsets, Math.floor((offset * 8) / 5), source.length) };
  const whole = packed.length % 4 === 1 ? packed.slice(0, -1) : packed;
  const bytes = Buffer.from(whole, 'base64');
  const inflated = inflate(bytes);
  if (inflated === 'too-large') return inflated;
  if (inflated !== undefined) return { bytes: inflated, sourceOf: (offset) => (offset === 0 ? 0 : source.length) };
  if (!looksLikeText(bytes)) return undefined;
  return { bytes, sourceOf: (offset) => sourceAt(offsets, Math.floor((offset * 4) / 3), source.length) };
}

/** Only the characters of the encoding, and where each piece of them began: pairs of packed and source offset. */
function pack(source: string): { readonly packed: string; readonly offsets: readonly (readonly [number, number])[] } {
  if (!source.includes('\n') && !source.includes('\\')) return { packed: source, offsets: [[0, 0]] };
  let packed = '';
  const offsets: [number, number][] = [];
  for (const piece of source.replace(/\\r?\\?n|\\r/g, (escape) => ' '.repeat(escape.length)).matchAll(/[A-Za-z0-9+/_-]{8,}/g)) {
    offsets.push([packed.length, piece.index]);
    packed += piece[0];
  }
  return { packed, offsets };
}

function sourceAt(offsets: readonly (readonly [number, number])[], at: number, end: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle]?.[0] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const [packedStart, sourceStart] = offsets[low] ?? [0, 0];
  return Math.min(end, sourceStart + at - packedStart);
}

/** RFC 4648 section 6, without its padding. */
function fromBase32(text: string): Buffer {
  const bytes = Buffer.alloc(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const digit of text) {
    bits = ((bits << 5) | (digit >= 'A' ? digit.charCodeAt(0) - 65 : digit.charCodeAt(0) - 24)) & 0xffff;
    held += 5;
    if (held < 8) continue;
    held -= 8;
    bytes[at++] = (bits >> held) & 0xff;
  }
  return bytes;
}

/** Undefined when it is not gzip, zlib or a bare deflated stream of text, or damaged. A cut end is no damage. */
function inflate(bytes: Buffer): Uint8Array | 'too-large' | undefined {
  if (bytes.length < 18) return undefined;
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
  const zlib = bytes[0] === 0x78 && (bytes[1] === 0x01 || bytes[1] === 0x9c || bytes[1] === 0xda || bytes[1] === 0x5e);
  if (!gzip && !zlib && !mayBeDeflated(bytes)) return undefined;
  try {
    const inflated = (gzip ? gunzipSync : zlib ? inflateSync : inflateRawSync)(bytes, { maxOutputLength: MOST_INFLATED, finishFlush: 2 });
    return gzip || zlib || looksLikeText(inflated) ? inflated : undefined;
  } catch (error) {
    // Anything else: the bytes are not what the first of them say.
    return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : undefined;
  }
}
