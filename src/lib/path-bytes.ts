import { TextDecoder } from 'node:util';

/**
 * File names are bytes; ours are strings. Valid UTF-8 stands for itself. A byte that is not part of valid UTF-8 becomes
 * U+FFFD and two hex digits (`caf\uFFFDe9`), and a real U+FFFD is written so too. The form is well-formed Unicode,
 * readable, and leads back to exactly one file name.
 */
const MARK = '\uFFFD';

/** The string form of a file name's bytes. */
export function pathFromBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  return text.includes(MARK) ? escapeInvalid(buffer) : text;
}

/** What the file system is asked for: the same string, or bytes where the name has a form of its own. */
export function systemPath(root: string, path: string): string | Buffer {
  const whole = path === '' ? root : root.endsWith('/') ? `${root}${path}` : `${root}/${path}`;
  if (!path.includes(MARK)) return whole;
  const prefix = whole.slice(0, whole.length - path.length);
  return Buffer.concat([Buffer.from(prefix), bytesOfPath(path)]);
}

/** The file name's bytes again. */
export function bytesOfPath(path: string): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const found of path.matchAll(/\uFFFD([0-9a-f]{2})/g)) {
    parts.push(Buffer.from(path.slice(from, found.index)), Buffer.from([Number.parseInt(found[1] ?? '', 16)]));
    from = found.index + 3;
  }
  parts.push(Buffer.from(path.slice(from)));
  return Buffer.concat(parts);
}

function escapeInvalid(buffer: Buffer): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  let at = 0;
  while (at < buffer.length) {
    const width = sequenceLength(buffer[at] ?? 0);
    const piece = buffer.subarray(at, at + width);
    const decoded = width > 0 && piece.length === width ? decodeOrNothing(decoder, piece) : undefined;
    if (decoded === undefined || decoded === MARK) {
      const bad = decoded === undefined ? buffer.subarray(at, at + 1) : piece;
      for (const byte of bad) text += MARK + byte.toString(16).padStart(2, '0');
      at += bad.length;
    } else {
      text += decoded;
      at += width;
    }
  }
  return text;
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

function decodeOrNothing(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
