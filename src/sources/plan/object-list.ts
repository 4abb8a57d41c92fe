/** Names and sizes of many objects, in a few large pieces: a string for each would keep alive the text that it was cut out of. */
export class ObjectList {
  #names = Buffer.alloc(1 << 12);
  #sizes = new Float64Array(128);
  /** Bytes of a name: all objects of a repository have names of one length. */
  #width = 0;
  #length = 0;

  /** `oid` in hex. */
  add(oid: string, sizeBytes: number): void {
    if (this.#length === 0) this.#width = oid.length / 2;
    if ((this.#length + 1) * this.#width > this.#names.length) this.#names = Buffer.concat([this.#names], this.#names.length * 2);
    if (this.#length === this.#sizes.length) {
      const sizes = new Float64Array(this.#length * 2);
      sizes.set(this.#sizes);
      this.#sizes = sizes;
    }
    this.#names.write(oid, this.#length * this.#width, 'hex');
    this.#sizes[this.#length] = sizeBytes;
    this.#length += 1;
  }

  /** In the order in which they were added. */
  *[Symbol.iterator](): Generator<{ readonly oid: string; readonly sizeBytes: number }> {
    for (let index = 0; index < this.#length; index += 1) {
      yield { oid: this.#names.toString('hex', index * this.#width, (index + 1) * this.#width), sizeBytes: this.#sizes[index] as number };
    }
  }
}
