import { isBase, isHex } from './byte-classes';
import { PAIRS, QUOTED, WIDE } from './encoded-kinds';

/**
 * Of each sixteen bits of a word the highest is set where they are not all the same and are so at every third, fourth or fifth place, or second: letters and digits at those places
 * alone, or at all others.
 */
// @ts-ignore: decorator
@inline
export function periodicBlocks(word: u64): u64 {
  const isThird = differ(word ^ (word >> 3), 0x1fff1fff1fff1fff);
  const isFourth = differ(word ^ (word >> 4), 0x0fff0fff0fff0fff);
  const isFifth = differ(word ^ (word >> 5), 0x07ff07ff07ff07ff);
  return ~(isThird & isFourth & isFifth) & differ(word ^ (word >> 1), 0x7fff7fff7fff7fff) & 0x8000800080008000;
}

/** The highest of sixteen bits is set where any of those in the mask is. */
// @ts-ignore: decorator
@inline
function differ(bits: u64, mask: u64): u64 {
  return (bits & mask) + 0x7fff7fff7fff7fff;
}

/** What the sixteen bytes at `p`, that `periodicBlocks` tells of, are a part of. */
export function periodicKind(p: usize, low: usize, high: usize): u32 {
  if (p < low + 5 || p + 24 > high) return 0;
  let at = p;
  // the first byte of a group
  while (at < p + 5 && (!isBase(load<u8>(at)) || isBase(load<u8>(at - 1)))) at += 1;
  if (load<u8>(at + 1) === 0) {
    const wide: usize = load<u16>(at + 2) === 0 ? 4 : 2;
    for (let n: usize = 0; n < 12; n += wide) if (!isBase(load<u8>(at + n)) || load<u8>(at + n + 1) !== 0 || (wide === 4 && load<u16>(at + n + 2) !== 0)) return 0;
    return WIDE;
  }
  if (isHex(load<u8>(at + 2))) return isBase(load<u8>(at + 4)) ? 0 : isPairs(at, at + 15, 4) ? PAIRS : 0;
  if (!isPairs(at, at + 12, 2)) return 0;
  return load<u8>(at + 2) === 0x3d ? QUOTED : PAIRS;
}

/** Groups of so many hex digits with the same mark between them; some begin with the digit that letters of ASCII begin with. */
export function isPairs(from: usize, to: usize, digits: usize): bool {
  const mark = load<u8>(from + digits);
  if (mark !== 0x20 && mark !== 0x3a && mark !== 0x2d && mark !== 0x2c && mark !== 0x3d) return false;
  let letters = 0;
  for (let p = from; p + digits < to; p += digits + 1) {
    for (let q = p; q < p + digits; q += 1) if (!isHex(load<u8>(q))) return false;
    if (load<u8>(p + digits) !== mark) return false;
    const first = load<u8>(p) - 0x30;
    if (first === 0 || (first > 1 && first < 8)) letters += 1;
  }
  return letters > 2;
}
