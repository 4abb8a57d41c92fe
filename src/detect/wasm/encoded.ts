import { upperHalves } from './alphabet-runs';
import { isHex } from './byte-classes';
import { mayBe32, mayDecode, mixed } from './decodable-runs';
import { LEAST_RUN, OPAQUE, PAIRS, RUN } from './encoded-kinds';
import { TILE } from './filter';
import { out, outEnd, stopAt } from './layout';
import { specialKind } from './marks-of-encoding';
import { isPairs, PERIODIC, periodicKind } from './periodic';

/** A shorter line is not the first of wrapped text, and farther than this from the line before it none of its others. */
const LEAST_WRAPPED: usize = 40;
const LONGEST_GAP: usize = 48;

/**
 * Finds in [start, end): quoted-printable (`=3D`, several of its pairs in a row, a full line that ends in `=`), lists of numbers or characters that may be text, calls
 * that join a list, and runs of at least 24 base64 characters with upper and lower case or only hex digits; escapes
 * (`%41`, `\x41`, `\u0041`, `\101`, `&#65;`); and joints of string literals (`"a" + "b"`, `"a" "b"`) and lines (`\`). Bytes from `low` to `high` may be
 * looked at. Writes pairs (u32 address, u32 length << 4 | kind); returns their number. A run is written once; one whose first bytes
 * decode to no text only where it may be a line of wrapped text, as `OPAQUE`.
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
    classify(tile, tileEnd);
    for (let base = tile; base < tileEnd; base += 64) {
      if (o + (64 + 4 + 4) * 8 > outEnd) {
        stopAt(base);
        return <u32>((o - out) >> 3);
      }
      let special = load<u64>(SPECIAL + ((base - tile) >> 3));
      while (special !== 0) {
        const at = base + <usize>ctz<u64>(special);
        special &= special - 1;
        if (at >= end) break;
        const kind = specialKind(at, low, high);
        if (kind !== 0) {
          store<u32>(o, <u32>at);
          store<u32>(o, (1 << 4) | kind, 4);
          o += 8;
        }
      }
      const word = load<u64>(RUNS + ((base - tile) >> 3));
      for (let block: usize = 0; block < 64; block += 16) {
        const run = <u32>(word >> <u64>block) & 0xffff;
        if (!(load<u8>(PERIODIC + <usize>(run >> 3)) & (1 << (run & 7)))) continue;
        const kind = periodicKind(base + block, low, high);
        if (kind !== 0) {
          store<u32>(o, <u32>(base + block));
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
      held = ~word === 0 ? 64 : <usize>clz<u64>(~word);
      while (runs !== 0) {
        const at = base + <usize>ctz<u64>(runs);
        runs &= runs - 1;
        if (at < done) continue;
        let first = baseStart(at, low);
        const last = baseEnd(at, high);
        done = last;
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
        if (!is32 && !mixed(first, last)) continue;
        const decodes = is32 || mayDecode(first, last);
        if (!decodes && last - first < LEAST_WRAPPED && (lastEnd === 0 || first > lastEnd + LONGEST_GAP)) continue;
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

/** Bits of a tile: where base64 characters are, and where something else may be that is worth a look. */
const RUNS: usize = memory.data(4096 / 8 + 8, 16);
const SPECIAL: usize = memory.data(4096 / 8 + 8, 16);

// Bytes are classified by tables of their lower and upper halves, whose bits meet. Base64 characters have one of five bits; the other three, and all of the second
// pair of tables, say that a byte is special where the byte behind it has the same bit.
// @ts-ignore: decorator
@inline
function baseClasses(v: v128): v128 {
  const lo = i8x16(26, 30, 30, 30, 30, 62, 62, 30, -98, 30, 28, 69, 68, 5, 68, 13);
  const hi = i8x16(0, 0, -95, 2, 4, 72, 4, 80, 0, 0, 0, 0, 0, 0, 0, 0);
  return v128.and(i8x16.relaxed_swizzle(lo, v128.and(v, i8x16.splat(15))), i8x16.relaxed_swizzle(hi, upperHalves(v)));
}

// @ts-ignore: decorator
@inline
function baseBits(classes: v128): u32 {
  return <u32>i8x16.bitmask(i8x16.eq(v128.and(classes, i8x16.splat(31)), i8x16.splat(0))) ^ 0xffff;
}

/** Fills `RUNS` and `SPECIAL` for [from, to), which is no more than a tile. */
function classify(from: usize, to: usize): void {
  // behind `%`, `&` (32), `\`, `[`, `{`, `|`, `^`, `~` (64) and `(` (128)
  const loNext = i8x16(-32, -32, -32, -32, -32, -32, -32, -32, -32, -32, 64, -128, 32, 64, 0, 0);
  const hiNext = i8x16(64, 0, -32, -32, 32, -128, 32, 96, 0, 0, 0, 0, 0, 0, 0, 0);
  // `"`, `'` (1, 2), `=` (4, 8) and a backtick (16, 32)
  const loMark = i8x16(48, 0, 3, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 12, 0, 0);
  const hiMark = i8x16(0, 0, 3, 12, 0, 0, 48, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  // behind a quote control characters (1, 16), and white space or an operator (2, 32); behind `=` a `3` (4) and ends of lines (8)
  const loGlue = i8x16(59, 25, 25, 29, 25, 25, 59, 25, 25, 25, 25, 59, 25, 25, 51, 17);
  const hiGlue = i8x16(25, 17, 34, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const fifteen = i8x16.splat(15);
  let bits: usize = 0;
  for (let p = from; p < to; p += 16) {
    const v = v128.load(p);
    const next = v128.load(p, 1);
    const lo = v128.and(v, fifteen);
    const hi = upperHalves(v);
    const nextLo = v128.and(next, fifteen);
    const nextHi = upperHalves(next);
    const t = baseClasses(v);
    const follows = v128.and(i8x16.relaxed_swizzle(loNext, nextLo), i8x16.relaxed_swizzle(hiNext, nextHi));
    const mark = v128.and(i8x16.relaxed_swizzle(loMark, lo), i8x16.relaxed_swizzle(hiMark, hi));
    const glue = v128.and(i8x16.relaxed_swizzle(loGlue, nextLo), i8x16.relaxed_swizzle(hiGlue, nextHi));
    const special = v128.or(v128.and(v128.and(t, follows), i8x16.splat(-32)), v128.and(mark, glue));
    store<u16>(RUNS + bits, <u16>baseBits(t));
    store<u16>(SPECIAL + bits, <u16>(<u32>i8x16.bitmask(i8x16.eq(special, i8x16.splat(0))) ^ 0xffff));
    bits += 2;
  }
  store<u64>(RUNS + bits, 0);
  store<u64>(SPECIAL + bits, 0);
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
    const others = ~baseBits(baseClasses(v128.load(p - 16))) & 0xffff;
    if (others === 0) continue;
    const first = p + 16 - <usize>clz<u32>(others);
    return first > from ? first : from;
  }
  return from;
}

/** As `runEnd`, of base64 characters. */
function baseEnd(at: usize, limit: usize): usize {
  for (let p = at; p < limit; p += 16) {
    const others = ~baseBits(baseClasses(v128.load(p))) & 0xffff;
    if (others === 0) continue;
    const last = p + <usize>ctz<u32>(others);
    return last < limit ? last : limit;
  }
  return limit;
}
