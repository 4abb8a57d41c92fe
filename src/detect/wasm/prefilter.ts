// AssemblyScript. Finds anchors in bytes and tests whether a secret may plausibly follow, so that only a few small
// windows per megabyte reach a regular expression. Layout of the tables: `src/detect/engine/tables.ts`.

// --- table addresses, set once by `configure` -------------------------------------------------------------------
let bits: usize = 0;
let buckets: usize = 0;
let bucketMask: u32 = 0;
let lists: usize = 0;
let anchors: usize = 0;
let classes: usize = 0;
let out: usize = 0;
let outEnd: usize = 0;

/** Where `scan` stopped because the output was full; equal to `end` otherwise. */
export let resumeAt: usize = 0;

export function configure(bitsAt: usize, bucketsAt: usize, mask: u32, listsAt: usize, anchorsAt: usize, classesAt: usize, outAt: usize, capacity: u32): void {
  bits = bitsAt;
  buckets = bucketsAt;
  bucketMask = mask;
  lists = listsAt;
  anchors = anchorsAt;
  classes = classesAt;
  out = outAt;
  outEnd = outAt + <usize>capacity * 8;
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

/** Bit 0: whether four bytes with this hash may begin an anchor's chosen part. */
// @ts-ignore: decorator
@inline
function member(hash: u32): u32 {
  return <u32>load<u8>(bits + (hash >>> 16)) >>> ((hash >>> 13) & 7);
}

/**
 * Scans [start, end) for anchors. Bytes from `low` to `high` may be looked at (they hold the neighbourhood).
 * Writes pairs (u32 address of the anchor, u32 anchor index) to the output; returns their number.
 */
export function scan(start: usize, end: usize, low: usize, high: usize): u32 {
  let o = out;
  let p = start;
  const fast = end >= 8 ? end - 8 : 0;
  while (p < end) {
    if (p <= fast) {
      const w = load<u64>(p) | 0x2020202020202020;
      const a = <u32>w * 0x9e3779b1;
      const b = <u32>(w >> 8) * 0x9e3779b1;
      const c = <u32>(w >> 16) * 0x9e3779b1;
      const d = <u32>(w >> 24) * 0x9e3779b1;
      if (((member(a) | member(b) | member(c) | member(d)) & 1) === 0) {
        p += 4;
        continue;
      }
      if (o + 4 * 64 * 8 > outEnd) {
        resumeAt = p;
        return <u32>((o - out) >> 3);
      }
      if (member(a) & 1) o = probe(p, <u32>w, low, high, o);
      if (member(b) & 1) o = probe(p + 1, <u32>(w >> 8), low, high, o);
      if (member(c) & 1) o = probe(p + 2, <u32>(w >> 16), low, high, o);
      if (member(d) & 1) o = probe(p + 3, <u32>(w >> 24), low, high, o);
      p += 4;
    } else {
      // The last bytes: `high` is followed by at least eight readable bytes, which the caller keeps zero.
      const x = load<u32>(p) | 0x20202020;
      if (member(x * 0x9e3779b1) & 1) {
        if (o + 64 * 8 > outEnd) {
          resumeAt = p;
          return <u32>((o - out) >> 3);
        }
        o = probe(p, x, low, high, o);
      }
      p += 1;
    }
  }
  resumeAt = end;
  return <u32>((o - out) >> 3);
}

/** All anchors whose chosen four bytes are these. At most 64 are written. */
function probe(at: usize, gram: u32, low: usize, high: usize, o: usize): usize {
  let slot = ((gram * 0x85ebca6b) >>> 7) & bucketMask;
  let written: u32 = 0;
  while (true) {
    const entry = buckets + <usize>slot * 12;
    const count = load<u32>(entry, 8);
    if (count === 0) return o;
    if (load<u32>(entry) === gram) {
      let item = lists + <usize>load<u32>(entry, 4) * 4;
      for (let n: u32 = 0; n < count; n += 1, item += 4) {
        const index = load<u32>(item);
        const anchor = anchors + <usize>index * 64;
        const offset = <usize>load<u8>(anchor, 1);
        if (at < low + offset) continue;
        const begin = at - offset;
        if (!verify(begin, anchor, high)) continue;
        if (!plausible(begin, anchor, low, high)) continue;
        store<u32>(o, <u32>begin);
        store<u32>(o, index, 4);
        o += 8;
        written += 1;
        if (written === 64) return o;
      }
      return o;
    }
    slot = (slot + 1) & bucketMask;
  }
}

// Anchor record, 64 bytes: u8 length, u8 gram offset, u8 class, u8 flags (1 fold, 2 digit, others see `isValue`), u16 minimal run, u16 window
// after, u16 window before (or maximal run), 54 bytes text.

/** Compares an anchor's text; a byte 1 in it is a space, `_`, `.`, `-` or nothing. */
function verify(begin: usize, anchor: usize, high: usize): bool {
  const length = <usize>load<u8>(anchor);
  const fold = (load<u8>(anchor, 3) & 1) !== 0;
  let p = begin;
  for (let i: usize = 0; i < length; i += 1) {
    if (p >= high) return false;
    let c = load<u8>(p);
    const want = load<u8>(anchor + 10 + i);
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
  const kind = load<u8>(anchor, 2);
  const least = <u32>load<u16>(anchor, 4);
  const length = <usize>load<u8>(anchor);
  if (kind === 0) return true;
  if (kind === 1) return runFrom(begin, least, high);
  if (kind === 2) {
    const reach = begin + length + <usize>load<u16>(anchor, 6);
    const back = <usize>load<u16>(anchor, 8);
    return runNear(begin - low > back ? begin - back : low, least, (load<u8>(anchor, 3) & 2) !== 0, reach < high ? reach : high);
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

/**
 * Behind a mark within the window stands a value of the right length: letters, digits and what else the anchor's flags
 * allow, ended by something else; with a digit if one is wanted.
 */
function valueNear(from: usize, anchor: usize, high: usize): bool {
  const least = <u32>load<u16>(anchor, 4);
  const most = <u32>load<u16>(anchor, 8);
  const flags = load<u8>(anchor, 3);
  const reach = from + <usize>load<u16>(anchor, 6);
  const limit = reach < high ? reach : high;
  for (let p = from; p < limit; p += 1) {
    if (!isMark(p === 0 ? 0 : load<u8>(p - 1)) || !isValue(load<u8>(p), flags)) continue;
    let run: u32 = 0;
    let digit = (flags & 2) === 0;
    for (let q = p; q < high && run <= most; q += 1, run += 1) {
      const b = load<u8>(q);
      if (!isValue(b, flags)) break;
      if (b - 48 < 10) digit = true;
    }
    if (digit && run >= least && run <= most) return true;
  }
  return false;
}

/** = : " ' ` white space > ( , : what may stand right before a value. */
// @ts-ignore: decorator
@inline
function isMark(b: u8): bool {
  return b === 0x3d || b === 0x3a || isQuote(b) || b <= 0x20 || b === 0x3e || b === 0x28 || b === 0x2c || b === 0xa0;
}

/** A letter, a digit, or a mark whose bit (2 dash, 3 underscore, 4 plus and slash, 5 full stop, 6 equals, 7 colon) is set. */
// @ts-ignore: decorator
@inline
function isValue(b: u8, flags: u8): bool {
  if ((b | 0x20) - 97 < 26 || b - 48 < 10) return true;
  if (b === 0x2d) return (flags & 4) !== 0;
  if (b === 0x5f) return (flags & 8) !== 0;
  if (b === 0x2b || b === 0x2f) return (flags & 16) !== 0;
  if (b === 0x2e) return (flags & 32) !== 0;
  if (b === 0x3d) return (flags & 64) !== 0;
  if (b === 0x3a) return (flags & 128) !== 0;
  return false;
}

/** A run of token characters from the anchor on is long enough. */
function runFrom(begin: usize, least: u32, high: usize): bool {
  const limit = begin + least;
  if (limit > high) return false;
  for (let p = begin; p < limit; p += 1) if (!(classOf(p) & TOKEN)) return false;
  return true;
}

/** Somewhere in [from, limit) stands a run of `least` token characters, with a digit in it if one is wanted. */
function runNear(from: usize, least: u32, digit: bool, limit: usize): bool {
  let run: u32 = 0;
  let digits: u32 = 0;
  for (let p = from; p < limit; p += 1) {
    const c = classOf(p);
    if (c & TOKEN) {
      run += 1;
      if (c & DIGIT) digits += 1;
      if (run >= least && (digits > 0 || !digit)) return true;
    } else {
      run = 0;
      digits = 0;
    }
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
  while (p < limit) {
    const b = load<u8>(p);
    if (b === 0x3d || b === 0x3a || b === 0x3e || b === 0x2c || b === 0x28) {
      // = : > , (
      operator = true;
      p += 1;
    } else if (isQuote(b)) {
      if (operator && quoted(p + 1, b, high)) return true;
      p += 1;
    } else if (isSpace(b) || b === 0x5d || b === 0x29 || b === 0x5c || b === 0x3f || b === 0x7c || b === 0x7b || b === 0x5b) {
      // white space ] ) \ ? | { [
      p += 1;
    } else {
      if (operator && bare(p, high)) return true;
      // a type, or the word `value`, and then the operator; or a scheme, and then the value
      if (words === 1) {
        if (given && strongRun(p, high)) return true;
        break;
      }
      words = 1;
      given = operator;
      const stop = p + 48 < high ? p + 48 : high;
      const start = p;
      while (p < stop && !(classOf(p) & (BLANK | QUOTE)) && load<u8>(p) !== 0x3d && load<u8>(p) !== 0x3a && load<u8>(p) !== 0x0a) p += 1;
      if (p === start) break;
      operator = false;
    }
  }
  return spaced(named, isOption(begin, low), high);
}

/** The name around the anchor begins with two dashes. */
function isOption(begin: usize, low: usize): bool {
  let p = begin;
  const limit = begin > low + 48 ? begin - 48 : low;
  while (p > limit && classOf(p - 1) & IDENT) p -= 1;
  return load<u8>(p) === 0x2d && load<u8>(p + 1) === 0x2d;
}

/** `password hunter2`: name, blanks, value. For .netrc, command lines and prose in logs: wants a digit or symbol, but of an option. */
function spaced(from: usize, option: bool, high: usize): bool {
  if (from >= high || !(classOf(from) & BLANK)) return false;
  let p = from + 1;
  while (p < high && classOf(p) & BLANK) p += 1;
  return option ? runOf(p, high) >= 6 : strongRun(p, high);
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
  }
  const run = p - from;
  if (p < limit && (run < 5 || !strong) && isSeparator(load<u8>(p))) return wholeLine(from, high);
  if (run < 5) return false;
  if (strong) return true;
  while (p < high && classOf(p) & BLANK) p += 1;
  if (p >= high) return true;
  const b = load<u8>(p);
  return b === 0x0a || b === 0x0d || b === 0;
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
const RUN: u32 = 1;
const ESCAPE: u32 = 2;
const JOINT: u32 = 3;
const LEAST_RUN: usize = 24;

/**
 * Finds in [start, end): runs of at least 24 base64 characters with upper and lower case or only hex digits; escapes
 * (`%41`, `\x41`, `\u0041`, `\101`, `&#65;`); and joints of string literals (`"a" + "b"`, `"a" "b"`) and lines (`\`). Bytes from `low` to `high` may be
 * looked at. Writes pairs (u32 address, u32 length << 2 | kind); returns their number. A run is written once.
 */
export function encoded(start: usize, end: usize, low: usize, high: usize): u32 {
  const loTable = i8x16(26, 30, 30, 30, 30, 62, 62, 30, 30, 30, 28, 5, 68, 5, 4, 13);
  const hiTable = i8x16(0, 0, 33, 2, 4, 72, 4, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  const nibble = i8x16.splat(15);
  const base = i8x16.splat(31);
  const zero = i8x16.splat(0);
  let o = out;
  let p = start;
  while (p < end) {
    if (o + 32 * 8 > outEnd) {
      resumeAt = p;
      return <u32>((o - out) >> 3);
    }
    const v = v128.load(p);
    const t = v128.and(i8x16.swizzle(loTable, v128.and(v, nibble)), i8x16.swizzle(hiTable, i8x16.shr_u(v, 4)));
    const run = <u32>i8x16.bitmask(i8x16.ne(v128.and(t, base), zero));
    // a quote that white space or an operator follows
    const next = v128.load(p, 1);
    const quote = v128.or(v128.or(i8x16.eq(v, i8x16.splat(0x22)), i8x16.eq(v, i8x16.splat(0x27))), i8x16.eq(v, i8x16.splat(0x60)));
    const glue = v128.or(
      v128.or(i8x16.le_u(next, i8x16.splat(0x20)), i8x16.eq(next, i8x16.splat(0x2b))),
      v128.or(i8x16.eq(next, i8x16.splat(0x2e)), i8x16.eq(next, i8x16.splat(0x26))),
    );
    let special = <u32>i8x16.bitmask(v128.or(i8x16.gt_u(t, base), v128.and(quote, glue)));
    while (special !== 0) {
      const at = p + <usize>ctz<u32>(special);
      special &= special - 1;
      if (at >= end) break;
      const kind = specialKind(at, low, high);
      if (kind !== 0) {
        store<u32>(o, <u32>at);
        store<u32>(o, (1 << 2) | kind, 4);
        o += 8;
      }
    }
    if ((run & 0xff) === 0xff || (run & 0xff00) === 0xff00) {
      let first = (run & 0xff) === 0xff ? p : p + 8;
      while (first > low && isBase(load<u8>(first - 1))) first -= 1;
      let last = p + 8;
      while (last < high && isBase(load<u8>(last))) last += 1;
      if (last - first >= LEAST_RUN && mixed(first, last)) {
        store<u32>(o, <u32>first);
        store<u32>(o, (<u32>(last - first) << 2) | RUN, 4);
        o += 8;
      }
      if (last > p + 16) {
        p = last;
        continue;
      }
    }
    p += 16;
  }
  resumeAt = end;
  return <u32>((o - out) >> 3);
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
  if (b === 0x25) return at + 2 < high && isHex(load<u8>(at + 1)) && isHex(load<u8>(at + 2)) ? ESCAPE : 0;
  if (b === 0x26) return at + 3 < high && load<u8>(at + 1) === 0x23 ? ESCAPE : 0;
  if (b === 0x5c) {
    if (at + 3 >= high) return 0;
    const k = load<u8>(at + 1);
    if (k === 0x0a || k === 0x0d) return isContinued(at, low, high) ? JOINT : 0;
    if (k === 0x75 || k === 0x78) return isHex(load<u8>(at + 2)) || load<u8>(at + 2) === 0x7b ? ESCAPE : 0;
    return k - 0x30 < 4 && load<u8>(at + 2) - 0x30 < 8 && load<u8>(at + 3) - 0x30 < 8 ? ESCAPE : 0;
  }
  return isJoined(at, low, high) ? JOINT : 0;
}

/** Token characters right before a string's closing quote, perhaps an operator, and right behind the next opening quote. */
function isJoined(at: usize, low: usize, high: usize): bool {
  if (at < low + 2 || !(classOf(at - 1) & TOKEN) || !(classOf(at - 2) & TOKEN)) return false;
  let p = at + 1;
  const limit = at + 96 < high ? at + 96 : high;
  while (p < limit && isSpace(load<u8>(p))) p += 1;
  if (p < limit) {
    const b = load<u8>(p);
    if (b === 0x2b || b === 0x2e || b === 0x26) {
      p += 1;
      if (b === 0x2e && p < limit && load<u8>(p) === 0x2e) p += 1;
      while (p < limit && isSpace(load<u8>(p))) p += 1;
    }
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
