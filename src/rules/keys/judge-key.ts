import type { Armor } from './armor.ts';
import { judgeOpenPgp } from './open-pgp.ts';

/** Whether the bytes are the private key that the label says. `truncated`: the shape is right, bytes are missing. */
export type KeyVerdict = { readonly is: 'plain' | 'encrypted'; readonly kind: string } | { readonly is: 'not-a-key'; readonly why: string };

const SEQUENCE = 0x30;
const OPENSSH_MAGIC = 'openssh-key-v1\0';

export function judgeKey(armor: Armor): KeyVerdict {
  const { label, headers, bytes } = armor;
  if (label === 'OPENSSH PRIVATE KEY') return judgeOpenSsh(bytes);
  if (label === 'PGP PRIVATE KEY BLOCK') return judgeOpenPgp(bytes);
  if (/Proc-Type: 4,ENCRYPTED/.test(headers)) {
    return bytes.length >= 32 && bytes.length % 8 === 0 ? { is: 'encrypted', kind: label } : { is: 'not-a-key', why: 'ciphertext of no whole number of blocks' };
  }
  if (!isWholeSequence(bytes)) return { is: 'not-a-key', why: 'not one whole DER sequence' };
  if (label === 'ENCRYPTED PRIVATE KEY') return { is: 'encrypted', kind: label };
  // PKCS#1, SEC 1, PKCS#8 and DSA all begin with a version: INTEGER of one byte.
  const body = bytes.subarray(headerLength(bytes));
  return body[0] === 0x02 && body[1] === 0x01 ? { is: 'plain', kind: label } : { is: 'not-a-key', why: 'no version at its head' };
}

function judgeOpenSsh(bytes: Buffer): KeyVerdict {
  if (bytes.subarray(0, OPENSSH_MAGIC.length).toString('latin1') !== OPENSSH_MAGIC) return { is: 'not-a-key', why: 'no openssh-key-v1 at its head' };
  if (bytes.length < OPENSSH_MAGIC.length + 4) return { is: 'not-a-key', why: 'cut off' };
  const length = bytes.readUInt32BE(OPENSSH_MAGIC.length);
  const cipher = bytes.subarray(OPENSSH_MAGIC.length + 4, OPENSSH_MAGIC.length + 4 + length).toString('latin1');
  if (length > 64 || cipher.length !== length) return { is: 'not-a-key', why: 'cut off' };
  return { is: cipher === 'none' ? 'plain' : 'encrypted', kind: 'OPENSSH PRIVATE KEY' };
}

/** One DER SEQUENCE; up to three bytes may follow (editors pad), none may be missing. */
function isWholeSequence(bytes: Buffer): boolean {
  if (bytes[0] !== SEQUENCE) return false;
  const header = headerLength(bytes);
  const size = header === 2 ? (bytes[1] ?? 0) : bytes.subarray(2, header).reduce((sum, byte) => sum * 256 + byte, 0);
  const missing = header + size - bytes.length;
  return size >= 32 && missing <= 0 && missing >= -3;
}

function headerLength(bytes: Buffer): number {
  const first = bytes[1] ?? 0;
  return first < 0x80 ? 2 : 2 + Math.min(first & 0x7f, 4);
}
