import { bytesOfPath } from '../../lib/path-bytes.ts';

/** Name of the directory that every URI is relative to; where it lies is nobody's business. */
export const ROOT = 'SRCROOT';

/**
 * A relative URI reference (RFC 3986) for a path with `/`: every segment percent-encoded, never absolute, never above the
 * root, never mistaken for a scheme or a query. A name that is not UTF-8 (`lib/path-bytes`) becomes its real bytes; lone
 * surrogates, which no URI can carry, become U+FFFD.
 */
export function uriOf(path: string): string {
  const segments = path
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
  return segments.length === 0 ? 'unknown' : segments.map(encodeSegment).join('/');
}

function encodeSegment(segment: string): string {
  if (/\ufffd[0-9a-f]{2}/.test(segment)) return [...bytesOfPath(segment)].map((byte) => (byte > 0x20 && byte < 0x7f ? encodeSegment(String.fromCharCode(byte)) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)).join('');
  return encodeURIComponent(segment).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
