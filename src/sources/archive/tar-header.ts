/** What is wrong with a tar, for people. */
export class TarError extends Error {}

/** A header block, POSIX.1-1988 and on. */
export interface TarHeader {
  readonly name: string;
  readonly sizeBytes: number;
  /** Whether it is a file: links, folders and devices have nothing behind their header, whatever their size says. */
  readonly hasBody: boolean;
  /** It stands for no file, and its body tells something of the next one, or of all. */
  readonly extra?: 'next' | 'global' | 'long-name' | 'long-link';
}

/** What is told of a file before its own header. */
export interface Overrides {
  name?: string;
  sizeBytes?: number;
  /** How many attributes a pax header has. */
  keys?: number;
}

const CHECKSUM_AT = 148;
const CHECKSUM_END = 156;
/** Hard and symbolic links, devices, folders, pipes. Unknown types are files. */
const BODYLESS: ReadonlySet<number> = new Set(Buffer.from('123456', 'latin1'));
const EXTRA: ReadonlyMap<number, NonNullable<TarHeader['extra']>> = new Map([[0x78, 'next'], [0x67, 'global'], [0x4c, 'long-name'], [0x4b, 'long-link']]);
const SPACE = 0x20;
const ZERO = 0x30;

export function isZero(bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index += 1) if (bytes[index] !== 0) return false;
  return true;
}

/** @throws {TarError} where it is none: checksum and numbers are verified. */
export function readTarHeader(block: Buffer): TarHeader {
  let sum = 0;
  for (let index = 0; index < block.length; index += 1) sum += index >= CHECKSUM_AT && index < CHECKSUM_END ? SPACE : (block[index] as number);
  if (readOctal(block, CHECKSUM_AT, 8) !== sum) throw new TarError('Invalid tar header checksum.');
  // Mode, owner, group and time tell us nothing; where they are no numbers, this is no header.
  readOctal(block, 100, 8);
  for (const [at, length] of [[108, 8], [116, 8], [136, 12]] as const) readNumber(block, at, length);
  const short = readText(block, 0, 100);
  const folder = readText(block, 257, 6) === 'ustar' ? readText(block, 345, 155) : '';
  const type = block[156] ?? 0;
  const extra = EXTRA.get(type);
  return { name: folder === '' ? short : `${folder}/${short}`, sizeBytes: readNumber(block, 124, 12), hasBody: !BODYLESS.has(type), ...(extra === undefined ? {} : { extra }) };
}

/** Attributes of POSIX.1-2001, `LENGTH KEY=VALUE\n` each. Ends where one is damaged. */
export function readPax(bytes: Buffer): Overrides {
  const told: Overrides = {};
  const keys = new Set<string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(SPACE, at);
    const length = space === -1 ? 0 : Number.parseInt(bytes.toString('utf8', at, space), 10);
    if (!(length > 0)) break;
    const record = bytes.toString('utf8', space + 1, Math.max(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    at += length;
    if (equals <= 0) continue;
    const key = record.slice(0, equals);
    const value = record.slice(equals + 1);
    keys.add(key);
    told.keys = keys.size;
    if (key === 'path') told.name = value;
    else if (key === 'size' && /^\d+$/.test(value) && Number.isSafeInteger(Number(value))) told.sizeBytes = Number(value);
  }
  return told;
}

/** Up to the first NUL. */
export function readText(bytes: Buffer, at: number, length: number): string {
  const end = bytes.indexOf(0, at);
  return bytes.toString('utf8', at, end === -1 || end > at + length ? at + length : end);
}

/** GNU writes what eight octal digits do not hold in base 256. */
function readNumber(bytes: Buffer, at: number, length: number): number {
  const first = bytes[at] ?? 0;
  if ((first & 0x80) === 0) return readOctal(bytes, at, length);
  let value = first & 0x7f;
  for (let index = at + 1; index < at + length; index += 1) value = value * 256 + (bytes[index] ?? 0);
  if (!Number.isSafeInteger(value)) throw new TarError('TAR number too large');
  return value;
}

function readOctal(bytes: Buffer, at: number, length: number): number {
  let value = 0;
  for (let index = at; index < at + length; index += 1) {
    const digit = bytes[index] ?? 0;
    if (digit === 0) break;
    if (digit === SPACE) continue;
    if (digit < ZERO || digit > ZERO + 7) throw new TarError('Invalid tar number.');
    value = value * 8 + (digit - ZERO);
  }
  return value;
}
