import type { KeyVerdict } from './judge-key.ts';

/** Multi-precision integers of the public part, by algorithm (RFC 9580 §9.1); elliptic ones begin with a curve's OID. */
const PUBLIC_MPIS: Readonly<Record<number, { readonly oid: boolean; readonly mpis: number; readonly kdf: boolean }>> = {
  1: { oid: false, mpis: 2, kdf: false },
  2: { oid: false, mpis: 2, kdf: false },
  3: { oid: false, mpis: 2, kdf: false },
  16: { oid: false, mpis: 3, kdf: false },
  17: { oid: false, mpis: 4, kdf: false },
  18: { oid: true, mpis: 1, kdf: true },
  19: { oid: true, mpis: 1, kdf: false },
  22: { oid: true, mpis: 1, kdf: false },
};
const SECRET_KEY_TAG = 5;
const KIND = 'PGP PRIVATE KEY BLOCK';

/** The first packet must be a version 4 secret key; its string-to-key usage says whether a passphrase protects it. */
export function judgeOpenPgp(bytes: Buffer): KeyVerdict {
  const first = bytes[0] ?? 0;
  const isNewFormat = (first & 0xc0) === 0xc0;
  const tag = isNewFormat ? first & 0x3f : (first & 0x3c) >> 2;
  if ((first & 0x80) === 0 || tag !== SECRET_KEY_TAG) return { is: 'not-a-key', why: 'no secret-key packet at its head' };
  const lengthBytes = isNewFormat ? ((bytes[1] ?? 0) < 192 ? 1 : (bytes[1] ?? 0) < 224 ? 2 : 5) : ([1, 2, 4][first & 3] ?? 0);
  const start = 1 + lengthBytes;
  if (bytes[start] !== 4) return (bytes[start] ?? 0) >= 5 && bytes.length > 64 ? { is: 'encrypted', kind: KIND } : { is: 'not-a-key', why: 'of no known version' };
  const layout = PUBLIC_MPIS[bytes[start + 5] ?? 0];
  if (layout === undefined) return { is: 'not-a-key', why: 'of no known algorithm' };
  let at = start + 6;
  if (layout.oid) at += 1 + (bytes[at] ?? 0);
  for (let count = 0; count < layout.mpis; count += 1) {
    if (at + 2 > bytes.length) return { is: 'not-a-key', why: 'cut off' };
    at += 2 + Math.ceil(bytes.readUInt16BE(at) / 8);
  }
  if (layout.kdf) at += 1 + (bytes[at] ?? 0);
  const usage = bytes[at];
  return usage === undefined ? { is: 'not-a-key', why: 'cut off' } : { is: usage === 0 ? 'plain' : 'encrypted', kind: KIND };
}
