import { wideKind } from '../text/transcode.ts';

/** Whether bytes are text and nothing else: printable ASCII with white space and whole UTF-8 sequences, or UTF-16. */
export function looksLikeText(bytes: Uint8Array): boolean {
  if (bytes.length < 6) return false;
  let odd = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if ((byte >= 32 && byte < 127) || byte === 10 || byte === 13 || byte === 9) continue;
    if (byte === 0 || byte < 128) return wideKind(bytes) !== undefined;
    const more = byte >= 0xf0 && byte < 0xf5 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 && byte < 0xe0 ? 1 : 0;
    if (more === 0 || byte >= 0xf5) return wideKind(bytes) !== undefined;
    for (let n = 1; n <= more; n += 1) {
      if (at + n < bytes.length && ((bytes[at + n] as number) & 0xc0) !== 0x80) return wideKind(bytes) !== undefined;
    }
    at += more;
    odd += 1;
  }
  return odd * 4 <= bytes.length;
}
