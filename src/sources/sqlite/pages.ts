import type { RandomAccess } from '../read/byte-source.ts';

/** Pages of a database, by number from 1. */
export interface Pages {
  readonly pageBytes: number;
  /** Of a page, what may be used (file format 1.3.4). */
  readonly usableBytes: number;
  readonly count: number;
  /** Undefined for a page that is not there. The bytes are the reader's until it asks for another page. */
  readonly page: (number: number) => Buffer | undefined;
  /** As `page`, by the number that pages use for one another; with its place, so that it can be told which were used. */
  readonly linked: (number: number) => { readonly page: Buffer; readonly at: number } | undefined;
  readonly encoding: 'utf8' | 'utf16le' | 'utf16be';
}

const HEADER_BYTES = 100;
const HELD_PAGES = 64;

/** The pages of a database file (https://sqlite.org/fileformat.html, 1.3). Undefined where its header makes no sense. */
export function databasePages(file: RandomAccess): Pages | undefined {
  const header = Buffer.alloc(HEADER_BYTES);
  if (file.readAt(header, 0) < HEADER_BYTES) return undefined;
  const stored = header.readUInt16BE(16);
  const pageBytes = stored === 1 ? 65_536 : stored;
  if (!isPageSize(pageBytes)) return undefined;
  const page = holding((number) => readPage(file, (number - 1) * pageBytes, pageBytes));
  return {
    pageBytes,
    usableBytes: pageBytes - (header[20] as number),
    count: Math.ceil(file.sizeBytes / pageBytes),
    encoding: encodingOf(header.readUInt32BE(56)),
    page,
    linked: (number) => linkedPage(page(number), number),
  };
}

/** The pages that a write-ahead log holds (4.2), each as often as it was written; they are numbered as they stand in the log. */
export function logPages(file: RandomAccess): Pages | undefined {
  const header = Buffer.alloc(32);
  if (file.readAt(header, 0) < 32) return undefined;
  const pageBytes = header.readUInt32BE(8) === 1 ? 65_536 : header.readUInt32BE(8);
  if (!isPageSize(pageBytes)) return undefined;
  const frameBytes = pageBytes + 24;
  const count = Math.floor((file.sizeBytes - 32) / frameBytes);
  const frames = new Map<number, number>();
  const head = Buffer.alloc(4);
  for (let frame = 1; frame <= count; frame += 1) if (file.readAt(head, 32 + (frame - 1) * frameBytes) === 4) frames.set(head.readUInt32BE(0), frame);
  const page = holding((number) => readPage(file, 32 + (number - 1) * frameBytes + 24, pageBytes));
  const linked: Pages['linked'] = (number) => {
    const frame = frames.get(number);
    return frame === undefined ? undefined : linkedPage(page(frame), frame);
  };
  const first = linked(1)?.page;
  const isFirst = first?.toString('latin1', 0, 6) === 'SQLite';
  return { pageBytes, usableBytes: pageBytes - (isFirst ? (first?.[20] ?? 0) : 0), count, encoding: isFirst ? encodingOf(first?.readUInt32BE(56) ?? 1) : 'utf8', page, linked };
}

function linkedPage(page: Buffer | undefined, at: number): { readonly page: Buffer; readonly at: number } | undefined {
  return page === undefined ? undefined : { page, at };
}

function isPageSize(bytes: number): boolean {
  return bytes >= 512 && bytes <= 65_536 && (bytes & (bytes - 1)) === 0;
}

function encodingOf(number: number): Pages['encoding'] {
  return number === 2 ? 'utf16le' : number === 3 ? 'utf16be' : 'utf8';
}

function readPage(file: RandomAccess, at: number, pageBytes: number): Buffer | undefined {
  const page = Buffer.alloc(pageBytes);
  return at >= 0 && file.readAt(page, at) === pageBytes ? page : undefined;
}

/** The last pages stay in memory, as trees come back to the same ones. */
function holding(read: (number: number) => Buffer | undefined): Pages['page'] {
  const held = new Map<number, Buffer>();
  return (number) => {
    const known = held.get(number);
    if (known !== undefined) return known;
    const page = read(number);
    if (page === undefined) return undefined;
    if (held.size >= HELD_PAGES) held.delete(held.keys().next().value as number);
    held.set(number, page);
    return page;
  };
}
