import type { Checksum } from '../checksum.ts';
import { crc16, fromBase32, toBase32 } from '../encoding/strkey.ts';

/** Two bytes of prefix, 32 of seed, two of checksum: 288 bits are 58 characters of base32, two bits to spare. */
const CHARACTERS = 58;
const COVERED = 34;

function complete(head: string): string {
  const covered = fromBase32(head.padEnd(CHARACTERS, 'A').slice(0, CHARACTERS))?.subarray(0, COVERED) ?? Buffer.alloc(COVERED);
  const crc = Buffer.alloc(2);
  crc.writeUInt16LE(crc16(covered));
  return toBase32(Buffer.concat([covered, crc]));
}

/** `SUA…`, `SAA…`, `SOA…`: base32 of prefix and seed, then their checksum. `make` completes 54 characters to 58. */
export const checksum: Checksum = {
  id: 'nkeys-crc16',
  proof:
    'The last two of the 36 bytes (base32) are the CRC-16/XMODEM of the 34 before them, lowest byte first. From nats-io/nkeys crc16.go and strkey.go; recomputed on a seed that the server’s own documentation prints.',
  make: (head) => complete(head).slice(head.length),
  check: (token) => {
    const bytes = token.length === CHARACTERS ? fromBase32(token) : undefined;
    return bytes !== undefined && bytes.length === COVERED + 2 && crc16(bytes.subarray(0, COVERED)) === bytes.readUInt16LE(COVERED) ? 'valid' : 'invalid';
  },
};
