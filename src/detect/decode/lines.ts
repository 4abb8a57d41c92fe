const FEED = 10;

/** Where lines of a buffer begin and end. Remembers the last one: each of a thousand stretches of one long line would be asked for its ends, a megabyte apart. */
export class Lines {
  readonly #text: Buffer;
  readonly #high: number;
  /** No feed stands in [`#from`, `#end`), and one at `#end`, or nothing. */
  #from = 0;
  #end = -1;
  /** The line of `#known` begins at `#start`. */
  #start = 0;
  #known = 0;

  /** `text` is valid up to `high`. */
  constructor(text: Buffer, high: number) {
    this.#text = text;
    this.#high = high;
  }

  /** Where the line of `at` begins. */
  start(at: number): number {
    if (at < this.#start) this.#start = this.#text.lastIndexOf(FEED, at - 1) + 1;
    else if (at > this.#known) {
      const feed = this.#text.subarray(this.#known, at).lastIndexOf(FEED);
      if (feed !== -1) this.#start = this.#known + feed + 1;
    } else return this.#start;
    if (at === 0) this.#start = 0;
    this.#known = at;
    return this.#start;
  }

  /** Where the first line at or behind `at` ends. */
  end(at: number): number {
    if (at < this.#from || at > this.#end) {
      const end = this.#text.indexOf(FEED, at);
      this.#from = at;
      this.#end = end === -1 || end > this.#high ? this.#high : end;
    }
    return this.#end;
  }
}
