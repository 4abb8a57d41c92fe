import type { StoredMatch } from '../model/index.ts';
import { compareRows, findRow, orderRows, type Numbers } from './sorted-rows.ts';

/** Numbers that tell one thing: a file by its stamp, or an object by the first 128 bits of its name. */
export const WIDTHS = { files: 5, objects: 4 } as const;
export type Kind = keyof typeof WIDTHS;

/** What is remembered of one thing. */
export interface Entry {
  readonly state: number;
  readonly matches: readonly StoredMatch[];
}

const NO_MATCHES: readonly StoredMatch[] = [];

/** Things and what is remembered of them, sorted. 5 to 41 bytes each, and more only for those with matches. */
export class Table {
  readonly kind: Kind;
  readonly rows: Numbers;
  readonly states: Uint8Array;
  readonly matches: ReadonlyMap<number, readonly StoredMatch[]>;

  constructor(kind: Kind, rows: Numbers, states: Uint8Array, matches: ReadonlyMap<number, readonly StoredMatch[]>) {
    this.kind = kind;
    this.rows = rows;
    this.states = states;
    this.matches = matches;
  }

  get length(): number {
    return this.states.length;
  }

  find(key: ArrayLike<number>, at = 0): Entry | undefined {
    const index = findRow(this.rows, WIDTHS[this.kind], key, at);
    return index === -1 ? undefined : { state: this.states[index] as number, matches: this.matches.get(index) ?? NO_MATCHES };
  }
}

/** Gathers things in any order. */
export class TableBuilder {
  readonly kind: Kind;
  #numbers: number[] = [];
  #states: number[] = [];
  readonly #matches = new Map<number, readonly StoredMatch[]>();

  constructor(kind: Kind) {
    this.kind = kind;
  }

  get length(): number {
    return this.#states.length;
  }

  add(key: ArrayLike<number>, at: number, { state, matches }: Entry): void {
    for (let index = 0; index < WIDTHS[this.kind]; index += 1) this.#numbers.push(key[at + index] as number);
    if (matches.length > 0) this.#matches.set(this.#states.length, matches);
    this.#states.push(state);
  }

  build(): Table {
    const width = WIDTHS[this.kind];
    const order = orderRows(this.#numbers, width);
    const rows = newRows(this.kind, order.length);
    const states = new Uint8Array(order.length);
    const matches = new Map<number, readonly StoredMatch[]>();
    for (const [to, from] of order.entries()) {
      for (let index = 0; index < width; index += 1) rows[to * width + index] = this.#numbers[from * width + index] as number;
      states[to] = this.#states[from] as number;
      const own = this.#matches.get(from);
      if (own !== undefined) matches.set(to, own);
    }
    return new Table(this.kind, rows, states, matches);
  }
}

/** Both tables in one; where they disagree the second knows better. */
export function mergeTables(a: Table, b: Table): Table {
  const width = WIDTHS[a.kind];
  const rows = newRows(a.kind, a.length + b.length);
  const states = new Uint8Array(a.length + b.length);
  const matches = new Map<number, readonly StoredMatch[]>();
  let [i, j, to] = [0, 0, 0];
  const take = (table: Table, index: number): void => {
    rows.set(table.rows.subarray(index * width, (index + 1) * width) as never, to * width);
    states[to] = table.states[index] as number;
    const own = table.matches.get(index);
    if (own !== undefined) matches.set(to, own);
    to += 1;
  };
  while (i < a.length || j < b.length) {
    const order = i === a.length ? 1 : j === b.length ? -1 : compareRows(a.rows, i * width, b.rows, j * width, width);
    if (order < 0) take(a, i++);
    else {
      take(b, j++);
      if (order === 0) i += 1;
    }
  }
  return new Table(a.kind, rows.slice(0, to * width), states.slice(0, to), matches);
}

function newRows(kind: Kind, count: number): Numbers {
  return kind === 'files' ? new Float64Array(count * WIDTHS.files) : new Uint32Array(count * WIDTHS.objects);
}
