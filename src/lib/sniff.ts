/** What the first bytes of a content say it is. `text` is anything without a NUL in its first 8000 bytes, as git judges. */
export type Sniffed = 'text' | 'utf16le' | 'utf16be' | 'utf32le' | 'utf32be' | 'binary' | ArchiveKind;

/** What can be unpacked: containers, documents that are read as such, and streams that hold one thing compressed. */
export type ArchiveKind = Container | Document | Compression;
export type Container = 'zip' | 'tar' | 'ar' | 'cpio' | 'rpm';
/** Their bytes are scanned as they are, too. */
export type Document = 'pdf' | 'sqlite' | 'sqlite-log';
export type Compression = 'gzip' | 'bzip2' | 'xz' | 'zstd';

/** How many bytes git looks at before it calls a file binary. */
export const SNIFF_BYTES = 8000;

/**
 * Judges a content by its head (give it at least `SNIFF_BYTES`, or all there is). UTF-16 and UTF-32 are recognised with
 * and without a byte order mark; archives by their magic numbers, tar by its header checksum.
 */
export function sniff(head: Uint8Array): Sniffed {
  const magic = archiveOf(head);
  if (magic !== undefined) return magic;
  const mark = byteOrderMark(head);
  if (mark !== undefined) return mark;
  const sample = head.length > SNIFF_BYTES ? head.subarray(0, SNIFF_BYTES) : head;
  // The one of a Buffer is many times as fast as that of other bytes.
  if (Buffer.prototype.indexOf.call(sample, 0) === -1) return 'text';
  return wideText(sample) ?? 'binary';
}

export function isArchive(kind: Sniffed): kind is ArchiveKind {
  return CONTAINERS.has(kind) || isDocument(kind) || isCompression(kind);
}

export function isDocument(kind: Sniffed): kind is Document {
  return kind === 'pdf' || kind === 'sqlite' || kind === 'sqlite-log';
}

const CONTAINERS: ReadonlySet<Sniffed> = new Set<Sniffed>(['zip', 'tar', 'ar', 'cpio', 'rpm']);

export function isCompression(kind: Sniffed): kind is Compression {
  return kind === 'gzip' || kind === 'bzip2' || kind === 'xz' || kind === 'zstd';
}

const XZ = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
/** bzip2's three letters also begin words: a block follows, which begins with the digits of pi, or the end, with those of its root. */
const BZIP2_MARKS = [
  [0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
  [0x17, 0x72, 0x45, 0x38, 0x50, 0x90],
];

function archiveOf(head: Uint8Array): ArchiveKind | undefined {
  if (head[0] === 0x50 && head[1] === 0x4b) {
    const [third, fourth] = [head[2], head[3]];
    if ((third === 3 && fourth === 4) || (third === 5 && fourth === 6) || (third === 7 && fourth === 8)) return 'zip';
  }
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return 'gzip';
  if (head[0] === 0x42 && head[1] === 0x5a && head[2] === 0x68 && BZIP2_MARKS.some((mark) => isAt(head, mark, 4))) return 'bzip2';
  if (head[0] === XZ[0] && isAt(head, XZ, 0)) return 'xz';
  // RFC 8878 3.1: a frame, or one to be skipped before it, as parallel compressors write.
  if (head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd && head[0] === 0x28) return 'zstd';
  if (((head[0] ?? 0) & 0xf0) === 0x50 && isAt(head, [0x2a, 0x4d, 0x18], 1)) return 'zstd';
  return isTarHeader(head) ? 'tar' : rareOf(head);
}

function rareOf(head: Uint8Array): ArchiveKind | undefined {
  switch (head[0]) {
    case 0x21:
      return startsWith(head, '!<arch>\n') ? 'ar' : undefined;
    case 0x53:
      return startsWith(head, 'SQLite format 3\0') ? 'sqlite' : undefined;
    case 0x37:
      // The log of a database, its checksums little or big endian, and the version that all have.
      return isAt(head, [0x7f, 0x06], 1) && ((head[3] ?? 0) & 0xfe) === 0x82 && isAt(head, [0x00, 0x2d, 0xe2, 0x18], 4) ? 'sqlite-log' : undefined;
    case 0xed:
      return isAt(head, [0xab, 0xee, 0xdb], 1) && head.length > 96 ? 'rpm' : undefined;
    case 0x30:
      return isCpio(head) ? 'cpio' : undefined;
    default:
      // Readers take what has something before its mark, too; text that speaks of PDF is none.
      return head[0] === 0x25 || head[0] === 0xef ? (/^(?:\xef\xbb\xbf)?%PDF-\d/.test(latin1(head, 9)) ? 'pdf' : undefined) : undefined;
  }
}

/** Its first header is text: nothing but digits behind one of its marks. */
function isCpio(head: Uint8Array): boolean {
  return /^(?:07070[12][0-9A-Fa-f]{104}|070707[0-7]{70})/.test(latin1(head, 110));
}

function startsWith(head: Uint8Array, text: string): boolean {
  return latin1(head, text.length) === text;
}

function latin1(head: Uint8Array, length: number): string {
  return Buffer.from(head.buffer, head.byteOffset, Math.min(length, head.length)).toString('latin1');
}

function isAt(head: Uint8Array, bytes: readonly number[], offset: number): boolean {
  return bytes.every((byte, index) => head[offset + index] === byte);
}

/** POSIX.1-1988: the octal number at 148 is the sum of the 512 bytes with itself read as spaces. */
function isTarHeader(head: Uint8Array): boolean {
  if (head.length < 512 || head[0] === 0) return false;
  let stored = 0;
  let digits = 0;
  for (let at = 148; at < 156; at += 1) {
    const byte = head[at] ?? 0;
    if (byte === 0x20 || byte === 0) {
      if (digits > 0) break;
      continue;
    }
    if (byte < 0x30 || byte > 0x37) return false;
    stored = stored * 8 + (byte - 0x30);
    digits += 1;
  }
  if (digits === 0) return false;
  let sum = 8 * 0x20;
  for (let at = 0; at < 512; at += 1) if (at < 148 || at >= 156) sum += head[at] ?? 0;
  return sum === stored;
}

function byteOrderMark(head: Uint8Array): Sniffed | undefined {
  const [a, b, c, d] = [head[0], head[1], head[2], head[3]];
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf32le' : 'utf16le';
  if (a === 0xfe && b === 0xff) return 'utf16be';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf32be';
  return undefined;
}

type WideEncoding = 'utf16le' | 'utf16be' | 'utf32le' | 'utf32be';

/** Text in wide characters without a mark: every unit must be a plausible character and enough of them ASCII. */
function wideText(sample: Uint8Array): WideEncoding | undefined {
  const encodings: readonly WideEncoding[] = ['utf32le', 'utf32be', 'utf16le', 'utf16be'];
  let best: WideEncoding | undefined;
  let bestShare = 0;
  for (const encoding of encodings) {
    const share = asciiShare(sample, encoding);
    if (share > bestShare) {
      best = encoding;
      bestShare = share;
    }
  }
  return best;
}

/** Share of ASCII among the characters; 0 when the sample cannot be text in this encoding. */
function asciiShare(sample: Uint8Array, encoding: WideEncoding): number {
  const width = encoding.startsWith('utf32') ? 4 : 2;
  const units = Math.floor(sample.length / width);
  if (units < 2) return 0;
  const view = new DataView(sample.buffer, sample.byteOffset, sample.byteLength);
  const little = encoding.endsWith('le');
  let ascii = 0;
  let high = false;
  for (let unit = 0; unit < units; unit += 1) {
    const value = width === 4 ? view.getUint32(unit * 4, little) : view.getUint16(unit * 2, little);
    if (width === 2 && high !== (value >= 0xdc00 && value <= 0xdfff)) return 0;
    high = width === 2 && value >= 0xd800 && value <= 0xdbff;
    if (!isPlausible(value, width)) return 0;
    if (value < 0x7f) ascii += 1;
  }
  const share = ascii / units;
  return share >= (units < 64 ? 0.5 : 0.1) ? share : 0;
}

function isPlausible(value: number, width: number): boolean {
  if (value < 0x20) return value === 0x09 || value === 0x0a || value === 0x0c || value === 0x0d || value === 0x1b;
  if (value >= 0x7f && value <= 0x9f) return value === 0x85;
  if (value >= 0xd800 && value <= 0xdfff) return width === 2;
  if (value >= 0xe000 && value <= 0xf8ff) return false;
  return value <= 0x10ffff && (value & 0xfffe) !== 0xfffe;
}
