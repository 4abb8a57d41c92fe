// Kinds of what `encoded` finds; see `src/detect/decode/find-encoded.ts`.
export const OPAQUE: u32 = 0;
export const RUN: u32 = 1;
export const ESCAPE: u32 = 2;
export const JOINT: u32 = 3;
export const QUOTED: u32 = 4;
export const NUMBERS: u32 = 5;
export const LIST: u32 = 6;
/** Pairs of hex digits, or fours, with marks between them. */
export const PAIRS: u32 = 7;
/** Token characters with zeros between them: two bytes each, or four. */
export const WIDE: u32 = 8;
/** `chr(103)`. */
export const CODE: u32 = 9;
/** As many numbers as a short token has characters. */
export const LEAST_NUMBERS: u32 = 12;
export const LEAST_RUN: usize = 24;
export const LEAST_HEX: usize = 32;
