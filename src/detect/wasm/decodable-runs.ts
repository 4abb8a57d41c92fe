import { hasDigit } from './alphabet-runs';
import { isHex } from './byte-classes';
import { LEAST_HEX } from './encoded-kinds';
import { membersOf } from './halves';

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
  return startsText(first, last) || (last - first >= LEAST_HEX && allHex(first, first + LEAST_HEX) && mayBeText(first, true, last));
}

function allHex(first: usize, last: usize): bool {
  for (let p = first; p < last; p += 1) if (!isHex(load<u8>(p))) return false;
  return true;
}

/** As `mayBeText` of base64: what the first 24 characters decode to is looked at at once, and byte by byte only where it has bytes beyond ASCII and nothing that text has not. */
function startsText(first: usize, last: usize): bool {
  const head = decoded(first);
  const tail = decoded(first + 8);
  // bytes 0 to 11 and 6 to 17; the lanes behind are 32
  const zeros = <u32>i8x16.bitmask(i8x16.eq(head, i8x16.splat(0))) | (<u32>i8x16.bitmask(i8x16.eq(tail, i8x16.splat(0))) << 6);
  if ((zeros & 0xffff) !== 0 && isWide(first, last)) return true;
  const two = <u32>i16x8.extract_lane_u(head, 0);
  if (two === 0x8b1f || (two & 0xff) === 0x78 || two === 0xfeff || two === 0xfffe) return true;
  const high = highBits(head, tail, -128);
  const begins = highBits(head, tail, -64);
  const goesOn = high ^ begins;
  // in UTF-8 what begins a character is followed by what goes on with it, and that by nothing else
  const broken = ((begins << 1) & ~goesOn) | (goesOn & ~(high << 1));
  if ((broken & 0x3ffff) !== 0 || v128.any_true(v128.or(unprintable(head), unprintable(tail)))) return false;
  return high === 0 || mayBeText(first, false, first);
}

/** As many zeros as wide text has (`wideKind` of `src/detect/text/transcode.ts`): names decode to one now and then. */
function isWide(first: usize, last: usize): bool {
  const all = ((last - first) * 3) >> 2;
  const bytes = (all < 512 ? all : 512) & ~3;
  let zeros: usize = 0;
  for (let at: usize = 0; at < bytes; at += 12) {
    const mask = bytes - at < 12 ? ((<u32>1 << <u32>(bytes - at)) - 1) : 0xfff;
    zeros += <usize>popcnt<u32>(<u32>i8x16.bitmask(i8x16.eq(decoded(first + (at / 3) * 4), i8x16.splat(0))) & mask);
  }
  return zeros * 10 >= bytes * 4;
}

/** The same of hex digits. */
function isWideHex(first: usize, last: usize): bool {
  const all = (last - first) >> 1;
  const bytes = (all < 512 ? all : 512) & ~3;
  let zeros: usize = 0;
  for (let p = first; p < first + bytes * 2; p += 2) zeros += <usize>(load<u16>(p) === 0x3030);
  return zeros * 10 >= bytes * 4;
}

/** The first bits of base64 that is a bare deflated stream of one block, as `may-inflate.ts` wants it. */
export function mayInflate(first: usize): bool {
  const kind = ((baseValue(load<u8>(first)) & 1) << 1) | ((baseValue(load<u8>(first + 1)) >> 5) & 1);
  return (baseValue(load<u8>(first + 1)) & 16) !== 0 && (kind === 1 || kind === 2);
}

/** Which of the eighteen bytes are `least` or more: a bit for each. */
// @ts-ignore: decorator
@inline
function highBits(head: v128, tail: v128, least: i8): u32 {
  return <u32>i8x16.bitmask(i8x16.ge_u(head, i8x16.splat(least))) | (<u32>i8x16.bitmask(i8x16.ge_u(tail, i8x16.splat(least))) << 6);
}

/** What no text has: control characters but tab and ends of lines, and DEL. */
// @ts-ignore: decorator
@inline
function unprintable(v: v128): v128 {
  const isSpace = v128.or(v128.or(i8x16.eq(v, i8x16.splat(9)), i8x16.eq(v, i8x16.splat(10))), i8x16.eq(v, i8x16.splat(13)));
  return v128.or(v128.andnot(i8x16.lt_u(v, i8x16.splat(32)), isSpace), i8x16.eq(v, i8x16.splat(127)));
}

/** The twelve bytes that sixteen characters of base64 mean, and four that are 32. */
// @ts-ignore: decorator
@inline
function decoded(at: usize): v128 {
  const v = v128.load(at);
  // + and - are 62, / and _ are 63
  const offsets = i8x16(0, 0, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
  let six = i8x16.add(v, i8x16.relaxed_swizzle(offsets, i8x16.shr_u(v, 4)));
  six = i8x16.sub(six, v128.and(i8x16.eq(v, i8x16.splat(0x2d)), i8x16.splat(2)));
  six = i8x16.sub(six, v128.and(i8x16.eq(v, i8x16.splat(0x2f)), i8x16.splat(3)));
  six = i8x16.add(six, v128.and(i8x16.eq(v, i8x16.splat(0x5f)), i8x16.splat(33)));
  const twelve = v128.or(i16x8.shl(v128.and(six, i16x8.splat(0xff)), 6), i16x8.shr_u(six, 8));
  const bytes = i32x4.dot_i16x8_s(twelve, i16x8(4096, 1, 4096, 1, 4096, 1, 4096, 1));
  return v128.shuffle<u8>(bytes, i8x16.splat(32), 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 16, 16, 16, 16);
}

/** The first sixteen or eighteen bytes decide; so many there are. */
function mayBeText(first: usize, hex: bool, last: usize): bool {
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
    if (hex && b === 0 && isWideHex(first, last)) return true;
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
  const hexRow = i8x16(8, 88, 88, 88, 88, 88, 88, 8, 8, 8, 0, 0, 0, 0, 0, 0);
  let upper: u32 = 0;
  let lower: u32 = 0;
  let other: u32 = 0;
  for (let p = first; p < last; p += 16) {
    const v = v128.load(p);
    const mask: u32 = last - p < 16 ? ((<u32>1 << (<u32>(last - p))) - 1) : 0xffff;
    const folded = v128.or(v, i8x16.splat(32));
    const letters = i8x16.lt_u(i8x16.sub(folded, i8x16.splat(97)), i8x16.splat(26));
    const isLower = i8x16.eq(v, folded);
    lower |= <u32>i8x16.bitmask(v128.and(letters, isLower)) & mask;
    upper |= <u32>i8x16.bitmask(v128.andnot(letters, isLower)) & mask;
    other |= ~membersOf(v, hexRow) & mask;
    if (upper !== 0 && lower !== 0 && other !== 0) return true;
  }
  return other === 0 && hasDigit(first, last);
}
