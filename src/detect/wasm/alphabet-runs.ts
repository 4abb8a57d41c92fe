import { membersOf } from './halves';
import { alphabets } from './layout';

/** Which of the sixteen bytes at `at` are in an alphabet: a bit for each. */
// @ts-ignore: decorator
@inline
export function membersAt(at: usize, row: v128): u32 {
  return membersOf(v128.load(at), row);
}

/**
 * Where a run of `least` characters may be, of sixteen bytes of which `members` are in the alphabet: a run of 23 or more fills two halves of
 * blocks that lie side by side, one of 15 or more fills one. 1: the first half is in it, 2: the second, 0: none is.
 */
// @ts-ignore: decorator
@inline
export function fullHalf(members: u32, before: bool, least: usize): u32 {
  const first = (members & 0xff) === 0xff;
  const second = (members & 0xff00) === 0xff00;
  if (least > 22) return first && (second || before) ? 1 : 0;
  return first ? 1 : second ? 2 : 0;
}

/** Where the run that holds the byte before `at` began, not before `from`. */
export function runStart(at: usize, from: usize, row: v128): usize {
  for (let p = at; p > from; p -= 16) {
    const others = ~membersAt(p - 16, row) & 0xffff;
    if (others === 0) continue;
    const first = p + 16 - <usize>clz<u32>(others);
    return first > from ? first : from;
  }
  return from;
}

/** Where the run that goes on at `at` ends, not behind `limit`, unless `at` is. */
export function runEnd(at: usize, limit: usize, row: v128): usize {
  for (let p = at; p < limit; p += 16) {
    const others = ~membersAt(p, row) & 0xffff;
    if (others === 0) continue;
    const last = p + <usize>ctz<u32>(others);
    return last < limit ? last : limit;
  }
  return at < limit ? limit : at;
}

/** All of [from, end) is in the alphabet of this row. */
export function runFrom(from: usize, end: usize, high: usize, row: usize): bool {
  if (end > high) return false;
  const lanes = v128.load(row);
  for (let p = from; p < end; p += 16) {
    const others = ~membersAt(p, lanes) & 0xffff;
    if (others !== 0) return p + <usize>ctz<u32>(others) >= end;
  }
  return true;
}

/** Sixteen bytes of the alphabet, all before `limit`, where a run of `least` (more than 30) may be, from `from` on: such a run fills one of the blocks that lie so far apart. */
export function nextFull(from: usize, least: usize, limit: usize, row: v128): usize {
  let p = from;
  while (p + 16 <= limit && membersAt(p, row) !== 0xffff) p += least - 15;
  return p;
}

/** Somewhere in [from, limit) stands a run of `least` characters of the alphabet, with a digit in it if one is wanted. */
export function runNear(from: usize, least: u32, digit: bool, limit: usize, alphabet: u8): bool {
  const row = alphabets + <usize>alphabet * 16;
  const lanes = v128.load(row);
  if (least > 30) {
    let last = from - 1;
    for (let p = nextFull(from, least, limit, lanes); p + 16 <= limit; p = nextFull(last + 1, least, limit, lanes)) {
      const first = runStart(p, from, lanes);
      last = runEnd(p + 16, limit, lanes);
      if (last >= first + least && (!digit || hasDigit(first, last))) return true;
    }
    return false;
  }
  const isLong = least > 14;
  let before = false;
  let p = from;
  while (p < limit) {
    const members = membersAt(p, lanes);
    const full = isLong ? fullHalf(members, before, <usize>least) : members;
    if (full === 0) {
      before = (members & 0xff00) === 0xff00;
      p += 16;
      continue;
    }
    before = false;
    let last = p;
    if (isLong) {
      const half = full === 1 ? p : p + 8;
      last = runEnd(half + 8, limit, lanes);
      const first = runStart(half, from, lanes);
      if (last >= first + least && (!digit || hasDigit(first, last))) return true;
    } else {
      let rest = members;
      while (rest !== 0) {
        const first = p + <usize>ctz<u32>(rest);
        last = runEnd(first, limit, lanes);
        if (last >= first + least && (!digit || hasDigit(first, last))) return true;
        if (last >= p + 16 || last === first) break;
        rest &= <u32>(-1) << (<u32>(last - p));
      }
    }
    p = last < p + 16 ? p + 16 : from + ((last - from) & ~15);
  }
  return false;
}

export function hasDigit(from: usize, to: usize): bool {
  for (let p = from; p < to; p += 16) {
    const digits = <u32>i8x16.bitmask(i8x16.lt_u(i8x16.sub(v128.load(p), i8x16.splat(48)), i8x16.splat(10)));
    if (digits !== 0) return p + <usize>ctz<u32>(digits) < to;
  }
  return false;
}
