import { gunzipSync, inflateSync } from 'node:zlib';
import type { DecodedText } from './encoded-text.ts';
import { looksLikeText } from './looks-like-text.ts';

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
  }
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

/** Undefined when it is not gzip or zlib, or damaged. A cut end is no damage. */
function inflate(bytes: Buffer): Uint8Array | 'too-large' | undefined {
  if (bytes.length < 18) return undefined;
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
  const zlib = bytes[0] === 0x78 && (bytes[1] === 0x01 || bytes[1] === 0x9c || bytes[1] === 0xda || bytes[1] === 0x5e);
  if (!gzip && !zlib) return undefined;
  try {
    return (gzip ? gunzipSync : inflateSync)(bytes, { maxOutputLength: MOST_INFLATED, finishFlush: 2 });
  } catch (error) {
    // Anything else: the bytes are not what the first of them say.
    return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : undefined;
  }
}
