import { constants, inflateRawSync, inflateSync } from 'node:zlib';
import { isDictionary, isList, type PdfDictionary, type PdfValue } from './syntax.ts';

/** What a stream holds once its filters are undone. `image`: a picture or the like, whose filter hides no text. */
export type Decoded = { readonly kind: 'bytes'; readonly bytes: Buffer; readonly isWhole: boolean } | { readonly kind: 'image' } | { readonly kind: 'too-large' } | { readonly kind: 'damaged'; readonly why: string };

const PICTURES: ReadonlySet<string> = new Set(['/DCTDecode', '/DCT', '/JPXDecode', '/CCITTFaxDecode', '/CCF', '/JBIG2Decode']);
const MAX_FILTERS = 8;

/** Undoes the filters of a stream (ISO 32000-1, 7.4); at most `limit` bytes. `resolve` follows references. */
export function decodeStream(raw: Buffer, dictionary: PdfDictionary, limit: number, resolve: (value: PdfValue | undefined) => PdfValue | undefined): Decoded {
  const filters = listOf(resolve(dictionary.get('Filter') ?? dictionary.get('F'))).map(resolve);
  const parameters = listOf(resolve(dictionary.get('DecodeParms') ?? dictionary.get('DP'))).map(resolve);
  if (filters.length > MAX_FILTERS) return { kind: 'damaged', why: 'it has too many filters' };
  let bytes = raw;
  let isWhole = true;
  for (const [index, filter] of filters.entries()) {
    if (typeof filter !== 'string') return { kind: 'damaged', why: 'a filter has no name' };
    if (PICTURES.has(filter)) return { kind: 'image' };
    if (filter === '/Crypt') return { kind: 'damaged', why: 'it is encrypted' };
    const parameter = parameters[index];
    try {
      const step = undo(filter, bytes, limit);
      if (step === undefined) return { kind: 'damaged', why: `its filter ${filter.slice(1, 40)} is not known` };
      bytes = unpredicted(step.bytes, isDictionary(parameter) ? parameter : undefined);
      isWhole &&= step.isWhole;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? { kind: 'too-large' } : { kind: 'damaged', why: 'it cannot be unpacked' };
    }
  }
  return { kind: 'bytes', bytes, isWhole };
}

function listOf(value: PdfValue | undefined): readonly PdfValue[] {
  return value === undefined || value === null ? [] : isList(value) ? value : [value];
}

function undo(filter: string, bytes: Buffer, limit: number): { readonly bytes: Buffer; readonly isWhole: boolean } | undefined {
  switch (filter) {
    case '/FlateDecode':
    case '/Fl':
      return inflate(bytes, limit);
    case '/ASCIIHexDecode':
    case '/AHx':
      return whole(Buffer.from(bytes.toString('latin1').replace(/>[^]*$/, '').replaceAll(/[^0-9A-Fa-f]/g, '').replace(/^((?:..)*)(.)$/, '$1$20'), 'hex'));
    case '/ASCII85Decode':
    case '/A85':
      return whole(ascii85(bytes));
    case '/LZWDecode':
    case '/LZW':
      return whole(lzw(bytes, limit));
    case '/RunLengthDecode':
    case '/RL':
      return whole(runLengths(bytes, limit));
    default:
      return undefined;
  }
}

function whole(bytes: Buffer): { readonly bytes: Buffer; readonly isWhole: boolean } {
  return { bytes, isWhole: true };
}

/** Readers forgive a wrong checksum and a missing end: what there is counts, and that it is not all is told. */
function inflate(bytes: Buffer, limit: number): { readonly bytes: Buffer; readonly isWhole: boolean } {
  try {
    return whole(inflateSync(bytes, { maxOutputLength: limit }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw error;
    const options = { maxOutputLength: limit, finishFlush: constants.Z_SYNC_FLUSH };
    // Without the two bytes before it and the checksum behind it.
    const rest = inflateRawSync(bytes.subarray(2), options);
    return { bytes: rest, isWhole: (error as NodeJS.ErrnoException).code !== 'Z_BUF_ERROR' };
  }
}

function ascii85(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length * 4 + 4);
  let length = 0;
  let group = 0;
  let count = 0;
  for (const byte of bytes) {
    if (byte === 0x7e) break;
    if (byte === 0x7a && count === 0) {
      length += 4;
      continue;
    }
    if (byte < 0x21 || byte > 0x75) continue;
    group = group * 85 + (byte - 0x21);
    count += 1;
    if (count < 5) continue;
    out.writeUInt32BE(group % 0x100000000, length);
    length += 4;
    group = 0;
    count = 0;
  }
  if (count > 1) {
    for (let missing = count; missing < 5; missing += 1) group = group * 85 + 84;
    out.writeUInt32BE(group % 0x100000000, length);
    length += count - 1;
  }
  return out.subarray(0, length);
}

function runLengths(bytes: Buffer, limit: number): Buffer {
  const pieces: Buffer[] = [];
  let total = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at++] as number;
    if (length === 128) break;
    const piece = length < 128 ? bytes.subarray(at, at + length + 1) : Buffer.alloc(257 - length, bytes[at] ?? 0);
    at += length < 128 ? length + 1 : 1;
    total += piece.length;
    if (total > limit) throw Object.assign(new Error('too large'), { code: 'ERR_BUFFER_TOO_LARGE' });
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** 7.4.4: codes of 9 to 12 bits, the width growing one code early. */
function lzw(bytes: Buffer, limit: number): Buffer {
  const pieces: Buffer[] = [];
  let table: Buffer[] = [];
  let width = 9;
  let previous: Buffer | undefined;
  let total = 0;
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfffff;
    bits += 8;
    if (bits < width) continue;
    bits -= width;
    const code = (held >>> bits) & ((1 << width) - 1);
    if (code === 257) break;
    if (code === 256) {
      table = [];
      width = 9;
      previous = undefined;
      continue;
    }
    const known: Buffer | undefined = code < 256 ? Buffer.from([code]) : table[code - 258];
    const piece: Buffer | undefined = known ?? (previous === undefined ? undefined : Buffer.concat([previous, previous.subarray(0, 1)]));
    if (piece === undefined) throw new Error('a code is not known');
    total += piece.length;
    if (total > limit) throw Object.assign(new Error('too large'), { code: 'ERR_BUFFER_TOO_LARGE' });
    pieces.push(piece);
    if (previous !== undefined && table.length < 4096 - 258) table.push(Buffer.concat([previous, piece.subarray(0, 1)]));
    previous = piece;
    const next = table.length + 258 + 1;
    width = next >= 2048 ? 12 : next >= 1024 ? 11 : next >= 512 ? 10 : 9;
  }
  return Buffer.concat(pieces);
}

/** Rows that are written as differences (PNG's, as object streams have them); TIFF's is for pictures. */
function unpredicted(bytes: Buffer, parameters: PdfDictionary | undefined): Buffer {
  const number = (name: string, otherwise: number): number => {
    const value = parameters?.get(name);
    return typeof value === 'number' && value > 0 && value < 1 << 20 ? Math.floor(value) : otherwise;
  };
  if (number('Predictor', 1) < 10) return bytes;
  const step = Math.max(1, Math.ceil((number('Colors', 1) * number('BitsPerComponent', 8)) / 8));
  const rowBytes = Math.ceil((number('Colors', 1) * number('BitsPerComponent', 8) * number('Columns', 1)) / 8);
  const rows = Math.floor(bytes.length / (rowBytes + 1));
  const out = Buffer.alloc(rows * rowBytes);
  for (let row = 0; row < rows; row += 1) {
    const kind = bytes[row * (rowBytes + 1)] as number;
    for (let column = 0; column < rowBytes; column += 1) {
      const at = row * rowBytes + column;
      const left = column >= step ? (out[at - step] as number) : 0;
      const up = row > 0 ? (out[at - rowBytes] as number) : 0;
      const corner = row > 0 && column >= step ? (out[at - rowBytes - step] as number) : 0;
      const base = kind === 1 ? left : kind === 2 ? up : kind === 3 ? (left + up) >> 1 : kind === 4 ? paeth(left, up, corner) : 0;
      out[at] = (bytes[row * (rowBytes + 1) + 1 + column] as number) + base;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}
