import { fullHalf, hasDigit, membersAt, nextFull, runEnd, runStart } from './alphabet-runs';
import { isQuote } from './byte-classes';
import { alphabets } from './layout';

/**
 * Behind a mark within the window stands a value of the right length: letters, digits and what else the anchor's flags
 * allow, ended by something else; with a digit if one is wanted.
 */
export function valueNear(from: usize, anchor: usize, high: usize): bool {
  const least = <usize>load<u16>(anchor, 28);
  const most = <usize>load<u16>(anchor, 32);
  const flags = load<u8>(anchor, 27);
  const reach = from + <usize>load<u16>(anchor, 30);
  const limit = reach < high ? reach : high;
  const row = alphabets + <usize>load<u8>(anchor, 34) * 16;
  const lanes = v128.load(row);
  // no value that begins in the window reaches farther
  const farthest = limit + most + 1 < high ? limit + most + 1 : high;
  if (least > 30) {
    const to = limit + least < high ? limit + least : high;
    let last = from - 1;
    for (let p = nextFull(from, least, to, lanes); p + 16 <= to; p = nextFull(last + 1, least, to, lanes)) {
      last = runEnd(p + 16, farthest, lanes);
      if (valueIn(runStart(p, from, lanes), last, limit, least, most, flags)) return true;
    }
    return false;
  }
  const isLong = least > 14;
  let before = false;
  let p = from;
  while (p < limit + 16) {
    const members = membersAt(p, lanes);
    const full = isLong ? fullHalf(members, before, least) : members;
    if (full === 0) {
      before = (members & 0xff00) === 0xff00;
      p += 16;
      continue;
    }
    before = false;
    let last = p;
    if (isLong) {
      const half = full === 1 ? p : p + 8;
      last = runEnd(half + 8, farthest, lanes);
      if (valueIn(runStart(half, from, lanes), last, limit, least, most, flags)) return true;
    } else {
      let rest = members;
      while (rest !== 0) {
        const first = p + <usize>ctz<u32>(rest);
        last = runEnd(first, farthest, lanes);
        if (valueIn(first, last, limit, least, most, flags)) return true;
        if (last >= p + 16 || last === first) break;
        rest &= <u32>(-1) << (<u32>(last - p));
      }
    }
    p = last < p + 16 ? p + 16 : from + ((last - from) & ~15);
  }
  return false;
}

/** In the run [first, last), before `limit`: a mark, and behind it a value as `valueNear` wants it. */
function valueIn(first: usize, last: usize, limit: usize, least: usize, most: usize, flags: u8): bool {
  if (last < first + least) return false;
  let p = last - first > most ? last - most : first;
  let end = last - least < limit ? last - least + 1 : limit;
  // only where `=` or `:` may be in the run can a mark stand in it
  if ((flags & 0xc0) === 0) {
    if (p !== first) return false;
    if (end > first + 1) end = first + 1;
  }
  for (; p < end; p += 1) {
    if (!isMark(p === 0 ? 0 : load<u8>(p - 1))) continue;
    return (flags & 2) === 0 || hasDigit(p, last);
  }
  return false;
}

/** = : " ' ` white space > ( , : what may stand right before a value. */
// @ts-ignore: decorator
@inline
function isMark(b: u8): bool {
  return b === 0x3d || b === 0x3a || isQuote(b) || b <= 0x20 || b === 0x3e || b === 0x28 || b === 0x2c || b === 0xa0;
}
