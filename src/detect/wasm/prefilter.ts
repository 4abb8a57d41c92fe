// AssemblyScript. Finds anchors in bytes and tests whether a secret may plausibly follow, so that only a few small
// windows per megabyte reach a regular expression. Layout of the tables: `src/detect/engine/tables.ts`.

// --- table addresses, set once by `configure` -------------------------------------------------------------------
/** The tables lie at `TABLES_AT` of `src/detect/engine/prefilter.ts` and begin with the filter: an address known now saves an addition for each byte. */
const FILTER: usize = 65536;
let buckets: usize = 0;
let bucketMask: u32 = 0;
let lists: usize = 0;
let anchors: usize = 0;
let classes: usize = 0;
let alphabets: usize = 0;
let out: usize = 0;
let outEnd: usize = 0;

/** A bit for each pattern of sixteen bytes: see `isPeriodic`. */
const PERIODIC: usize = memory.data(8192);

/** A bit for each hash of a gram of an anchor: of four bytes, and of three. */
const FOURS: usize = memory.data(8192);
const THREES: usize = memory.data(8192);

/** Where `scan` stopped because the output was full; equal to `end` otherwise. */
export let resumeAt: usize = 0;

export function configure(bucketsAt: usize, mask: u32, listsAt: usize, anchorsAt: usize, classesAt: usize, alphabetsAt: usize, outAt: usize, capacity: u32): void {
  buckets = bucketsAt;
  bucketMask = mask;
  lists = listsAt;
  anchors = anchorsAt;
  classes = classesAt;
  alphabets = alphabetsAt;
  for (let run: u32 = 0; run < 65536; run += 8) {
    let bits: u32 = 0;
    for (let bit: u32 = 0; bit < 8; bit += 1) if (isPeriodic(run | bit)) bits |= 1 << bit;
    store<u8>(PERIODIC + <usize>(run >> 3), <u8>bits);
  }
  for (let slot: u32 = 0; slot <= mask; slot += 1) {
    const gram = load<u32>(bucketsAt + <usize>slot * 16);
    if (load<u32>(bucketsAt + <usize>slot * 16, 4) !== 0) learn(gram < 0x1000000 ? THREES : FOURS, gram);
  }
  out = outAt;
  outEnd = outAt + <usize>capacity * 8;
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

// Byte classes, a table of 256 bytes: bit 0 token character, bit 1 digit, bit 2 identifier character, bit 3 blank,
// bit 4 ends a bare value, bit 5 symbol that only a password has, bit 6 quote.
const TOKEN: u8 = 1;
const DIGIT: u8 = 2;
const IDENT: u8 = 4;
const BLANK: u8 = 8;
const STOP: u8 = 16;
const SYMBOL: u8 = 32;
const QUOTE: u8 = 64;

// @ts-ignore: decorator
@inline
function classOf(at: usize): u8 {
  return load<u8>(classes + <usize>load<u8>(at));
}

/** Hashes of the three bytes at eight places: sixteen bits each, of which the lowest is dropped. `src/detect/engine/pack-tables.ts` computes the same. */
// @ts-ignore: decorator
@inline
function hashes(first: v128, second: v128, third: v128): v128 {
  const sum = i16x8.add(i16x8.add(i16x8.mul(first, i16x8.splat(<i16>0x9e3b)), i16x8.mul(second, i16x8.splat(0x5bd1))), i16x8.mul(third, i16x8.splat(<i16>0x85eb)));
  return v128.and(sum, i16x8.splat(<i16>0xfffe));
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
function classBits(bytes: v128): v128 {
  const powers = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  return i8x16.relaxed_swizzle(powers, v128.and(v128.xor(bytes, i16x8.shr_u(bytes, 4)), i8x16.splat(7)));
}

/** Bytes that are filtered before any of what passed is looked at: a branch for each block would be guessed wrong too often. */
const TILE: usize = 4096;
/** A bit for each place of a tile, and the places as numbers; of those at most seven more than there are may be written. */
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
        resumeAt = at;
        return <u32>((o - out) >> 3);
      }
      const gram = load<u32>(at) | 0x20202020;
      if (place & OF_FOUR) o = probe(at, gram, low, high, o);
      if (place & OF_THREE) o = probe(at, gram & 0xffffff, low, high, o);
    }
  }
  resumeAt = end;
  return <u32>((o - out) >> 3);
}

/** Places in [from, to), which is no more than a tile, that pass the filter: written to `PLACES` from `from` on; returns their number. */
function places(from: usize, to: usize): u32 {
  const fold = i8x16.splat(0x20);
  let bits = PASSED;
  let p = from;
  for (; p < to; p += 16) {
    const a = v128.or(v128.load(p), fold);
    const b = v128.or(v128.load(p, 1), fold);
    const c = v128.or(v128.load(p, 2), fold);
    const before = classBits(v128.or(v128.load(p - 1), fold));
    const behind = classBits(v128.or(v128.load(p, 3), fold));
    const lower = filtered(hashes(i16x8.extend_low_i8x16_u(a), i16x8.extend_low_i8x16_u(b), i16x8.extend_low_i8x16_u(c)));
    const upper = filtered(hashes(i16x8.extend_high_i8x16_u(a), i16x8.extend_high_i8x16_u(b), i16x8.extend_high_i8x16_u(c)));
    const lowerBits = v128.shuffle<i8>(behind, before, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const upperBits = v128.shuffle<i8>(behind, before, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const passed = i8x16.narrow_i16x8_s(i16x8.eq(v128.and(lower, lowerBits), lowerBits), i16x8.eq(v128.and(upper, upperBits), upperBits));
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
    // eight at a time whether they are there or not: how many there are cannot be guessed
    while (word !== 0) {
      for (let k: usize = 0; k < 16; k += 2) {
        store<u16>(place + k, <u16>(base + <usize>ctz<u64>(word)));
        word &= word - 1;
      }
      place += 16;
    }
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

// @ts-ignore: decorator
@inline
function isLetter(b: u8): bool {
  return (b | 0x20) - 97 < 26;
}

/** All anchors whose chosen four bytes, or three, are these. At most 64 are written. */
function probe(at: usize, gram: u32, low: usize, high: usize, o: usize): usize {
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

/** The upper four bits of each byte. (There is no instruction that shifts bytes.) */
// @ts-ignore: decorator
@inline
function upperHalves(v: v128): v128 {
  return v128.and(i16x8.shr_u(v, 4), i8x16.splat(15));
}

/** Which of the sixteen bytes at `at` are in an alphabet: a bit for each. */
// @ts-ignore: decorator
@inline
function membersAt(at: usize, row: v128): u32 {
  const v = v128.load(at);
  const column = i8x16.relaxed_swizzle(i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0), upperHalves(v));
  return <u32>i8x16.bitmask(i8x16.eq(v128.and(i8x16.relaxed_swizzle(row, v128.and(v, i8x16.splat(15))), column), i8x16.splat(0))) ^ 0xffff;
}

/**
 * Where a run of `least` characters may be, of sixteen bytes of which `members` are in the alphabet: a run of 23 or more fills two halves of
 * blocks that lie side by side, one of 15 or more fills one. 1: the first half is in it, 2: the second, 0: none is.
 */
// @ts-ignore: decorator
@inline
function fullHalf(members: u32, before: bool, least: usize): u32 {
  const first = (members & 0xff) === 0xff;
  const second = (members & 0xff00) === 0xff00;
  if (least > 22) return first && (second || before) ? 1 : 0;
  return first ? 1 : second ? 2 : 0;
}

/** Where the run that holds the byte before `at` began, not before `from`. */
function runStart(at: usize, from: usize, row: v128): usize {
  for (let p = at; p > from; p -= 16) {
    const others = ~membersAt(p - 16, row) & 0xffff;
    if (others === 0) continue;
    const first = p + 16 - <usize>clz<u32>(others);
    return first > from ? first : from;
  }
  return from;
}

/** Where the run that goes on at `at` ends, not behind `limit`, unless `at` is. */
function runEnd(at: usize, limit: usize, row: v128): usize {
  for (let p = at; p < limit; p += 16) {
    const others = ~membersAt(p, row) & 0xffff;
    if (others === 0) continue;
    const last = p + <usize>ctz<u32>(others);
    return last < limit ? last : limit;
  }
  return at < limit ? limit : at;
}

/**
 * Behind a mark within the window stands a value of the right length: letters, digits and what else the anchor's flags
 * allow, ended by something else; with a digit if one is wanted.
 */
function valueNear(from: usize, anchor: usize, high: usize): bool {
  const least = <usize>load<u16>(anchor, 28);
  const most = <usize>load<u16>(anchor, 32);
  const flags = load<u8>(anchor, 27);
  const reach = from + <usize>load<u16>(anchor, 30);
  const limit = reach < high ? reach : high;
  const row = alphabets + <usize>load<u8>(anchor, 34) * 16;
  const lanes = v128.load(row);
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
      // no value that begins in the window reaches farther
      last = runEnd(half + 8, limit + most + 1 < high ? limit + most + 1 : high, lanes);
      if (valueIn(runStart(half, from, lanes), last, limit, least, most, flags)) return true;
    } else {
      let rest = members;
      while (rest !== 0) {
        const first = p + <usize>ctz<u32>(rest);
        last = runEnd(first, limit + most + 1 < high ? limit + most + 1 : high, lanes);
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

/** All of [from, end) is in the alphabet of this row. */
function runFrom(from: usize, end: usize, high: usize, row: usize): bool {
  if (end > high) return false;
  const lanes = v128.load(row);
  for (let p = from; p < end; p += 16) {
    const others = ~membersAt(p, lanes) & 0xffff;
    if (others !== 0) return p + <usize>ctz<u32>(others) >= end;
  }
  return true;
}

/** Somewhere in [from, limit) stands a run of `least` characters of the alphabet, with a digit in it if one is wanted. */
function runNear(from: usize, least: u32, digit: bool, limit: usize, alphabet: u8): bool {
  const row = alphabets + <usize>alphabet * 16;
  const lanes = v128.load(row);
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

function hasDigit(from: usize, to: usize): bool {
  for (let p = from; p < to; p += 16) {
    const digits = <u32>i8x16.bitmask(i8x16.lt_u(i8x16.sub(v128.load(p), i8x16.splat(48)), i8x16.splat(10)));
    if (digits !== 0) return p + <usize>ctz<u32>(digits) < to;
  }
  return false;
}

/**
 * The anchor is in a name, and something that may be a secret is given to that name: an identifier's rest, closing
 * marks, an operator (or `value` and one, as XML and manifests have it), then a quoted value of five or more
 * characters, or a bare one with a digit, a symbol, or nothing behind it on its line.
 */
function assigned(begin: usize, from: usize, low: usize, high: usize): bool {
  // the anchor may end in an operator of its own
  let p = from;
  while (p > begin && !(classOf(p - 1) & IDENT)) p -= 1;
  let limit = p + 48 < high ? p + 48 : high;
  while (p < limit && classOf(p) & IDENT) p += 1;
  const named = p;
  limit = p + 120 < high ? p + 120 : high;
  let operator = false;
  let given = false;
  let words = 0;
  let goesOn = false;
  while (p < limit) {
    const b = load<u8>(p);
    if (b === 0x3d || b === 0x3a || b === 0x3e || b === 0x2c || b === 0x28 || b === 0x7c) {
      // = : > , ( |
      operator = true;
      p += 1;
    } else if (isQuote(b)) {
      if (operator && quoted(p + 1, b, high)) return true;
      p += 1;
    } else if (isSpace(b) || b === 0x5d || b === 0x29 || b === 0x5c || b === 0x3f || b === 0x7b || b === 0x5b || b === 0x3c || b === 0x7d || b === 0x26 || b === 0x40 || b === 0x2f) {
      // white space ] ) \ ? { [ < } & @ /
      if (b === 0x3c && load<u8>(p + 1) === 0x2d) {
        // <-
        operator = true;
        p += 1;
      } else if (b === 0x7d && classOf(p + 1) & BLANK && classOf(p + 2) & BLANK) operator = true;
      p += 1;
    } else {
      if (operator && (bare(p, high) || shell(begin, p, low, high))) return true;
      // a type, or the word `value`, and then the operator; or a scheme, and then the value
      if (words > 0 && given && strongRun(p, high)) return true;
      if (words === 2 || (words === 1 && !goesOn)) break;
      // `As String =`, `{ get; set; } =`, `</key><string>`
      goesOn = b === 0x41 || b === 0x67 || b === 0x6b;
      words += 1;
      given = operator;
      const stop = p + 48 < high ? p + 48 : high;
      const start = p;
      while (p < stop && !(classOf(p) & (BLANK | QUOTE)) && load<u8>(p) !== 0x3d && load<u8>(p) !== 0x3a && load<u8>(p) !== 0x3e && load<u8>(p) !== 0x0a) p += 1;
      if (p === start) break;
      operator = false;
    }
  }
  return spaced(named, isOption(begin, low), high);
}

/** The name around the anchor begins with two dashes, or `-D`. */
function isOption(begin: usize, low: usize): bool {
  let p = begin;
  const limit = begin > low + 48 ? begin - 48 : low;
  while (p > limit && classOf(p - 1) & IDENT) p -= 1;
  return load<u8>(p) === 0x2d && (load<u8>(p + 1) === 0x2d || load<u8>(p + 1) === 0x44);
}

/** `NAME=value` of an environment, `--name=value` and `-Dname=value`: five letters are enough, whatever follows. */
function shell(begin: usize, from: usize, low: usize, high: usize): bool {
  if (load<u8>(from - 1) !== 0x3d || runOf(from, high) < 5) return false;
  const b = load<u8>(from - 2);
  return b - 65 < 26 || b - 48 < 10 || b === 0x5f || isOption(begin, low);
}

/** `password hunter2`: name, blanks, value. For .netrc, command lines and prose in logs: wants a digit or symbol, but of an option. */
function spaced(from: usize, option: bool, high: usize): bool {
  if (from >= high || !(classOf(from) & BLANK)) return false;
  let p = from + 1;
  while (p < high && classOf(p) & BLANK) p += 1;
  // `is`
  if (p + 8 < high && load<u8>(p) === 0x69 && load<u8>(p + 1) === 0x73 && load<u8>(p + 2) === 0x20) p += 3;
  if (load<u8>(p) === 0x40) p += 1;
  if (p + 8 < high && isQuote(load<u8>(p))) return quoted(p + 1, load<u8>(p), high);
  return option ? runOf(p, high) >= 5 : strongRun(p, high);
}

/** Six or more characters of a bare value, one of them a digit or a symbol. */
function strongRun(from: usize, high: usize): bool {
  const end = from + runOf(from, high);
  if (end - from < 6) return false;
  for (let p = from; p < end; p += 1) if (classOf(p) & (DIGIT | SYMBOL)) return true;
  return false;
}

/** Length of the bare value at `from`, at most 64. */
function runOf(from: usize, high: usize): usize {
  const limit = from + 64 < high ? from + 64 : high;
  let p = from;
  while (p < limit && !(classOf(p) & (STOP | BLANK | QUOTE))) p += 1;
  return p - from;
}

function quoted(from: usize, quote: u8, high: usize): bool {
  const limit = from + 5;
  if (limit > high) return false;
  for (let p = from; p < limit; p += 1) {
    const b = load<u8>(p);
    if (b === quote || b === 0x0a) return false;
  }
  return true;
}

function bare(from: usize, high: usize): bool {
  const limit = from + 128 < high ? from + 128 : high;
  let p = from;
  let strong: bool = false;
  for (; p < limit; p += 1) {
    const c = classOf(p);
    if (c & (STOP | BLANK | QUOTE)) break;
    if (c & (DIGIT | SYMBOL)) strong = true;
    // the text of an element
    if (load<u8>(p) === 0x3c && p - from >= 5 && load<u8>(from - 1) === 0x3e) return true;
  }
  const run = p - from;
  if (p < limit && (run < 5 || !strong) && isSeparator(load<u8>(p))) return (run >= LEAST_LETTERS && hasBothCases(from, p)) || wholeLine(from, high);
  if (run < 5) return false;
  if (strong) return true;
  while (p < high && classOf(p) & BLANK) p += 1;
  if (p >= high) return true;
  const b = load<u8>(p);
  return b === 0x0a || b === 0x0d || b === 0;
}

/** So many letters are random enough without a digit, if some are capitals. `judge-value.ts` of the rules says the same. */
const LEAST_LETTERS: usize = 20;

function hasBothCases(from: usize, to: usize): bool {
  let small = false;
  let capital = false;
  for (let p = from; p < to; p += 1) {
    const b = load<u8>(p);
    if (b - 97 < 26) small = true;
    else if (b - 65 < 26) capital = true;
    if (small && capital) return true;
  }
  return false;
}

function isSeparator(b: u8): bool {
  return b === 0x2c || b === 0x3b; // , ;
}

/** A bare value of five or more characters, a digit among them, up to white space: a password alone on its line may hold separators. */
function wholeLine(from: usize, high: usize): bool {
  const limit = from + 128 < high ? from + 128 : high;
  let p = from;
  let digit: bool = false;
  for (; p < limit; p += 1) {
    const c = classOf(p);
    if (c & (BLANK | QUOTE)) break;
    if (c & STOP && !isSeparator(load<u8>(p))) {
      if (isSpace(load<u8>(p)) || load<u8>(p) === 0) break;
      return false;
    }
    if (c & DIGIT) digit = true;
  }
  if (p < limit && classOf(p) & QUOTE) return false;
  return digit && p - from >= 5 && !isSeparator(load<u8>(p - 1));
}

// --- positions ---------------------------------------------------------------------------------------------------

/** Number of line feeds in [from, to). */
export function countLines(from: usize, to: usize): u32 {
  let n: u32 = 0;
  let p = from;
  const feed = i8x16.splat(0x0a);
  while (p + 16 <= to) {
    n += <u32>popcnt<i32>(i8x16.bitmask(i8x16.eq(v128.load(p), feed)));
    p += 16;
  }
  for (; p < to; p += 1) if (load<u8>(p) === 0x0a) n += 1;
  return n;
}

/** Address behind the last line feed in [from, to); `from` - 1 wrapped to 0 means none. */
export function lineStart(from: usize, to: usize): usize {
  let p = to;
  while (p > from) {
    if (load<u8>(p - 1) === 0x0a) return p;
    p -= 1;
  }
  return 0;
}

/** UTF-16 units of the UTF-8 text in [from, to); a byte that continues nothing counts nothing. */
export function utf16Length(from: usize, to: usize): u32 {
  let n: u32 = 0;
  let p = from;
  const lead = i8x16.splat(-65); // 0xbf: signed, continuation bytes are -128..-65
  const four = i8x16.splat(<i8>0xef);
  while (p + 16 <= to) {
    const v = v128.load(p);
    n += <u32>popcnt<i32>(i8x16.bitmask(i8x16.gt_s(v, lead)));
    n += <u32>popcnt<i32>(i8x16.bitmask(i8x16.gt_u(v, four)));
    p += 16;
  }
  for (; p < to; p += 1) {
    const b = load<u8>(p);
    if ((b & 0xc0) !== 0x80) n += 1;
    if (b > 0xef) n += 1;
  }
  return n;
}

// --- encoded text ------------------------------------------------------------------------------------------------

// Kinds of what `encoded` finds; see `src/detect/decode/find-encoded.ts`.
const OPAQUE: u32 = 0;
const RUN: u32 = 1;
const ESCAPE: u32 = 2;
const JOINT: u32 = 3;
const QUOTED: u32 = 4;
const NUMBERS: u32 = 5;
const LIST: u32 = 6;
/** Pairs of hex digits, or fours, with marks between them. */
const PAIRS: u32 = 7;
/** Token characters with zeros between them: two bytes each, or four. */
const WIDE: u32 = 8;
/** `chr(103)`. */
const CODE: u32 = 9;
/** As many numbers as a short token has characters. */
const LEAST_NUMBERS: u32 = 12;
const LEAST_RUN: usize = 24;
const LEAST_HEX: usize = 32;
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
        resumeAt = base;
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
  resumeAt = end;
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

/** Whether sixteen bytes are letters and digits at every second, third, fourth or fifth place alone, or at all others. */
function isPeriodic(run: u32): bool {
  return (((run ^ (run >> 4)) & 0xfff) === 0 || ((run ^ (run >> 3)) & 0x1fff) === 0 || ((run ^ (run >> 5)) & 0x7ff) === 0) && run !== 0 && run !== 0xffff;
}

/** What the sixteen bytes at `p`, of which `isPeriodic` holds, are a part of. */
function periodicKind(p: usize, low: usize, high: usize): u32 {
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
function isPairs(from: usize, to: usize, digits: usize): bool {
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

/** Base32 (RFC 4648 section 6) of text, with its upper-case alphabet. */
function mayBe32(first: usize, last: usize): bool {
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
function mayDecode(first: usize, last: usize): bool {
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

// @ts-ignore: decorator
@inline
function isBase(b: u8): bool {
  return (b | 0x20) - 97 < 26 || b - 48 < 10 || b === 0x2b || b === 0x2f || b === 0x2d || b === 0x5f;
}

// @ts-ignore: decorator
@inline
function isHex(b: u8): bool {
  return b - 48 < 10 || (b | 0x20) - 97 < 6;
}

/** Base64 of anything but zeros has both cases; hex digits are an encoding too. */
function mixed(first: usize, last: usize): bool {
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

function specialKind(at: usize, low: usize, high: usize): u32 {
  const b = load<u8>(at);
  // ( [ {
  if (b === 0x28) return joinsList(at, low) ? LIST : isNumbers(at + 1, high) ? NUMBERS : isCharacterCall(at, low) ? CODE : 0;
  if (b === 0x5b || b === 0x7b) return isNumbers(at + 1, high) ? NUMBERS : 0;
  if (b === 0x3d) return isQuoted(at, low, high) ? QUOTED : 0;
  if (b === 0x25) return at + 2 < high && (isHex(load<u8>(at + 1)) || load<u8>(at + 1) === 0x75) && isHex(load<u8>(at + 2)) ? ESCAPE : 0;
  if (b === 0x26) return at + 6 < high && (load<u8>(at + 1) === 0x23 || isNamed(at + 1)) ? ESCAPE : 0;
  if (b === 0x5e) return at + 3 < high && (load<u8>(at + 1) === 0x0a || load<u8>(at + 1) === 0x0d) && isContinued(at, low, high) ? JOINT : 0;
  if (b === 0x5c) {
    if (at + 3 >= high) return 0;
    const k = load<u8>(at + 1);
    if (k === 0x0a || k === 0x0d) return isContinued(at, low, high) ? JOINT : 0;
    if (k === 0x75 || k === 0x78) return isHex(load<u8>(at + 2)) || load<u8>(at + 2) === 0x7b ? ESCAPE : 0;
    return k - 0x30 < 8 && load<u8>(at + 2) - 0x30 < 8 ? ESCAPE : 0;
  }
  if (!isQuote(b)) return 0;
  if (b === 0x60 && load<u8>(at + 1) <= 0x0d && isContinued(at, low, high)) return JOINT;
  return isJoined(at, low, high) ? JOINT : 0;
}

/** Characters of tokens by their HTML names: lowbar, period, sol, equals, plus, colon, commat, hyphen, dash. */
function isNamed(at: usize): bool {
  const w = load<u32>(at);
  return w === 0x62776f6c || w === 0x69726570 || (w & 0xffffff) === 0x6c6f73 || w === 0x61757165 || w === 0x73756c70 || w === 0x6f6c6f63 || w === 0x6d6d6f63 || w === 0x68707968 || w === 0x68736164;
}

/** `chr(` and `char(` before a number. */
function isCharacterCall(at: usize, low: usize): bool {
  if (at < low + 4 || load<u8>(at + 1) - 0x30 > 9) return false;
  const w = (load<u32>(at - 4) | 0x20202020) >> 8;
  return w === 0x726863 || w === 0x726168;
}

/** `.join('')`, `''.join([`, `concat('`, `paste0('` or `implode('`. */
function joinsList(at: usize, low: usize): bool {
  if (at < low + 8) return false;
  const w = load<u32>(at - 4) | 0x20202020;
  const next = load<u8>(at + 1);
  if (w === 0x6e696f6a) return (isQuote(next) && load<u8>(at + 2) === next) || ((next === 0x5b || next === 0x28 || next <= 0x20) && isQuote(load<u8>(at - 6)));
  return (w === 0x7461636e || w === 0x30657473 || w === 0x65646f6c) && (isQuote(next) || next <= 0x20);
}

/** Twelve or more numbers of printable characters, or characters in quotes, with commas between them. */
function isNumbers(from: usize, high: usize): bool {
  let p = from;
  let count: u32 = 0;
  while (p < high && count < LEAST_NUMBERS) {
    while (p < high && isSpace(load<u8>(p))) p += 1;
    const b = load<u8>(p);
    if (b === 0x27) {
      if (load<u8>(p + 2) !== 0x27) return false;
      p += 3;
    } else if (b === 0x30 && (load<u8>(p + 1) | 0x20) === 0x78) {
      if (!isHex(load<u8>(p + 2)) || !isHex(load<u8>(p + 3)) || load<u8>(p + 2) - 0x30 > 7) return false;
      p += 4;
    } else {
      let value: u32 = 0;
      const start = p;
      while (p < start + 4 && load<u8>(p) - 0x30 < 10) {
        value = value * 10 + <u32>(load<u8>(p) - 0x30);
        p += 1;
      }
      if (p === start || value > 126 || value < 9) return false;
    }
    count += 1;
    while (p < high && isSpace(load<u8>(p))) p += 1;
    if (load<u8>(p) !== 0x2c) break;
    p += 1;
  }
  return count >= LEAST_NUMBERS;
}

/** `=3D`, or `=` at the end of a line of 60 to 78 characters that goes on with a token character. */
function isQuoted(at: usize, low: usize, high: usize): bool {
  const b = load<u8>(at + 1);
  if (b === 0x33) return load<u8>(at + 2) === 0x44;
  if (b !== 0x0a && b !== 0x0d) return false;
  const next = b === 0x0d ? at + 3 : at + 2;
  if (next >= high || at < low + 60 || !(classOf(next) & TOKEN) || !(classOf(at - 1) & TOKEN) || load<u8>(at - 1) === 0x3d) return false;
  let p = at;
  while (p > low && at - p < 80 && load<u8>(p - 1) !== 0x0a) p -= 1;
  const length = at - p;
  return length >= 60 && length < 80 && (length === 75 || !isPadding(at, p));
}

/** Whether the `=` at `at` fills up base64 that begins behind `low`: then it is no mark of a line that goes on. */
function isPadding(at: usize, low: usize): bool {
  let p = at;
  while (p > low && isBase64(load<u8>(p - 1))) p -= 1;
  return at - p >= 19 && ((at - p) & 3) === 3;
}

// @ts-ignore: decorator
@inline
function isBase64(b: u8): bool {
  return (b >= 0x61 && b <= 0x7a) || (b >= 0x41 && b <= 0x5a) || (b >= 0x30 && b <= 0x39) || b === 0x2b || b === 0x2f || b === 0x2d || b === 0x5f;
}

/** Token characters right before a string's closing quote, perhaps an operator, and right behind the next opening quote. */
function isJoined(at: usize, low: usize, high: usize): bool {
  if (at < low + 2 || !(classOf(at - 1) & TOKEN) || !(classOf(at - 2) & TOKEN)) return false;
  let p = at + 1;
  const limit = at + 96 < high ? at + 96 : high;
  while (p < limit && isSpace(load<u8>(p))) p += 1;
  if (p < limit) {
    const b = load<u8>(p);
    if (b === 0x2b || b === 0x2e || b === 0x26 || b === 0x7c || b === 0x3c || b === 0x5e || b === 0x7e) {
      p += 1;
      // .. ++ || <>
      const more = p < limit && (load<u8>(p) === b || (b === 0x3c && load<u8>(p) === 0x3e));
      if (more) p += 1;
      else if (b === 0x7c || b === 0x3c) return false;
      while (p < limit && isSpace(load<u8>(p))) p += 1;
    }
  }
  // Visual Basic continues a line with an underscore
  if (p + 1 < limit && load<u8>(p) === 0x5f && load<u8>(p + 1) <= 0x0d) {
    p += 1;
    while (p < limit && isSpace(load<u8>(p))) p += 1;
  }
  // a prefix such as Python's r or f
  for (let n = 0; n < 2 && p < limit && load<u8>(p) >= 0x41; n += 1) p += 1;
  return p + 2 < high && isQuote(load<u8>(p)) && (classOf(p + 1) & TOKEN) !== 0 && (classOf(p + 2) & TOKEN) !== 0;
}

/** A backslash at the end of a line, with four token characters right before it and behind the next line's indentation. */
function isContinued(at: usize, low: usize, high: usize): bool {
  if (at < low + 4) return false;
  for (let p = at - 4; p < at; p += 1) if (!(classOf(p) & TOKEN)) return false;
  let p = at + 1;
  while (p < high && isSpace(load<u8>(p))) p += 1;
  if (p + 4 > high) return false;
  for (let q = p; q < p + 4; q += 1) if (!(classOf(q) & TOKEN)) return false;
  return true;
}

// @ts-ignore: decorator
@inline
function isSpace(b: u8): bool {
  return b === 0x20 || b === 0x09 || b === 0x0a || b === 0x0d;
}

// @ts-ignore: decorator
@inline
function isQuote(b: u8): bool {
  return b === 0x22 || b === 0x27 || b === 0x60;
}
