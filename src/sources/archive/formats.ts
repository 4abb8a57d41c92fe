/** Compressed formats that are known by their magic and not unpacked, so that a report can say so. */
const FORMATS: readonly { readonly name: string; readonly magic: readonly number[] }[] = [
  { name: '7z', magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { name: 'rar', magic: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07] },
  { name: 'lzma', magic: [0x5d, 0x00, 0x00] },
  { name: 'cabinet', magic: [0x4d, 0x53, 0x43, 0x46, 0x00, 0x00, 0x00, 0x00] },
  { name: 'compress (.Z)', magic: [0x1f, 0x9d] },
  { name: 'lz4', magic: [0x04, 0x22, 0x4d, 0x18] },
];

const FIRST_BYTES: ReadonlySet<number | undefined> = new Set(FORMATS.map(({ magic }) => magic[0]));

export function unreadFormat(head: Uint8Array): string | undefined {
  if (!FIRST_BYTES.has(head[0])) return undefined;
  return FORMATS.find(({ magic }) => magic.every((byte, index) => head[index] === byte))?.name;
}
