/** Bits of bytes, the highest first. Reading past the end throws an `Error`. */
export class Bits {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #held = 0;
  #count = 0;

  /** The whole bytes of which no bit was read yet. */
  left(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  /** `bytes` take the place of what was left. */
  continueWith(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#at = 0;
  }

  /** At most 24 bits. */
  read(count: number): number {
    while (this.#count < count) {
      if (this.#at >= this.#bytes.length) throw new Error('it is cut off');
      this.#held = (this.#held << 8) | (this.#bytes[this.#at++] as number);
      this.#count += 8;
    }
    this.#count -= count;
    return (this.#held >>> this.#count) & ((1 << count) - 1);
  }

  read32(): number {
    return this.read(16) * 0x10000 + this.read(16);
  }

  /** Forgets the rest of a byte that was read in part. */
  align(): void {
    this.#count -= this.#count & 7;
  }
}
