import type { Pages } from './pages.ts';

/** What a column of a row holds, where that is text or bytes. Numbers and NULL hold no secret. */
export type Value = string | Buffer | undefined;

export interface Row {
  readonly id: number;
  readonly values: readonly Value[];
  /** The values that are small whole numbers, at their places. */
  readonly numbers: readonly (number | undefined)[];
  /** A part of it lies on pages that are not there, or beyond the limit. */
  readonly isCut: boolean;
  /** Where on its page it stands, and on which further ones. */
  readonly start: number;
  readonly end: number;
  readonly overflow: readonly number[];
}

export const TABLE_LEAF = 13;
export const TABLE_INTERIOR = 5;
const INDEX_LEAF = 10;
const INDEX_INTERIOR = 2;
const MAX_COLUMNS = 32_768;

/** The kind of a page and its pointers to cells (file format 1.6); undefined for a page that is of no tree. */
export function readHead(page: Buffer, number: number): { readonly type: number; readonly cells: readonly number[]; readonly rightmost: number } | undefined {
  const at = number === 1 ? 100 : 0;
  const type = page[at] as number;
  if (type !== TABLE_LEAF && type !== TABLE_INTERIOR && type !== INDEX_LEAF && type !== INDEX_INTERIOR) return undefined;
  const isInterior = type === TABLE_INTERIOR || type === INDEX_INTERIOR;
  const count = page.readUInt16BE(at + 3);
  const from = at + (isInterior ? 12 : 8);
  if (from + count * 2 > page.length) return undefined;
  const cells = Array.from({ length: count }, (_, index) => page.readUInt16BE(from + index * 2));
  return { type, cells, rightmost: isInterior ? page.readUInt32BE(at + 8) : 0 };
}

/** The row that a cell of a page holds; undefined for a cell that makes no sense or points to another page only. At most `limit` bytes of it. */
export function readRow(page: Buffer, type: number, cell: number, pages: Pages, limit: number): Row | undefined {
  const cursor = { at: cell + (type === INDEX_INTERIOR ? 4 : 0) };
  if (type === TABLE_INTERIOR || cursor.at >= page.length) return undefined;
  const size = varint(page, cursor);
  const id = type === TABLE_LEAF ? varint(page, cursor) : 0;
  if (size <= 0 || size > 0x7fffffff) return undefined;
  const { payload, end, overflow } = payloadOf(page, type, cursor.at, size, pages, limit);
  return { id, ...valuesOf(payload, pages.encoding), isCut: payload.length < size, start: cursor.at, end, overflow };
}

interface Payload {
  readonly payload: Buffer;
  readonly end: number;
  readonly overflow: readonly number[];
}

/** 1.6: what does not fit stands on a chain of further pages. */
function payloadOf(page: Buffer, type: number, at: number, size: number, { usableBytes, pageBytes, linked }: Pages, limit: number): Payload {
  const most = type === TABLE_LEAF ? usableBytes - 35 : Math.floor(((usableBytes - 12) * 64) / 255) - 23;
  if (size <= most) return { payload: page.subarray(at, at + size), end: at + size, overflow: [] };
  const least = Math.floor(((usableBytes - 12) * 32) / 255) - 23;
  const wanted = least + ((size - least) % (usableBytes - 4));
  const end = at + (wanted <= most ? wanted : least);
  const parts = [Buffer.from(page.subarray(at, end))];
  const overflow: number[] = [];
  let next = end + 4 <= page.length ? page.readUInt32BE(end) : 0;
  // A chain that leads back into itself ends with the row.
  for (let left = Math.min(size, limit) - (end - at); left > 0 && next !== 0; ) {
    const further = linked(next);
    if (further === undefined) break;
    overflow.push(further.at);
    const part = further.page.subarray(4, Math.min(4 + left, usableBytes, pageBytes));
    parts.push(Buffer.from(part));
    left -= part.length;
    next = further.page.readUInt32BE(0);
  }
  return { payload: Buffer.concat(parts), end, overflow };
}

/** 2.1: the record format. */
function valuesOf(payload: Buffer, encoding: Pages['encoding']): Pick<Row, 'values' | 'numbers'> {
  const cursor = { at: 0 };
  const headBytes = varint(payload, cursor);
  const values: Value[] = [];
  const numbers: (number | undefined)[] = [];
  let at = headBytes;
  while (cursor.at < headBytes && cursor.at < payload.length && values.length < MAX_COLUMNS) {
    const type = varint(payload, cursor);
    const length = type >= 12 ? (type - (type % 2 === 0 ? 12 : 13)) / 2 : (FIXED[type] ?? 0);
    const bytes = payload.subarray(at, at + length);
    values.push(type < 12 || bytes.length === 0 ? undefined : type % 2 === 0 ? bytes : textOf(bytes, encoding));
    numbers.push(type >= 1 && type <= 5 && bytes.length === length ? bytes.readIntBE(0, length) : type === 9 ? 1 : undefined);
    at += length;
  }
  return { values, numbers };
}

const FIXED = [0, 1, 2, 3, 4, 6, 8, 8];

function textOf(bytes: Buffer, encoding: Pages['encoding']): string {
  if (encoding === 'utf8') return bytes.toString('utf8');
  const even = bytes.subarray(0, bytes.length & ~1);
  return (encoding === 'utf16le' ? even : Buffer.from(even).swap16()).toString('utf16le');
}

/** 1.6: up to nine bytes, seven bits in each but the last. Past 2^53 it is not exact, which no sensible length is. */
function varint(bytes: Buffer, cursor: { at: number }): number {
  let value = 0;
  for (let count = 0; count < 9; count += 1) {
    const byte = bytes[cursor.at++] ?? 0;
    if (count === 8) return value * 256 + byte;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) break;
  }
  return value;
}
