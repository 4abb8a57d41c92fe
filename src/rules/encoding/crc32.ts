import { crc32 as zlibCrc32 } from 'node:zlib';

/** CRC-32 (IEEE 802.3) of latin1 text, as an unsigned integer. */
export function crc32(text: string): number {
  return zlibCrc32(Buffer.from(text, 'latin1'));
}
