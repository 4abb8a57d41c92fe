import { createHmac, timingSafeEqual } from 'node:crypto';

const MAC_BYTES = 32;

/** The bytes with eight of what they are before them and an HMAC-SHA-256 over all after them. */
export function seal(magic: string, parts: readonly Uint8Array[], key: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(magic, 'latin1'), ...parts]);
  return Buffer.concat([body, macOf(body, key)]);
}

/** What was sealed with this key and magic, byte for byte; undefined for anything else. */
export function unseal(magic: string, file: Buffer, key: Uint8Array): Buffer | undefined {
  if (file.length < magic.length + MAC_BYTES || file.toString('latin1', 0, magic.length) !== magic) return undefined;
  const body = file.subarray(0, file.length - MAC_BYTES);
  return timingSafeEqual(macOf(body, key), file.subarray(file.length - MAC_BYTES)) ? body.subarray(magic.length) : undefined;
}

function macOf(body: Uint8Array, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(body).digest();
}
