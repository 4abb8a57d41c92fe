import { fill, type Read } from '../read/byte-source.ts';
import { Bits } from './bits.ts';
import { decodeBlock, type Block } from './bzip2-block.ts';

/** A block's symbols take at most 20 bits each, of which it has 900,000; its tables take less than 64 kB. */
const MAX_PACKED_BLOCK = 2_500_000;
const WINDOW = 2 * MAX_PACKED_BLOCK;
const CHUNK = 256 << 10;

/**
 * bzip2 as its author's program writes it (no block randomised, as before 0.9.5), several streams after one another being
 * one. Checksums are verified. Memory is a window of the packed bytes and one block, whatever the file claims. The two
 * packages that do this never end on a run whose length overflows. Throws an `Error` when it is damaged or cut off.
 */
export async function* bunzip2(read: Read): AsyncGenerator<Uint8Array> {
  const input = new Input(read);
  const table = new Uint32Array(900_000);
  let streams = 0;
  for (;;) {
    await input.fill();
    if (streams > 0 && input.isPadding()) return;
    const { bits } = input;
    const level = bits.read(24) === 0x425a68 ? bits.read(8) - 0x30 : 0;
    if (level < 1 || level > 9) throw new Error(streams === 0 ? 'it does not begin as bzip2' : 'what follows its end is not bzip2');
    streams += 1;
    let combined = 0;
    for (;;) {
      await input.fill();
      const mark = bits.read(24) * 0x1000000 + bits.read(24);
      const expected = bits.read32();
      if (mark === 0x177245385090) {
        if (expected !== combined) throw new Error('its checksum is wrong');
        bits.align();
        break;
      }
      if (mark !== 0x314159265359) throw new Error('a block does not begin where one should');
      const block = decodeBlock(bits, table, level * 100_000);
      const sum = yield* unpacked(block);
      if (sum !== expected) throw new Error('the checksum of a block is wrong');
      combined = (((combined << 1) | (combined >>> 31)) ^ sum) >>> 0;
    }
  }
}

/** The block's bytes, its first run-length encoding undone: after four equal bytes stands how many more follow. Returns their checksum. */
function* unpacked({ table, length, origin }: Block): Generator<Uint8Array, number> {
  let out = Buffer.allocUnsafe(CHUNK);
  let at = 0;
  let sum = 0xffffffff;
  let position = (table[origin] as number) >>> 8;
  let last = -1;
  let equal = 0;
  for (let done = 0; done < length; done += 1) {
    const entry = table[position] as number;
    const byte = entry & 0xff;
    position = entry >>> 8;
    let count = 1;
    let value = byte;
    if (equal === 4) {
      count = byte;
      value = last;
      equal = 0;
      last = -1;
    } else if (byte === last) equal += 1;
    else {
      last = byte;
      equal = 1;
    }
    if (at + count > CHUNK) {
      yield out.subarray(0, at);
      out = Buffer.allocUnsafe(CHUNK);
      at = 0;
    }
    for (let n = 0; n < count; n += 1) {
      out[at++] = value;
      sum = (sum << 8) ^ (SUMS[(sum >>> 24) ^ value] as number);
    }
  }
  if (at > 0) yield out.subarray(0, at);
  return ~sum >>> 0;
}

/** CRC-32 with its highest bit first. */
const SUMS = Int32Array.from({ length: 256 }, (_, index) => {
  let sum = index << 24;
  for (let bit = 0; bit < 8; bit += 1) sum = sum < 0 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  return sum;
});

/** Keeps at least one packed block of what is read in front of the bits. */
class Input {
  readonly bits = new Bits();
  readonly #read: Read;
  readonly #window = new Uint8Array(WINDOW);
  #ended = false;

  constructor(read: Read) {
    this.#read = read;
  }

  async fill(): Promise<void> {
    const { bits } = this;
    const left = bits.left();
    if (this.#ended || left.length >= MAX_PACKED_BLOCK) return;
    this.#window.copyWithin(0, left.byteOffset, left.byteOffset + left.length);
    const count = await fill(this.#read, this.#window.subarray(left.length));
    this.#ended = left.length + count < WINDOW;
    bits.continueWith(this.#window.subarray(0, left.length + count));
  }

  /** Whether nothing but zeros is left, as tapes leave them. */
  isPadding(): boolean {
    return this.#ended && this.bits.left().every((byte) => byte === 0);
  }
}
