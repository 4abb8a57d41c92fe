const VERSION = 2;
const END = 0;
const IDENTIFIER = 2;

/** The identifier of a macaroon in the binary format of version 2 (libmacaroons doc/format.txt), from its base64url form. Undefined for anything else. */
export function macaroonIdentifier(encoded: string): string | undefined {
  if (encoded.length > 8_192 || !/^[A-Za-z0-9_-]+={0,2}$/.test(encoded)) return undefined;
  const bytes = Buffer.from(encoded, 'base64url');
  if (bytes[0] !== VERSION) return undefined;
  let at = 1;
  const varint = (): number | undefined => {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = bytes[at];
      if (byte === undefined) return undefined;
      at += 1;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  // Location and identifier, in this order, before the first end mark.
  for (let packet = 0; packet < 2; packet += 1) {
    const field = varint();
    const length = field === undefined || field === END ? undefined : varint();
    if (length === undefined || at + length > bytes.length) return undefined;
    if (field === IDENTIFIER) return bytes.toString('utf8', at, at + length);
    at += length;
  }
  return undefined;
}
