import { isHex } from './byte-classes';
import { mayBe32, mayDecode, mayInflate, mixed } from './decodable-runs';
import { LEAST_RUN, OPAQUE, PAIRS, RUN } from './encoded-kinds';
import { columnBits, fifteens, inRow, membersOf, upperHalves } from './halves';
import { out, outEnd, stopAt } from './layout';
import { maySpeak, specialKind } from './marks-of-encoding';
import { isPairs, periodicBlocks, periodicKind } from './periodic';

/** A shorter line is not the first of wrapped text, and farther than this from the line before it none of its others. */
const LEAST_WRAPPED: usize = 40;
const LONGEST_GAP: usize = 48;

/**
 * Finds in [start, end): quoted-printable (`=3D`, several of its pairs in a row, a full line that ends in `=`), lists of numbers or characters that may be text, calls
 * that join a list, and runs of at least 24 base64 characters with upper and lower case or only hex digits; escapes
 * (`%41`, `\x41`, `\u0041`, `\101`, `&#65;`); and joints of string literals (`"a" + "b"`, `"a" "b"`) and lines (`\`). Bytes from `low` to `high` may be
 * looked at. Writes pairs (u32 address, u32 length << 4 | kind); returns their number. A run is written once; one whose first bytes
 * decode to no text only where it may be deflated or a line of wrapped text, as `OPAQUE`.
 */
export function encoded(start: usize, end: usize, low: usize, high: usize): u32 {
  let o = out;
  let lastEnd: usize = start > low ? start : 0;
  /** Runs before it are written. */
  let done = start;
  /** Characters of a run that goes on at the next word. What began before `start` counts if enough of it lies behind. */
  let held = heldBefore(start, low);
  for (let tile = start; tile < end; tile += TILE) {
    const tileEnd = tile + TILE < end ? tile + TILE : end;
    const marks = MARKS + <usize>classify(tile, tileEnd) * 2;
    let mark = MARKS;
    for (let base = tile; base < tileEnd; base += 64) {
      if (o + (64 + 4 + 4) * 8 > outEnd) {
        stopAt(base);
        return <u32>((o - out) >> 3);
      }
      while (mark < marks && tile + <usize>load<u16>(mark) < base + 64) {
        const at = tile + <usize>load<u16>(mark);
        mark += 2;
        const kind = specialKind(at, low, high);
        if (kind !== 0) {
          store<u32>(o, <u32>at);
          store<u32>(o, (1 << 4) | kind, 4);
          o += 8;
        }
      }
      const word = load<u64>(RUNS + ((base - tile) >> 3));
      let blocks = periodicBlocks(word);
      while (blocks !== 0) {
        const at = base + (<usize>ctz<u64>(blocks) & 48);
        blocks &= blocks - 1;
        if (at >= end) break;
        const kind = periodicKind(at, low, high);
        if (kind !== 0) {
          store<u32>(o, <u32>at);
          store<u32>(o, (1 << 4) | kind, 4);
          o += 8;
        }
      }
      let runs = word & (word >> 1);
      runs &= runs >> 2;
      runs &= runs >> 4;
      runs &= runs >> 8;
      runs &= runs >> 8;
      if (word & 1 && held + <usize>ctz<u64>(~word) >= LEAST_RUN) runs |= 1;
      const before = held;
      held = ~word === 0 ? 64 : <usize>clz<u64>(~word);
      while (runs !== 0) {
        const bit = ctz<u64>(runs);
        const at = base + <usize>bit;
        runs &= runs - 1;
        if (at < done) continue;
        if (at >= end) break;
        let first = bit > 0 ? at : base > start ? base - before : baseStart(at, low);
        const ones = ~(word >> bit) === 0 ? 64 : ctz<u64>(~(word >> bit));
        const last = bit + ones < 64 ? at + <usize>ones : baseEnd(base + 64, high);
        done = last;
        // the run's other bits
        runs &= runs & ~(((<u64>1 << (ones & 63)) - 1) << bit);
        // `0x`, and the x of `\\x`
        if (load<u8>(first) === 0x30 && (load<u8>(first + 1) | 0x20) === 0x78) first += 2;
        else if (load<u8>(first) === 0x78 && first > low && load<u8>(first - 1) === 0x5c && isHex(load<u8>(first + 1))) first += 1;
        if (last - first < LEAST_RUN) continue;
        if (load<u8>(first + 2) === 0x2d && isPairs(first, last, 2)) {
          store<u32>(o, <u32>first);
          store<u32>(o, (1 << 4) | PAIRS, 4);
          o += 8;
          continue;
        }
        const is32 = mayBe32(first, last);
        const decodes = is32 || mayDecode(first, last);
        if (!decodes && (lastEnd === 0 || first > lastEnd + LONGEST_GAP) && (last - first < LEAST_WRAPPED || !mayInflate(first))) continue;
        if (!is32 && !mixed(first, last)) continue;
        store<u32>(o, <u32>first);
        store<u32>(o, (<u32>(last - first) << 4) | (decodes ? RUN : OPAQUE), 4);
        o += 8;
        lastEnd = last;
      }
    }
  }
  stopAt(end);
  return <u32>((o - out) >> 3);
}

/** Bytes that are classified before any of what passed is looked at: a branch for each would be guessed wrong too often. */
const TILE: usize = 4096;
/** A bit for each byte of a tile: where base64 characters are. */
const RUNS: usize = memory.data(4096 / 8 + 8, 16);
/** Offsets in a tile that `specialKind` is to look at; at most three more than there are may be written. */
const MARKS: usize = memory.data((4096 + 8) * 2, 16);

/** Fills `RUNS` and `MARKS` for [from, to), which is no more than a tile; returns how many marks there are. */
function classify(from: usize, to: usize): u32 {
  const fifteen = fifteens();
  const column = columnBits();
  const row = v128.load(CONSTANTS);
  const ofLower = v128.load(CONSTANTS, 16);
  const ofUpper = v128.load(CONSTANTS, 32);
  const marks = v128.load(CONSTANTS, 48);
  const wanted = v128.load(CONSTANTS, 64);
  let n: usize = 0;
  const head = v128.load(from);
  let next = followers(v128.and(head, fifteen), upperHalves(head, fifteen), ofLower, ofUpper);
  for (let p = from; p < to; p += 64) {
    const a = v128.load(p);
    const b = v128.load(p, 16);
    const c = v128.load(p, 32);
    const d = v128.load(p, 48);
    const behind = v128.load(p, 64);
    const lowerA = v128.and(a, fifteen);
    const lowerB = v128.and(b, fifteen);
    const lowerC = v128.and(c, fifteen);
    const lowerD = v128.and(d, fifteen);
    const upperB = upperHalves(b, fifteen);
    const upperC = upperHalves(c, fifteen);
    const upperD = upperHalves(d, fifteen);
    const columnsA = i8x16.relaxed_swizzle(column, upperHalves(a, fifteen));
    const columnsB = i8x16.relaxed_swizzle(column, upperB);
    const columnsC = i8x16.relaxed_swizzle(column, upperC);
    const columnsD = i8x16.relaxed_swizzle(column, upperD);
    const ofB = followers(lowerB, upperB, ofLower, ofUpper);
    const ofC = followers(lowerC, upperC, ofLower, ofUpper);
    const ofD = followers(lowerD, upperD, ofLower, ofUpper);
    const ofNext = followers(v128.and(behind, fifteen), upperHalves(behind, fifteen), ofLower, ofUpper);
    let found = <u64>marked(lowerA, columnsA, next, ofB, marks, wanted) | (<u64>marked(lowerB, columnsB, ofB, ofC, marks, wanted) << 16) | (<u64>marked(lowerC, columnsC, ofC, ofD, marks, wanted) << 32) | (<u64>marked(lowerD, columnsD, ofD, ofNext, marks, wanted) << 48);
    next = ofNext;
    store<u64>(RUNS + ((p - from) >> 3), <u64>inRow(row, lowerA, columnsA) | (<u64>inRow(row, lowerB, columnsB) << 16) | (<u64>inRow(row, lowerC, columnsC) << 32) | (<u64>inRow(row, lowerD, columnsD) << 48));
    const count = <usize>popcnt<u64>(found);
    let place = MARKS + n * 2;
    n += count;
    // three at a time whether they are there or not: how many there are cannot be guessed
    do {
      for (let k: usize = 0; k < 6; k += 2) {
        store<u16>(place + k, <u16>(p - from + <usize>ctz<u64>(found)));
        found &= found - 1;
      }
      place += 6;
    } while (found !== 0);
  }
  let kept: usize = 0;
  for (let m: usize = 0; m < n; m += 1) {
    const offset = load<u16>(MARKS + m * 2);
    const at = from + <usize>offset;
    store<u16>(MARKS + kept * 2, offset);
    kept += <usize>maySpeak(at) & <usize>(at < to);
  }
  return <u32>kept;
}

/** Rows as `halves.ts` has them. From memory: V8 makes constants in code anew each time they are used. */
const CONSTANTS: usize = memory.data<i8>([
  // letters, digits, `+ - / _`
  -88, -8, -8, -8, -8, -8, -8, -8, -8, -8, -16, 84, 80, 84, 80, 116,
  // what a byte is behind a mark (see `followers`), by its lower half
  71, 19, -109, 91, 83, 115, -109, 11, -29, 3, 2, -126, 66, 2, -128, 0,
  // and by its upper half
  2, 0, -116, 9, 16, -128, 80, 96, 0, 0, 0, 0, 0, 0, 0, 0,
  // ` " % & ' ( [ { \ = ^
  64, 0, 4, 0, 0, 4, 4, 4, 4, 0, 0, -96, 32, 8, 32, 0,
  // what is wanted behind each of them, by their lower halves
  -122, 0, -122, 0, 0, 49, 72, -122, -115, 0, 0, 15, 35, 10, 2, 0,
], 16);

/** Letters, digits, `+ - / _`: a bit for each of sixteen bytes. */
// @ts-ignore: decorator
@inline
function baseBits(v: v128): u32 {
  return membersOf(v, v128.load(CONSTANTS));
}

/**
 * What each of sixteen bytes is behind a mark: 1 a digit, 2 a control character up to a line's end, 4 a space, 8 one of `#'37`, 16 a letter that is a hex digit, 32 `u` or `x`,
 * 64 the first letter of a character's name in HTML (and some more), 128 one of `"&(+.[` (and some more).
 */
// @ts-ignore: decorator
@inline
function followers(lower: v128, upper: v128, ofLower: v128, ofUpper: v128): v128 {
  return v128.and(i8x16.relaxed_swizzle(ofLower, lower), i8x16.relaxed_swizzle(ofUpper, upper));
}

/** Which of sixteen bytes are marks that something may be encoded behind, by what follows them: `own` and `next` are `followers` of these bytes and of the sixteen behind them. */
// @ts-ignore: decorator
@inline
function marked(lower: v128, columns: v128, own: v128, next: v128, marks: v128, wanted: v128): u32 {
  const isMark = i8x16.eq(v128.and(i8x16.relaxed_swizzle(marks, lower), columns), columns);
  const behind = v128.shuffle<u8>(own, next, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
  const fits = v128.and(v128.and(i8x16.relaxed_swizzle(wanted, lower), behind), isMark);
  return <u32>i8x16.bitmask(i8x16.ne(fits, i8x16.splat(0)));
}

/** How many characters of a run stand before `at`, as far as they matter there: with eight more they are a run. */
function heldBefore(at: usize, low: usize): usize {
  const least = LEAST_RUN - 8;
  const from = at - low > least ? at - least : low;
  return at - baseStart(at, from);
}

/** As `runStart`, of base64 characters. */
function baseStart(at: usize, from: usize): usize {
  for (let p = at; p > from; p -= 16) {
    const others = ~baseBits(v128.load(p - 16)) & 0xffff;
    if (others === 0) continue;
    const first = p + 16 - <usize>clz<u32>(others);
    return first > from ? first : from;
  }
  return from;
}

/** As `runEnd`, of base64 characters. */
function baseEnd(at: usize, limit: usize): usize {
  for (let p = at; p < limit; p += 16) {
    const others = ~baseBits(v128.load(p)) & 0xffff;
    if (others === 0) continue;
    const last = p + <usize>ctz<u32>(others);
    return last < limit ? last : limit;
  }
  return limit;
}
