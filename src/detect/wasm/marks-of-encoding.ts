import { classOf, isBase64, isHex, isQuote, isSpace, TOKEN } from './byte-classes';
import { CODE, ESCAPE, JOINT, LEAST_NUMBERS, LIST, NUMBERS, QUOTED } from './encoded-kinds';

/** False where a bracket or a quote cannot be what `specialKind` looks for: nine of ten fall here, without a branch, as nobody could guess which. */
// @ts-ignore: decorator
@inline
export function maySpeak(at: usize): bool {
  const b = <u32>load<u8>(at);
  const shown = <u32>i8x16.bitmask(i8x16.gt_u(v128.load(at, 1), i8x16.splat(0x20)));
  // what stands behind the blanks; a number, or a character in quotes
  const c = <u32>load<u8>(at + 1 + <usize>ctz<u32>(shown));
  const isNumber = <u32>(c - 48 < 10) | <u32>(c === 0x27) | <u32>(shown === 0);
  const isOpening = <u32>(b === 0x28) | <u32>((b | 0x20) === 0x7b);
  const isQuoting = <u32>(b === 0x22) | <u32>(b === 0x27) | <u32>(b === 0x60);
  const isBehindToken = <u32>classOf(at - 1) & <u32>classOf(at - 2) & TOKEN;
  return ((isOpening & (isNumber ^ 1) & (<u32>(b === 0x28 && isListCall(at)) ^ 1)) | (isQuoting & (isBehindToken ^ 1))) === 0;
}

export function specialKind(at: usize, low: usize, high: usize): u32 {
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
  // control characters, a space, & + .
  const next = load<u8>(at + 1);
  if (next > 0x20 && next !== 0x26 && next !== 0x2b && next !== 0x2e) return 0;
  if (b === 0x60 && next <= 0x0d && isContinued(at, low, high)) return JOINT;
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

/** The last letters of `join`, `concat`, `paste0` or `implode`. */
// @ts-ignore: decorator
@inline
function isListCall(at: usize): bool {
  const w = load<u32>(at - 4) | 0x20202020;
  return (<u32>(w === 0x6e696f6a) | <u32>(w === 0x7461636e) | <u32>(w === 0x30657473) | <u32>(w === 0x65646f6c)) !== 0;
}

/** `.join('')`, `''.join([`, `concat('`, `paste0('` or `implode('`. */
function joinsList(at: usize, low: usize): bool {
  if (at < low + 8) return false;
  const w = load<u32>(at - 4) | 0x20202020;
  const next = load<u8>(at + 1);
  if (w === 0x6e696f6a) return (isQuote(next) && load<u8>(at + 2) === next) || ((next === 0x5b || next === 0x28 || next <= 0x20) && isQuote(load<u8>(at - 6)));
  return isListCall(at) && (isQuote(next) || next <= 0x20);
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
