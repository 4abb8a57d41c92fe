import type { RandomAccess } from '../read/byte-source.ts';

/** What the record at a zip's end says (APPNOTE 4.3.14, 4.3.16), in bytes from the start of the file. */
export interface ZipEnd {
  readonly directoryAt: number;
  /** By how much every offset is too small: something stands before the zip. */
  readonly shift: number;
  readonly comment: Uint8Array;
}

const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const END_MARK = Buffer.from('PK\x05\x06', 'latin1');
const LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const END_64 = 0x06064b50;
const END_64_BYTES = 56;

/** The last such record; undefined where none ends with the file. */
export function zipEnd(file: RandomAccess): ZipEnd | undefined {
  const tail = Buffer.alloc(Math.min(file.sizeBytes, END_BYTES + MAX_COMMENT_BYTES));
  const tailAt = file.sizeBytes - tail.length;
  if (file.readAt(tail, tailAt) < tail.length) return undefined;
  const at = tail.length < END_BYTES ? -1 : tail.lastIndexOf(END_MARK, tail.length - END_BYTES);
  if (at === -1 || at + END_BYTES + tail.readUInt16LE(at + 20) !== tail.length) return undefined;
  const comment = tail.subarray(at + END_BYTES);
  const large = largeDirectory(file, tailAt + at - LOCATOR_BYTES);
  if (large !== undefined) return { ...large, comment };
  const declared = tail.readUInt32LE(at + 16);
  const directoryAt = tailAt + at - tail.readUInt32LE(at + 12);
  return directoryAt < declared ? { directoryAt: declared, shift: 0, comment } : { directoryAt, shift: directoryAt - declared, comment };
}

/** Of a zip with 64-bit sizes, which is read without a shift. */
function largeDirectory(file: RandomAccess, locatorAt: number): { readonly directoryAt: number; readonly shift: number } | undefined {
  const locator = Buffer.alloc(LOCATOR_BYTES);
  if (locatorAt < 0 || file.readAt(locator, locatorAt) < LOCATOR_BYTES || locator.readUInt32LE(0) !== LOCATOR) return undefined;
  const end = Buffer.alloc(END_64_BYTES);
  if (file.readAt(end, Number(locator.readBigUInt64LE(8))) < END_64_BYTES || end.readUInt32LE(0) !== END_64) return undefined;
  return { directoryAt: Number(end.readBigUInt64LE(48)), shift: 0 };
}

/** A zip that a line beginning with `#!` makes a program: Python's zipapp and pex, executable jars. */
export function isProgramOfZip(head: Uint8Array, random: RandomAccess | undefined): boolean {
  return random !== undefined && mayBeProgram(head) && zipEnd(random) !== undefined;
}

/** Whether it begins as what a system runs by the name in its first line. */
export function mayBeProgram(head: Uint8Array): boolean {
  return head[0] === 0x23 && head[1] === 0x21;
}
