import type { Checksum } from '../checksum.ts';
import { crc16, fromBase32, toBase32 } from '../encoding/strkey.ts';

/** One byte of version, 32 of seed, two of checksum: 280 bits are 56 characters of base32. */
const CHARACTERS = 56;
const COVERED = 33;
/** Version of a secret seed: 18 << 3, which makes it begin with S. */
const SEED = 0x90;

export const checksum: Checksum = {
  id: 'stellar-crc16',
  proof: 'The last two of the 35 bytes (base32) are the CRC-16/XMODEM of the 33 before them, lowest byte first, and the first is 0x90. Stellar SEP-23; checked on the first seed of the test cases of SEP-5.',
  make: (head) => {
    const covered = fromBase32(head.padEnd(CHARACTERS, 'A').slice(0, CHARACTERS))?.subarray(0, COVERED) ?? Buffer.alloc(COVERED);
    const crc = Buffer.alloc(2);
    crc.writeUInt16LE(crc16(covered));
    return toBase32(Buffer.concat([covered, crc])).slice(head.length);
  },
  check: (token) => {
    const bytes = token.length === CHARACTERS ? fromBase32(token) : undefined;
    return bytes !== undefined && bytes[0] === SEED && crc16(bytes.subarray(0, COVERED)) === bytes.readUInt16LE(COVERED) ? 'valid' : 'invalid';
  },
};
