import { readBytes, type Read } from '../read/byte-source.ts';
import { Forward } from './forward.ts';
import type { Member } from './member.ts';

const LEAD_BYTES = 96;
const INDEX_ENTRY_BYTES = 16;
const MAX_HEADER_BYTES = 256 << 20;
const HELD_HEADER_BYTES = 32 << 20;

/**
 * An RPM package (format 3 and 4): its header, in which scripts, descriptions and the change log stand, and its payload, which is
 * compressed and holds a cpio. Throws a `SkipError` when it is damaged or cut off.
 */
export async function* rpmMembers(read: Read, what: string): AsyncGenerator<Member> {
  const source = new Forward(read, what);
  await source.takeAll(LEAD_BYTES);
  await (await header(source)).pass();
  await source.leaveBody(8);
  const main = await header(source);
  if (main.sizeBytes > HELD_HEADER_BYTES) throw source.damaged('its header is too long');
  yield { name: 'header', sizeBytes: main.sizeBytes, read: readBytes(await source.takeAll(main.sizeBytes)) };
  yield { name: 'payload', read };
}

async function header(source: Forward): Promise<{ readonly sizeBytes: number; readonly pass: () => Promise<void> }> {
  const head = await source.takeAll(16);
  const sizeBytes = head.readUInt32BE(8) * INDEX_ENTRY_BYTES + head.readUInt32BE(12);
  if (head.readUInt32BE(0) >>> 8 !== 0x8eade8 || sizeBytes > MAX_HEADER_BYTES) throw source.damaged('its header does not begin where it should');
  return {
    sizeBytes,
    pass: async () => {
      source.body(sizeBytes);
      await source.leaveBody(1);
    },
  };
}
