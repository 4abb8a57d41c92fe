import type { ArchiveJob } from '../archive/job.ts';
import type { Member } from '../archive/member.ts';
import { readBytes, type RandomAccess, type Read } from '../read/byte-source.ts';
import { isArchive, sniff } from '../../lib/sniff.ts';
import { readHead, readRow, TABLE_INTERIOR, TABLE_LEAF, type Row, type Value } from './cells.ts';
import { databasePages, logPages, type Pages } from './pages.ts';

/** Rows are handed on in pieces of about so much text. */
const PIECE_BYTES = 256 << 10;
/** Of one row no more than this is read: no more is a value in it. */
const MAX_ROW_BYTES = 16 << 20;
const MAX_TABLES = 10_000;
const SCHEMA = 'sqlite_schema';
const SCHEMA_COLUMNS = ['type', 'name', 'table', 'root', 'sql'];
/** Bytes that are no text come as a member of their own, unless they are few. */
const SMALL_BLOB_BYTES = 4096;

/**
 * The rows of a SQLite database, or of the log of one that is open: each value on a line of its own behind its column's name. Pages are gone
 * through as they lie, so that no damaged tree hides rows; the trees tell which table a page is of. SQLite itself is not used: nothing is written
 * anywhere, and a file that was made to harm it cannot. Values that are archives come as such. Returns what is left of the file: what
 * was deleted and not overwritten, with rows that were told as zeros; undefined where it is no database.
 */
export function* databaseMembers(file: RandomAccess, kind: 'sqlite' | 'sqlite-log', what: string, job: ArchiveJob): Generator<Member, Read | undefined> {
  const pages = kind === 'sqlite' ? databasePages(file) : logPages(file);
  if (pages === undefined) {
    job.gap('archive-damaged', what, 'its header makes no sense');
    return undefined;
  }
  const tables = kind === 'sqlite' ? readTables(pages) : [];
  const owners = ownersOf(pages, tables);
  const told = new Uint8Array(pages.count + 1);
  let piece = new Piece('');
  let cut = 0;
  for (let number = 1; number <= pages.count; number += 1) {
    const page = pages.page(number);
    const head = page === undefined ? undefined : readHead(page, number);
    const table = tables[(owners[number] ?? 0) - 1];
    if (page === undefined || head === undefined || !holdsRows(head.type, table)) continue;
    const name = number === 1 && kind === 'sqlite' ? SCHEMA : (table?.name ?? (kind === 'sqlite' ? 'no table' : 'rows'));
    for (const cell of head.cells) {
      const row = readRow(page, head.type, cell, pages, MAX_ROW_BYTES);
      if (row === undefined) continue;
      job.spend(row.values.reduce((sum, value) => sum + (value?.length ?? 0), 0));
      for (const place of row.overflow) told[place] = 1;
      // A log is only a part of its database.
      if (row.isCut && kind === 'sqlite') cut += 1;
      if (piece.name !== name || piece.sizeBytes > PIECE_BYTES) {
        yield* piece.members();
        piece = new Piece(name);
      }
      piece.add(row, table?.columns ?? (name === SCHEMA ? SCHEMA_COLUMNS : []));
    }
  }
  yield* piece.members();
  if (cut > 0) job.gap('archive-damaged', what, `${cut} rows go on where nothing is, or are longer than ${MAX_ROW_BYTES} bytes`);
  return rest(file, pages, kind === 'sqlite' ? 0 : 32, (number) => told[number] === 1, (type, number) => holdsRows(type, tables[(owners[number] ?? 0) - 1]));
}

/** Of an index the same values stand in its table, unless it is the table. */
function holdsRows(type: number, table: Table | undefined): boolean {
  return type === TABLE_LEAF || (type !== TABLE_INTERIOR && table?.isIndex === true);
}

/** The file in which everything that was told is zeros. */
function rest(file: RandomAccess, pages: Pages, headBytes: number, isTold: (number: number) => boolean, isRows: (type: number, number: number) => boolean): Read {
  const frameBytes = headBytes === 0 ? 0 : 24;
  let number = 0;
  let ready: Uint8Array = new Uint8Array(0);
  const next = (): Uint8Array => {
    number += 1;
    if (number > pages.count) return new Uint8Array(0);
    const page = pages.page(number);
    const at = headBytes + (number - 1) * (pages.pageBytes + frameBytes) + frameBytes;
    if (page === undefined) {
      const end = Buffer.alloc(pages.pageBytes);
      return end.subarray(0, file.readAt(end, at));
    }
    if (isTold(number)) return new Uint8Array(pages.pageBytes);
    const bytes = Buffer.from(page);
    const head = readHead(page, number);
    if (head !== undefined) for (const cell of head.cells) {
      const row = isRows(head.type, number) || head.type !== TABLE_LEAF ? readRow(page, head.type, cell, pages, 0) : undefined;
      if (row !== undefined) bytes.fill(0, Math.min(row.start, bytes.length), Math.min(row.end, bytes.length));
    }
    return bytes;
  };
  return (target) => {
    if (ready.length === 0) ready = next();
    const piece = ready.subarray(0, target.length);
    target.set(piece);
    ready = ready.subarray(piece.length);
    return piece.length;
  };
}

interface Table {
  readonly name: string;
  readonly root: number;
  readonly columns: readonly string[];
  /** `WITHOUT ROWID`: its rows stand in an index. */
  readonly isIndex: boolean;
}

/** 2.6: the schema, whose tree begins on the first page. */
function readTables(pages: Pages): readonly Table[] {
  const tables: Table[] = [];
  const visit = (number: number, depth: number): void => {
    const page = pages.page(number);
    const head = page === undefined ? undefined : readHead(page, number);
    if (page === undefined || head === undefined || depth > 20 || tables.length >= MAX_TABLES) return;
    if (head.type === TABLE_INTERIOR) return void childrenOf(page, head).forEach((child) => visit(child, depth + 1));
    for (const cell of head.cells) {
      const schema = schemaRow(page, head.type, cell, pages);
      if (schema !== undefined && tables.length < MAX_TABLES) tables.push(schema);
    }
  };
  visit(1, 0);
  return tables;
}

function schemaRow(page: Buffer, type: number, cell: number, pages: Pages): Table | undefined {
  const row = readRow(page, type, cell, pages, 1 << 20);
  const [kind, name, , , sql] = row?.values ?? [];
  const root = row?.numbers[3] ?? 0;
  if (kind !== 'table' || typeof name !== 'string' || typeof sql !== 'string' || root === 0) return undefined;
  return { name: name.replaceAll(/[/\\\0-\x1f]/g, '_').slice(0, 100), root, columns: columnsOf(sql), isIndex: /\)\s*(?:STRICT\s*,\s*)?WITHOUT\s+ROWID/i.test(sql) };
}

/** Names of the columns of `CREATE TABLE`, as far as they can be told without a parser of SQL. */
function columnsOf(sql: string): readonly string[] {
  const body = sql.slice(sql.indexOf('(') + 1, sql.lastIndexOf(')')).replaceAll(/--[^\n]*|\/\*[^]*?\*\//g, ' ');
  const columns: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= body.length; at += 1) {
    if (body[at] === '(') depth += 1;
    if (body[at] === ')') depth -= 1;
    if (at < body.length && (body[at] !== ',' || depth > 0)) continue;
    const [, quoted, plain] = /^\s*(?:["'`[]([^"'`\]]+)["'`\]]|(\w+))/.exec(body.slice(from, at)) ?? [];
    const name = quoted ?? plain;
    if (name !== undefined && (quoted !== undefined || !/^(?:PRIMARY|UNIQUE|CHECK|FOREIGN|CONSTRAINT)$/i.test(name))) columns.push(name.slice(0, 100));
    from = at + 1;
  }
  return columns;
}

function childrenOf(page: Buffer, head: { readonly cells: readonly number[]; readonly rightmost: number }): readonly number[] {
  return [...head.cells.flatMap((cell) => (cell + 4 <= page.length ? [page.readUInt32BE(cell)] : [])), head.rightmost];
}

/** For each page, one more than the place of its table; 0 where no tree leads to it. */
function ownersOf(pages: Pages, tables: readonly Table[]): Uint16Array {
  const owners = new Uint16Array(Math.min(pages.count, 0xffff_ffff) + 1);
  for (const [index, { root }] of tables.entries()) {
    const waiting = [root];
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      if (number < 1 || number > pages.count || owners[number] !== 0) continue;
      owners[number] = index + 1;
      const page = pages.page(number);
      const head = page === undefined ? undefined : readHead(page, number);
      if (page !== undefined && head !== undefined && head.rightmost !== 0) waiting.push(...childrenOf(page, head));
    }
  }
  return owners;
}

/** Rows of one table that are read together. */
class Piece {
  readonly name: string;
  readonly #lines: string[] = [];
  readonly #blobs: { readonly name: string; readonly bytes: Buffer }[] = [];
  #first = 0;
  #last = 0;
  sizeBytes = 0;

  constructor(name: string) {
    this.name = name;
  }

  add({ id, values }: Row, columns: readonly string[]): void {
    if (this.#lines.length + this.#blobs.length === 0) this.#first = id;
    this.#last = id;
    for (const [index, value] of values.entries()) this.#addValue(value, columns[index] ?? `column ${index + 1}`, id);
  }

  #addValue(value: Value, column: string, id: number): void {
    if (value === undefined) return;
    this.sizeBytes += value.length;
    if (typeof value === 'string') this.#lines.push(`${column}: ${value}`);
    else if (sniff(value) === 'text') this.#lines.push(`${column}: ${value.toString('utf8')}`);
    else if (isArchive(sniff(value)) || value.length > SMALL_BLOB_BYTES) this.#blobs.push({ name: `${this.name}/row ${id}/${column}`, bytes: Buffer.from(value) });
    else this.#lines.push(`${column}: ${value.toString('latin1').replaceAll(/[^\x20-\x7e]+/g, ' ')}`);
  }

  *members(): Generator<Member> {
    if (this.#lines.length > 0) {
      const text = Buffer.from(`${this.#lines.join('\n')}\n`);
      yield { name: `${this.name}/rows ${this.#first} to ${this.#last}`, sizeBytes: text.length, read: readBytes(text) };
    }
    for (const { name, bytes } of this.#blobs) yield { name, sizeBytes: bytes.length, read: readBytes(bytes) };
  }
}
