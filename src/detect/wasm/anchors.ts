import { runFrom, runNear } from './alphabet-runs';
import { assigned } from './assignment';
import { isBase, isQuote } from './byte-classes';
import { alphabets, anchors, bucketMask, buckets, lists } from './layout';
import { valueNear } from './value-near';

/** With an anchor's index: too short for a token, but it may be the first piece of one. `src/detect/engine/prefilter.ts` knows it. */
const PIECE: u32 = 0x80000000;
/** A piece that is an anchor alone is told from a word by its length. */
const LEAST_PIECE: usize = 5;

/**
 * A literal, or what is given to a name, begins with the anchor and ends before a token could: at a quote, an interpolation, a continued or an
 * ended line. What the anchor begins with stands behind a quote, an operator or an interpolation.
 */
function isPiece(begin: usize, anchor: usize, low: usize, high: usize): bool {
  const least = begin + <usize>load<u8>(anchor, 24);
  if (begin <= low || least + 2 > high) return false;
  const before = load<u8>(begin - 1);
  if (!isQuote(before) && before !== 0x3d && before !== 0x7d && before !== 0x5b && (before !== 0x20 || load<u8>(begin - 2) !== 0x3d)) return false;
  const limit = begin + 96 < high ? begin + 96 : high;
  let p = least;
  while (p < limit && isBase(load<u8>(p))) p += 1;
  if (load<u8>(p) === 0x2e) {
    p += 1;
    while (p < limit && (isBase(load<u8>(p)) || load<u8>(p) === 0x2e)) p += 1;
  }
  if (p - begin < LEAST_PIECE || !looksMade(least, p)) return false;
  const after = load<u8>(p);
  if (before === 0x20) return after === 0x0a && p > least + 3;
  if (isQuote(before)) return after === before || after === 0x24 || after === 0x7b || after === 0x23 || after === 0x25 || after === 0x5c;
  return isQuote(after) || after === 0x0a || after === 0x0d || after === 0x24 || after === 0x7b || after === 0x5c || after === 0x20;
}

/** What follows an anchor is not the rest of a word: it has a digit or capitals behind small letters; or nothing follows a mark that ends a prefix. */
function looksMade(from: usize, to: usize): bool {
  if (from >= to) {
    const mark = load<u8>(from - 1);
    return mark === 0x5f || mark === 0x2d || mark === 0x2e;
  }
  let small = false;
  for (let p = from; p < to; p += 1) {
    const b = load<u8>(p);
    if (b - 48 < 10 || (small && b - 65 < 26)) return p - from > 0 || to - from > 2;
    if (b - 97 < 26) small = true;
  }
  return false;
}

export function probe(at: usize, gram: u32, low: usize, high: usize, o: usize): usize {
  let slot = ((gram * 0x85ebca6b) >>> 7) & bucketMask;
  let entry = buckets + <usize>slot * 16;
  while (load<u32>(entry) !== gram) {
    if (load<u32>(entry, 4) === 0) return o;
    slot = (slot + 1) & bucketMask;
    entry = buckets + <usize>slot * 16;
  }
  const list = load<u32>(entry, 4);
  const beside = load<u32>(list & 0x80000000 ? at - 4 : at + 4) | 0x20202020;
  if ((beside & load<u32>(entry, 8)) !== load<u32>(entry, 12)) return o;
  let item = lists + <usize>(list & 0x7fffffff) * 4;
  let written: u32 = 0;
  while (true) {
    const word = load<u32>(item);
    const index = word & 0x7fffffff;
    const anchor = anchors + <usize>index * 96;
    const begin = at - <usize>load<u8>(anchor, 25);
    if (((load<u64>(begin) | load<u64>(anchor)) & load<u64>(anchor, 8)) === load<u64>(anchor, 16) && begin >= low) {
      if (load<u8>(anchor, 35) !== 0 || verify(begin, anchor, high)) {
        const isPlausible = plausible(begin, anchor, low, high);
        if (isPlausible || (load<u8>(anchor, 26) === 1 && isPiece(begin, anchor, low, high) && !runFrom(begin, begin + <usize>load<u16>(anchor, 28), high, alphabets))) {
          store<u32>(o, <u32>begin);
          store<u32>(o, isPlausible ? index : index | PIECE, 4);
          o += 8;
          written += 1;
          if (written === 64) return o;
        }
      }
    }
    if (word & 0x80000000) return o;
    item += 4;
  }
}

// Anchor record, 96 bytes: the first eight bytes of its text as u64 bits to set, u64 mask, u64 value; u8 length, u8 gram offset, u8 class,
// u8 flags (1 fold, 2 digit, others see `isValue`), u16 minimal run, u16 window after, u16 window before (or maximal run), u8 alphabet,
// u8 whether those eight bytes are all there is to compare, 54 bytes text.

/** Compares an anchor's text; a byte 1 in it is a space, `_`, `.`, `-` or nothing. */
function verify(begin: usize, anchor: usize, high: usize): bool {
  const length = <usize>load<u8>(anchor, 24);
  const fold = (load<u8>(anchor, 27) & 1) !== 0;
  let p = begin;
  for (let i: usize = 0; i < length; i += 1) {
    if (p >= high) return false;
    let c = load<u8>(p);
    const want = load<u8>(anchor + 36 + i);
    if (want === 1) {
      if (c === 0x20 || c === 0x5f || c === 0x2e || c === 0x2d) p += 1;
      continue;
    }
    if (fold && c - 65 < 26) c |= 0x20;
    if (c !== want) return false;
    p += 1;
  }
  return true;
}

function plausible(begin: usize, anchor: usize, low: usize, high: usize): bool {
  const kind = load<u8>(anchor, 26);
  if (kind === 0) return true;
  const least = <u32>load<u16>(anchor, 28);
  const length = <usize>load<u8>(anchor, 24);
  if (kind === 1) return runFrom(begin + length, begin + <usize>least, high, alphabets + <usize>load<u8>(anchor, 34) * 16);
  if (kind === 2) {
    const reach = begin + length + <usize>load<u16>(anchor, 30);
    const back = <usize>load<u16>(anchor, 32);
    const from = begin - low > back ? begin - back : low;
    return runNear(from, least, (load<u8>(anchor, 27) & 2) !== 0, reach < high ? reach : high, load<u8>(anchor, 34));
  }
  if (kind === 4) return hasPassword(begin + length, high);
  // the word may be shorter than its anchor, by separators it does not have
  if (kind === 5) return valueNear(begin + 3, anchor, high);
  return assigned(begin, begin + length, low, high);
}

/** Behind `://`: a colon, something, and then an at sign, with nothing between that ends an authority. */
function hasPassword(from: usize, high: usize): bool {
  const limit = from + 512 < high ? from + 512 : high;
  let colon: usize = 0;
  for (let p = from; p < limit; p += 1) {
    const b = load<u8>(p);
    if (b === 0x3a) {
      if (colon === 0) colon = p;
    } else if (b === 0x40) {
      if (colon !== 0 && p - colon > 3) return true;
      if (colon === 0) return false;
    } else if (b <= 0x20 || isQuote(b) || b === 0x3c || b === 0x3e || b === 0x5c || b === 0x2f) return false;
  }
  return false;
}
