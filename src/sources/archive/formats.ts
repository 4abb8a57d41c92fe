/** Compressed formats that are known by their magic and not unpacked, so that a report can say so. */
const FORMATS: readonly { readonly name: string; readonly magic: readonly number[] }[] = [
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { name: '7z', magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { name: 'rar', magic: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07] },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { name: 'lz4', magic: [0x04, 0x22, 0x4d, 0x18] },
];
/** bzip2's three letters also begin words: its first block begins with the digits of pi, or its end with those of its root. */
const BZIP2_BLOCKS = [
  [0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
  [0x17, 0x72, 0x45, 0x38, 0x50, 0x90],
];

export function unreadFormat(head: Uint8Array): string | undefined {
  const name = FORMATS.find(({ magic }) => beginsWith(head, magic, 0))?.name;
  return name === 'bzip2' && !BZIP2_BLOCKS.some((block) => beginsWith(head, block, 4)) ? undefined : name;
}

function beginsWith(head: Uint8Array, magic: readonly number[], offset: number): boolean {
  return magic.every((byte, index) => head[offset + index] === byte);
}
