/** Which bytes of a file something accounts for. Ranges may come in any order and overlap. */
export class Covered {
  #from: number[] = [];
  #to: number[] = [];

  /** `to` is behind the last byte. Ranges less than `slack` bytes apart count as one. */
  add(from: number, to: number, slack: number): void {
    const last = this.#to.length - 1;
    const lastTo = this.#to[last];
    if (lastTo !== undefined && from >= (this.#from[last] ?? 0) && from - lastTo < slack) this.#to[last] = Math.max(lastTo, to);
    else {
      this.#from.push(from);
      this.#to.push(to);
    }
  }

  /** What nothing accounts for up to `end`, in order, where it is at least `least` bytes. */
  *rest(end: number, least: number): Generator<readonly [from: number, to: number]> {
    const order = this.#from.map((_from, index) => index).sort((a, b) => (this.#from[a] ?? 0) - (this.#from[b] ?? 0));
    let seen = 0;
    for (const index of order) {
      const from = Math.min(end, this.#from[index] ?? 0);
      if (from - seen >= least) yield [seen, from];
      seen = Math.max(seen, this.#to[index] ?? 0);
    }
    if (end - seen >= least) yield [seen, end];
  }
}
