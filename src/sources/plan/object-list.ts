/** Of an object without a base, and of a base that is not in the list. */
const NONE = -1;

/** Names and sizes of many objects, in a few large pieces: a string for each would keep alive the text that it was cut out of. */
export class ObjectList {
  #names = Buffer.alloc(1 << 12);
  #bases = Buffer.alloc(1 << 12);
  #sizes = new Float64Array(128);
  /** Bytes of a name: all objects of a repository have names of one length. */
  #width = 0;
  #length = 0;
  #hasBases = false;

  get length(): number {
    return this.#length;
  }

  /** Names in hex. `base`: the object that it is stored as a difference from. */
  add(oid: string, sizeBytes: number, base?: string): void {
    if (this.#length === 0) this.#width = oid.length / 2;
    const at = this.#length * this.#width;
    if (at + this.#width > this.#names.length) {
      this.#names = Buffer.concat([this.#names], this.#names.length * 2);
      this.#bases = Buffer.concat([this.#bases], this.#bases.length * 2);
    }
    if (this.#length === this.#sizes.length) {
      const sizes = new Float64Array(this.#length * 2);
      sizes.set(this.#sizes);
      this.#sizes = sizes;
    }
    this.#names.write(oid, at, 'hex');
    if (base !== undefined) {
      this.#bases.write(base, at, 'hex');
      this.#hasBases = true;
    } else if (this.#hasBases) this.#bases.fill(0, at, at + this.#width);
    this.#sizes[this.#length] = sizeBytes;
    this.#length += 1;
  }

  /**
   * All that were added, those of one chain of differences behind one another and otherwise in the order in which they were added; the list is empty at the end. Git takes a third of
   * the time to unpack versions of a file one after another: what it needs for the next one it has just had.
   */
  *drainChains(): Generator<{ readonly oid: string; readonly sizeBytes: number }> {
    for (const index of this.#hasBases ? this.#inChains() : new Int32Array(this.#length).keys()) {
      yield { oid: this.#names.toString('hex', index * this.#width, (index + 1) * this.#width), sizeBytes: this.#sizes[index] as number };
    }
    this.#length = 0;
    this.#bases.fill(0);
    this.#hasBases = false;
  }

  *#inChains(): Generator<number> {
    const next = new Int32Array(this.#length).fill(NONE);
    for (let index of this.#chains(next)) for (; index !== NONE; index = next[index] as number) yield index;
  }

  /** The first of each chain; `next` is told what follows on each. */
  #chains(next: Int32Array): readonly number[] {
    const parents = this.#parents();
    const firsts: number[] = [];
    const last = new Int32Array(this.#length).fill(NONE);
    for (let index = 0; index < this.#length; index += 1) {
      const root = rootOf(parents, index);
      const before = last[root] as number;
      if (before === NONE) firsts.push(index);
      else next[before] = index;
      last[root] = index;
    }
    return firsts;
  }

  /** Of each object its base, or itself. */
  #parents(): Int32Array {
    const mask = 2 ** Math.ceil(Math.log2(this.#length * 2 + 1)) - 1;
    const table = new Int32Array(mask + 1).fill(NONE);
    const width = this.#width;
    /** The slot of a name, or the empty one where it would be. Names are hashes already. */
    const slotOf = (names: Buffer, at: number): number => {
      let slot = names.readUInt32LE(at) & mask;
      for (let index = table[slot] as number; index !== NONE && names.compare(this.#names, index * width, (index + 1) * width, at, at + width) !== 0; index = table[slot] as number) slot = (slot + 1) & mask;
      return slot;
    };
    const parents = Int32Array.from({ length: this.#length }, (_, index) => index);
    for (const index of parents) table[slotOf(this.#names, index * width)] = index;
    for (const index of parents.slice()) {
      const base = table[slotOf(this.#bases, index * width)] as number;
      // Two that are each other's base, which no git writes, are no chain: git itself cannot read them.
      if (base !== NONE && rootOf(parents, base) !== index) parents[index] = base;
    }
    return parents;
  }
}

/** Where the chain of an object begins. Ways to it become shorter by being gone. */
function rootOf(parents: Int32Array, of: number): number {
  let at = of;
  for (;;) {
    const parent = parents[at] as number;
    const beyond = parents[parent] as number;
    if (parent === beyond) return parent;
    parents[at] = beyond;
    at = beyond;
  }
}
