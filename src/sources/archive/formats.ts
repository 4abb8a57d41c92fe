/** Compressed formats that are known by their magic and not unpacked, so that a report can say so. */
const FORMATS: readonly { readonly name: string; readonly magic: readonly number[] }[] = [
  { name: '7z', magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { name: 'rar', magic: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07] },
  { name: 'lz4', magic: [0x04, 0x22, 0x4d, 0x18] },
];

export function unreadFormat(head: Uint8Array): string | undefined {
  return isWideDatabase(head) ? 'text in UTF-16 in a SQLite database' : FORMATS.find(({ magic }) => magic.every((byte, index) => head[index] === byte))?.name;
}

/** SQLite's file format 1.3: the encoding stands at offset 56; in UTF-8 (1) the cells are seen in its bytes, in UTF-16 (2, 3) not. */
function isWideDatabase(head: Uint8Array): boolean {
  const encoding = head[59];
  return (encoding === 2 || encoding === 3) && Buffer.from(head.buffer, head.byteOffset, Math.min(16, head.length)).toString('latin1') === 'SQLite format 3\0';
}
