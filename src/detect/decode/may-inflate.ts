/** Base64 of a shorter run holds no deflated text worth looking for. */
const LEAST = 48;

/**
 * Whether the base64 in [start, end) of `text` may be a bare deflated stream (RFC 1951), as SAML has it: told from its first bytes, since inflating
 * every run that is no text would cost more than all else.
 */
export function mayInflate(text: Buffer, start: number, end: number): boolean {
  if (end - start < LEAST) return false;
  // the bits of the first byte that say so, from the first two digits
  const bits = (SIX.get(text[start] as number) ?? 0) & 1;
  const more = SIX.get(text[start + 1] as number) ?? 0;
  if ((more & 16) === 0 || bits === ((more >> 5) & 1)) return false;
  return mayBeDeflated(Buffer.from(text.toString('latin1', start, start + LEAST), 'base64'));
}

/** Values of the digits of base64, in both alphabets. */
const SIX: ReadonlyMap<number, number> = new Map([...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_'].map((digit, index) => [digit.charCodeAt(0), index > 63 ? index - 2 : index]));

/** The first block is the last one and is Huffman-coded: with fixed codes that begin with ASCII, or with code lengths that fill their tree. */
export function mayBeDeflated(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  if ((first & 1) === 0 || bytes.length < 24) return false;
  const kind = (first >> 1) & 3;
  if (kind === 1) return beginsWithText(bytes);
  if (kind !== 2 || first >> 3 > 29 || (second & 31) > 29) return false;
  const count = 4 + bitsAt(bytes, 13, 4);
  let filled = 0;
  for (let index = 0; index < count; index += 1) {
    const length = bitsAt(bytes, 17 + index * 3, 3);
    if (length > 0) filled += 128 >> length;
  }
  return filled === 128;
}

/** Six symbols of the fixed code, each printable: RFC 1951 section 3.2.6. */
function beginsWithText(bytes: Uint8Array): boolean {
  let at = 3;
  for (let symbols = 0; symbols < 6; symbols += 1) {
    let code = 0;
    for (let bit = 0; bit < 8; bit += 1) code = (code << 1) | bitsAt(bytes, at + bit, 1);
    const byte = code - 0x30;
    if (byte < 9 || byte > 126 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13)) return false;
    at += 8;
  }
  return true;
}

function bitsAt(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let bit = 0; bit < count; bit += 1) value |= (((bytes[(at + bit) >> 3] ?? 0) >> ((at + bit) & 7)) & 1) << bit;
  return value;
}
