const FIRST_LINE = 'version https://git-lfs.github.com/spec/v1\n';
const MAX_POINTER_BYTES = 1024;

/** The pointer file that Git LFS leaves in place of a big file (its specification, version 1), with the size it points to. */
export function lfsPointer(content: Uint8Array): { readonly sizeBytes: number } | undefined {
  if (content.length >= MAX_POINTER_BYTES || content[0] !== 0x76) return undefined;
  const text = Buffer.from(content).toString('latin1');
  const size = /^size (\d{1,15})$/m.exec(text)?.[1];
  return text.startsWith(FIRST_LINE) && /^oid sha256:[0-9a-f]{64}$/m.test(text) && size !== undefined ? { sizeBytes: Number(size) } : undefined;
}
