/** Numbers in rows, one row after the other. */
export type Numbers = Float64Array | Uint32Array;

/** The index of a row in rows that ascend; -1 if it is not there. `key` may hold NaN, which equals nothing. */
export function findRow(rows: Numbers, width: number, key: ArrayLike<number>, at = 0): number {
  let low = 0;
  let high = rows.length / width;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compareRows(rows, middle * width, key, at, width);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
}

/** Less than, equal to or greater than 0, as numbers from the left decide. */
export function compareRows(a: ArrayLike<number>, aAt: number, b: ArrayLike<number>, bAt: number, width: number): number {
  for (let index = 0; index < width; index += 1) {
    const [x, y] = [a[aAt + index] as number, b[bAt + index] as number];
    if (x < y) return -1;
    if (!(x === y)) return 1;
  }
  return 0;
}

/** The rows' indexes in ascending order, each distinct row once (the last of equal ones). */
export function orderRows(rows: ArrayLike<number>, width: number): Uint32Array {
  const order = new Uint32Array(rows.length / width).map((_, index) => index);
  order.sort((a, b) => compareRows(rows, a * width, rows, b * width, width) || a - b);
  let kept = 0;
  for (let index = 0; index < order.length; index += 1) {
    const [row, next] = [order[index] as number, order[index + 1]];
    if (next !== undefined && compareRows(rows, row * width, rows, next * width, width) === 0) continue;
    order[kept] = row;
    kept += 1;
  }
  return order.subarray(0, kept);
}
