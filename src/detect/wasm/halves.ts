// A set of ASCII characters is a row of sixteen bytes: for each lower half of a byte a bit for each upper half that makes it a member. No row has all bits of a byte.

/** From memory: V8 makes constants in code anew each time they are used. */
const CONSTANTS: usize = memory.data<i8>([
  15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
  // the bit of an upper half; all where a byte is beyond ASCII, so that it is in no row
  1, 2, 4, 8, 16, 32, 64, -128, -1, -1, -1, -1, -1, -1, -1, -1,
], 16);

/** To be loaded before a loop. */
// @ts-ignore: decorator
@inline
export function fifteens(): v128 {
  return v128.load(CONSTANTS);
}

/** To be loaded before a loop. */
// @ts-ignore: decorator
@inline
export function columnBits(): v128 {
  return v128.load(CONSTANTS, 16);
}

/** The upper four bits of each byte. (There is no instruction that shifts bytes.) */
// @ts-ignore: decorator
@inline
export function upperHalves(v: v128, fifteen: v128): v128 {
  return v128.and(i16x8.shr_u(v, 4), fifteen);
}

/** A bit for each of sixteen bytes that is in the row, by their lower halves and the bits of their upper ones. */
// @ts-ignore: decorator
@inline
export function inRow(row: v128, lower: v128, columns: v128): u32 {
  return <u32>i8x16.bitmask(i8x16.eq(v128.and(i8x16.relaxed_swizzle(row, lower), columns), columns));
}

/** The same, of bytes as they are. */
// @ts-ignore: decorator
@inline
export function membersOf(v: v128, row: v128): u32 {
  const fifteen = fifteens();
  return inRow(row, v128.and(v, fifteen), i8x16.relaxed_swizzle(columnBits(), upperHalves(v, fifteen)));
}
