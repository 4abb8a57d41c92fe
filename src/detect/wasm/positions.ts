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
