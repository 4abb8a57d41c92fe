import { BLANK, classOf, DIGIT, IDENT, isQuote, isSpace, QUOTE, STOP, SYMBOL } from './byte-classes';

/**
 * The anchor is in a name, and something that may be a secret is given to that name: an identifier's rest, closing
 * marks, an operator (or `value` and one, as XML and manifests have it), then a quoted value of five or more
 * characters, or a bare one with a digit, a symbol, or nothing behind it on its line.
 */
export function assigned(begin: usize, from: usize, low: usize, high: usize): bool {
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
