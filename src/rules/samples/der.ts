/** Just enough DER (X.690) to write keys for samples. */
export function der(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

export function sequence(...members: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(members));
}

/** A positive INTEGER whose first byte is below 0x80. */
export function integer(bytes: Buffer): Buffer {
  const content = Buffer.from(bytes);
  content[0] = ((content[0] ?? 0) & 0x7f) | 0x01;
  return der(0x02, content);
}

export function smallInteger(value: number): Buffer {
  return der(0x02, Buffer.from([value]));
}

/** OBJECT IDENTIFIER from its encoded bytes. */
export function objectIdentifier(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

export function octets(content: Buffer): Buffer {
  return der(0x04, content);
}
