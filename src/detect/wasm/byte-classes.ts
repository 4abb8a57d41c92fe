import { classes } from './layout';

// Byte classes, a table of 256 bytes: bit 0 token character, bit 1 digit, bit 2 identifier character, bit 3 blank,
// bit 4 ends a bare value, bit 5 symbol that only a password has, bit 6 quote.
export const TOKEN: u8 = 1;
export const DIGIT: u8 = 2;
export const IDENT: u8 = 4;
export const BLANK: u8 = 8;
export const STOP: u8 = 16;
export const SYMBOL: u8 = 32;
export const QUOTE: u8 = 64;

// @ts-ignore: decorator
@inline
export function classOf(at: usize): u8 {
  return load<u8>(classes + <usize>load<u8>(at));
}

// @ts-ignore: decorator
@inline
export function isBase(b: u8): bool {
  return (b | 0x20) - 97 < 26 || b - 48 < 10 || b === 0x2b || b === 0x2f || b === 0x2d || b === 0x5f;
}

// @ts-ignore: decorator
@inline
export function isHex(b: u8): bool {
  return b - 48 < 10 || (b | 0x20) - 97 < 6;
}

// @ts-ignore: decorator
@inline
export function isBase64(b: u8): bool {
  return (b >= 0x61 && b <= 0x7a) || (b >= 0x41 && b <= 0x5a) || (b >= 0x30 && b <= 0x39) || b === 0x2b || b === 0x2f || b === 0x2d || b === 0x5f;
}

// @ts-ignore: decorator
@inline
export function isSpace(b: u8): bool {
  return b === 0x20 || b === 0x09 || b === 0x0a || b === 0x0d;
}

// @ts-ignore: decorator
@inline
export function isQuote(b: u8): bool {
  return b === 0x22 || b === 0x27 || b === 0x60;
}

// @ts-ignore: decorator
@inline
function isLetter(b: u8): bool {
  return (b | 0x20) - 97 < 26;
}
