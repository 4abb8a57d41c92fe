import { probe } from './anchors';
import { bucketMask, buckets, FILTER, out, outEnd, stopAt } from './layout';

/** A bit for each hash of a gram of an anchor: of four bytes, and of three. */
const FOURS: usize = memory.data(8192);
const THREES: usize = memory.data(8192);

/** Notes the grams of all anchors. */
export function learnGrams(): void {
  for (let slot: u32 = 0; slot <= bucketMask; slot += 1) {
    const entry = buckets + <usize>slot * 16;
    const gram = load<u32>(entry);
    if (load<u32>(entry, 4) !== 0) learn(gram < 0x1000000 ? THREES : FOURS, gram);
  }
}

function learn(bits: usize, gram: u32): void {
  const hash = (gram * 0x9e3779b1) >>> 16;
  const at = bits + <usize>(hash >>> 3);
  store<u8>(at, <u8>(<u32>load<u8>(at) | (<u32>1 << (hash & 7))));
}

/** 1 if the gram may be an anchor's. */
// @ts-ignore: decorator
@inline
function isKnown(bits: usize, gram: u32): u32 {
  const hash = (gram * 0x9e3779b1) >>> 16;
  return (<u32>load<u8>(bits + <usize>(hash >>> 3)) >>> (hash & 7)) & 1;
}

/** Hashes of the three bytes at eight places, sixteen bits each, of which the lowest is dropped: of their first two bytes, and of their last two. `src/detect/engine/pack-tables.ts` computes the same. */
// @ts-ignore: decorator
@inline
function hashes(first: v128, last: v128, byFirst: v128, byLast: v128, even: v128): v128 {
  return v128.and(i16x8.add(i16x8.mul(first, byFirst), i16x8.mul(last, byLast)), even);
}

/** The filter's pairs of bytes for eight hashes. */
// @ts-ignore: decorator
@inline
function filtered(hash: v128): v128 {
  const x = <u64>i64x2.extract_lane(hash, 0);
  const y = <u64>i64x2.extract_lane(hash, 1);
  const zero = i8x16.splat(0);
  let even = v128.load_lane<u16>(<usize>(x & 0xffff), zero, 0, FILTER);
  let odd = v128.load_lane<u16>(<usize>((x >> 16) & 0xffff), zero, 1, FILTER);
  even = v128.load_lane<u16>(<usize>((x >> 32) & 0xffff), even, 2, FILTER);
  odd = v128.load_lane<u16>(<usize>(x >> 48), odd, 3, FILTER);
  even = v128.load_lane<u16>(<usize>(y & 0xffff), even, 4, FILTER);
  odd = v128.load_lane<u16>(<usize>((y >> 16) & 0xffff), odd, 5, FILTER);
  even = v128.load_lane<u16>(<usize>((y >> 32) & 0xffff), even, 6, FILTER);
  odd = v128.load_lane<u16>(<usize>(y >> 48), odd, 7, FILTER);
  return v128.or(even, odd);
}

/** For sixteen folded bytes the bit of the class that each is in. `pack-tables.ts` knows the classes, too. */
// @ts-ignore: decorator
@inline
function classBits(bytes: v128, powers: v128, seven: v128): v128 {
  return i8x16.relaxed_swizzle(powers, v128.and(v128.xor(bytes, i16x8.shr_u(bytes, 4)), seven));
}

/** Bytes that are filtered before any of what passed is looked at: a branch for each block would be guessed wrong too often. */
export const TILE: usize = 4096;
/** A bit for each place of a tile, and the places as numbers; of those at most six more than there are may be written. */
const PASSED: usize = memory.data(4096 / 8 + 8, 16);
const PLACES: usize = memory.data((4096 + 8) * 2, 16);

/**
 * Scans [start, end) for anchors. Bytes from `low` to `high` may be looked at (they hold the neighbourhood); behind `high` are zeros.
 * Writes pairs (u32 address of the anchor, u32 anchor index) to the output; returns their number.
 */
export function scan(start: usize, end: usize, low: usize, high: usize): u32 {
  let o = out;
  for (let tile = start; tile < end; tile += TILE) {
    const count = known(tile, places(tile, tile + TILE < end ? tile + TILE : end));
    for (let n: u32 = 0; n < count; n += 1) {
      const place = <u32>load<u16>(PLACES + <usize>n * 2);
      const at = tile + <usize>(place & (OF_FOUR - 1));
      if (o + 2 * 64 * 8 > outEnd) {
        stopAt(at);
        return <u32>((o - out) >> 3);
      }
      const gram = load<u32>(at) | 0x20202020;
      if (place & OF_FOUR) o = probe(at, gram, low, high, o);
      if (place & OF_THREE) o = probe(at, gram & 0xffffff, low, high, o);
    }
  }
  stopAt(end);
  return <u32>((o - out) >> 3);
}

/** V8 would make constants in code anew each time they are used. */
const CONSTANTS: usize = memory.data<u8>([
  // what folds letters
  32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32,
  // bits of classes
  1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128,
  7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  // what the first two bytes are multiplied by, and the last two
  0x3b, 0x9e, 0x3b, 0x9e, 0x3b, 0x9e, 0x3b, 0x9e, 0x3b, 0x9e, 0x3b, 0x9e, 0x3b, 0x9e, 0x3b, 0x9e,
  0xd1, 0x5b, 0xd1, 0x5b, 0xd1, 0x5b, 0xd1, 0x5b, 0xd1, 0x5b, 0xd1, 0x5b, 0xd1, 0x5b, 0xd1, 0x5b,
  // bytes at even places, and even numbers of sixteen bits
  255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0,
  254, 255, 254, 255, 254, 255, 254, 255, 254, 255, 254, 255, 254, 255, 254, 255,
], 16);

/** Places in [from, to), which is no more than a tile, that pass the filter: written to `PLACES` from `from` on; returns their number. */
function places(from: usize, to: usize): u32 {
  const fold = v128.load(CONSTANTS);
  const powers = v128.load(CONSTANTS, 16);
  const seven = v128.load(CONSTANTS, 32);
  const byFirst = v128.load(CONSTANTS, 48);
  const byLast = v128.load(CONSTANTS, 64);
  const evenBytes = v128.load(CONSTANTS, 80);
  const evenNumbers = v128.load(CONSTANTS, 96);
  let bits = PASSED;
  let p = from;
  for (; p < to; p += 16) {
    const a = v128.or(v128.load(p), fold);
    const b = v128.or(v128.load(p, 1), fold);
    const c = v128.or(v128.load(p, 2), fold);
    const before = classBits(v128.or(v128.load(p - 1), fold), powers, seven);
    const behind = classBits(v128.or(v128.load(p, 3), fold), powers, seven);
    // at even places, and at odd ones
    const even = filtered(hashes(a, b, byFirst, byLast, evenNumbers));
    const odd = filtered(hashes(b, c, byFirst, byLast, evenNumbers));
    const evenBits = v128.shuffle<i8>(behind, before, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
    const oddBits = v128.shuffle<i8>(behind, before, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
    const passed = v128.bitselect(i16x8.eq(v128.and(even, evenBits), evenBits), i16x8.eq(v128.and(odd, oddBits), oddBits), evenBytes);
    store<u16>(bits, <u16>i8x16.bitmask(passed));
    bits += 2;
  }
  const past = <u32>(p - to);
  if (past > 0) store<u16>(bits - 2, <u16>(<u32>load<u16>(bits - 2) & (<u32>0xffff >> past)));
  store<u64>(bits, 0);
  let n: usize = 0;
  for (let base: usize = 0; base < to - from; base += 64) {
    let word = load<u64>(PASSED + (base >> 3));
    const count = <usize>popcnt<u64>(word);
    let place = PLACES + n * 2;
    n += count;
    // six at a time whether they are there or not: how many there are cannot be guessed
    do {
      for (let k: usize = 0; k < 12; k += 2) {
        store<u16>(place + k, <u16>(base + <usize>ctz<u64>(word)));
        word &= word - 1;
      }
      place += 12;
    } while (word !== 0);
  }
  return <u32>n;
}

/** With a place: four bytes that may be an anchor's stand there, or three. */
const OF_FOUR: u32 = 0x4000;
const OF_THREE: u32 = 0x8000;

/**
 * Leaves of the first `count` places those where an anchor's bytes may stand, and says which; returns how many. Two of three fall, and nobody could guess which:
 * there is no branch here.
 */
function known(tile: usize, count: u32): u32 {
  let kept: u32 = 0;
  for (let n: u32 = 0; n < count; n += 1) {
    const place = <u32>load<u16>(PLACES + <usize>n * 2);
    const gram = load<u32>(tile + <usize>place) | 0x20202020;
    const four = isKnown(FOURS, gram);
    const three = isKnown(THREES, gram & 0xffffff);
    store<u16>(PLACES + <usize>kept * 2, <u16>(place | (four << 14) | (three << 15)));
    kept += four | three;
  }
  return kept;
}
