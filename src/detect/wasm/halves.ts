// A set of ASCII characters is a row of sixteen bytes: for each lower half of a byte a bit for each upper half that makes it a member.

/** The lower four bits of each byte. */
// @ts-ignore: decorator
@inline
export function lowerHalves(v: v128): v128 {
  return v128.and(v, i8x16.splat(15));
}

/** The upper four bits of each byte. (There is no instruction that shifts bytes.) */
// @ts-ignore: decorator
@inline
export function upperHalves(v: v128): v128 {
  return v128.and(i16x8.shr_u(v, 4), i8x16.splat(15));
}

/** The bit of each upper half in a row. */
// @ts-ignore: decorator
@inline
export function columnsOf(upper: v128): v128 {
  return i8x16.relaxed_swizzle(i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0), upper);
}
