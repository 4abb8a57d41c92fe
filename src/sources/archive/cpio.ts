import type { Read } from '../read/byte-source.ts';
import { Forward } from './forward.ts';
import type { Member } from './member.ts';

const MAGIC_BYTES = 6;
const TRAILER = 'TRAILER!!!';
const MAX_NAME_BYTES = 64 << 10;
/** Of a mode, what kind of thing it is, and a regular file. */
const KIND = 0o170000;
const REGULAR = 0o100000;
const LINK = 0o120000;

interface Header {
  readonly mode: number;
  readonly sizeBytes: number;
  readonly nameBytes: number;
  readonly alignment: number;
}

/**
 * Files of a cpio in its two portable forms (`newc`, with and without checksum, and `odc`), as packages and initial file systems
 * have it. Targets of links are given as what they hold. Throws a `SkipError` when it is damaged or cut off.
 */
export async function* cpioMembers(read: Read, what: string): AsyncGenerator<Member> {
  const source = new Forward(read, what);
  for (;;) {
    const { mode, sizeBytes, nameBytes, alignment } = await readHeader(source);
    if (nameBytes < 1 || nameBytes > MAX_NAME_BYTES) throw source.damaged('a name has no sensible length');
    const name = (await source.takeAll(nameBytes)).toString('utf8').replace(/\0+$/, '');
    await source.leaveBody(alignment);
    // Several of them may follow one another, as in an initial file system; what follows is none of its members.
    if (name === TRAILER) return;
    const kind = mode & KIND;
    const body = source.body(sizeBytes);
    if ((kind === REGULAR || kind === LINK) && sizeBytes > 0) yield { name, sizeBytes, read: body };
    if (source.isBroken) return;
    await source.leaveBody(alignment);
  }
}

async function readHeader(source: Forward): Promise<Header> {
  const magic = (await source.takeAll(MAGIC_BYTES)).toString('latin1');
  const isPortable = magic === '070707';
  if (!isPortable && magic !== '070701' && magic !== '070702') throw source.damaged('a member does not begin where one should');
  const text = (await source.takeAll(isPortable ? 70 : 104)).toString('latin1');
  const number = (from: number, digits: number): number => {
    const piece = text.slice(from, from + digits);
    if (!(isPortable ? /^[0-7]+$/ : /^[0-9A-Fa-f]+$/).test(piece)) throw source.damaged('a number of a header is none');
    return Number.parseInt(piece, isPortable ? 8 : 16);
  };
  return isPortable
    ? { mode: number(12, 6), nameBytes: number(53, 6), sizeBytes: number(59, 11), alignment: 1 }
    : { mode: number(8, 8), sizeBytes: number(48, 8), nameBytes: number(88, 8), alignment: 4 };
}
