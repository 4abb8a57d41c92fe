import { isHex } from './byte-classes';
import { LEAST_HEX } from './encoded-kinds';

/** Base32 (RFC 4648 section 6) of text, with its upper-case alphabet. */
export function mayBe32(first: usize, last: usize): bool {
  if (last - first < LEAST_HEX) return false;
  let bits: u32 = 0;
  let held: u32 = 0;
  for (let p = first; p < first + LEAST_HEX; p += 1) {
    const b = load<u8>(p);
    const value: u32 = b - 65 < 26 ? b - 65 : b - 50 < 6 ? b - 24 : 32;
    if (value === 32) return false;
    bits = ((bits << 5) | value) & 0xffff;
    held += 5;
    if (held < 8) continue;
    held -= 8;
    const byte = (bits >> held) & 0xff;
    if (byte > 126 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13)) return false;
  }
  return true;
}

/**
 * Whether a run of these characters may be what `decodeRun` reads: its first bytes, from base64 or from hex digits, are text, have a zero byte
 * or a mark of wide text, or the magic number of gzip or zlib.
 */
export function mayDecode(first: usize, last: usize): bool {
  return mayBeText(first, false) || (last - first >= LEAST_HEX && allHex(first, first + LEAST_HEX) && mayBeText(first, true));
}

function allHex(first: usize, last: usize): bool {
  for (let p = first; p < last; p += 1) if (!isHex(load<u8>(p))) return false;
  return true;
}

/** The first sixteen or eighteen bytes decide; so many there are. */
function mayBeText(first: usize, hex: bool): bool {
  const bytes = hex ? 16 : 18;
  let bits: u32 = 0;
  let held: u32 = 0;
  let p = first;
  let a: u32 = 0;
  let more: u32 = 0;
  let isText = true;
  for (let n = 0; n < bytes; n += 1) {
    while (held < 8) {
      bits = hex ? (bits << 4) | hexValue(load<u8>(p)) : (bits << 6) | baseValue(load<u8>(p));
      held += hex ? 4 : 6;
      p += 1;
    }
    held -= 8;
    const b = (bits >> held) & 0xff;
    if (b === 0 && n < 16) return true;
    if (n === 0) a = b;
    if (n === 1 && ((a === 0x1f && b === 0x8b) || a === 0x78 || (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))) return true;
    if (!isText) continue;
    if (more > 0) {
      if ((b & 0xc0) !== 0x80) isText = false;
      more -= 1;
    } else if (b >= 0x80) {
      if (b < 0xc2 || b > 0xf4) isText = false;
      more = b >= 0xf0 ? 3 : b >= 0xe0 ? 2 : 1;
    } else if (b === 127 || (b < 32 && b !== 9 && b !== 10 && b !== 13)) isText = false;
  }
  return isText;
}

function hexValue(b: u8): u32 {
  return b - 48 < 10 ? b - 48 : (b | 0x20) - 87;
}

function baseValue(b: u8): u32 {
  if (b - 65 < 26) return b - 65;
  if (b - 97 < 26) return b - 71;
  if (b - 48 < 10) return b + 4;
  return b === 0x2b || b === 0x2d ? 62 : 63;
}

/** Base64 of anything but zeros has both cases; hex digits are an encoding too. */
export function mixed(first: usize, last: usize): bool {
  let upper = false;
  let lower = false;
  let digit = false;
  let other = false;
  for (let p = first; p < last; p += 1) {
    const b = load<u8>(p);
    if (b - 65 < 26) upper = true;
    else if (b - 97 < 26) lower = true;
    else if (b - 48 < 10) digit = true;
    if (!isHex(b)) other = true;
    if (upper && lower && other) return true;
  }
  return !other && digit;
}
