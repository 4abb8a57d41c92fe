import { fill, type Read } from '../read/byte-source.ts';

/** How the WebAssembly of xz-decompress 0.2.3 (xz embedded) is driven: a context begins with these six words. */
interface XzModule {
  readonly memory: WebAssembly.Memory;
  readonly create_context: () => number;
  readonly supply_input: (context: number, length: number) => void;
  readonly get_next_output: (context: number) => number;
}
const BUFFER_BYTES = 0;
const INPUT = 1;
const INPUT_AT = 2;
const INPUT_END = 3;
const OUTPUT = 4;
const OUTPUT_AT = 5;

const OK = 0;
const STREAM_END = 1;
const FAILURES: ReadonlyMap<number, string> = new Map([
  [4, 'it wants more than 64 MiB of memory'],
  [5, 'it does not begin as xz'],
  [8, 'it is cut off'],
  [6, 'it uses a filter or checksum that is not known here'],
]);

/**
 * xz, several streams after one another (with padding) being one. Checksums are verified; a dictionary of more than 64 MiB is
 * refused. The package's own stream can neither be nested nor tell that something follows the end of the first stream, so its
 * decoder is driven here. Throws an `Error` when it is damaged, cut off, or of a kind that is not known.
 */
export async function* unxz(read: Read): AsyncGenerator<Uint8Array> {
  let decoder = new Decoder(await instantiate());
  let rest: Uint8Array = new Uint8Array(0);
  let isBetween = false;
  const chunk = new Uint8Array(64 << 10);
  for (;;) {
    if (rest.length === 0) rest = chunk.subarray(0, await fill(read, chunk));
    // The end is told when one asks once more: without input that is an error, if it is not the end.
    if (rest.length === 0 && isBetween) return;
    if (isBetween) {
      const next = rest.findIndex((byte) => byte !== 0);
      rest = next === -1 ? rest.subarray(rest.length) : rest.subarray(next);
      if (rest.length === 0) continue;
      decoder = new Decoder(await instantiate());
      isBetween = false;
    }
    const used = decoder.supply(rest);
    for (let step = decoder.next(); ; step = decoder.next()) {
      if (step.bytes.length > 0) yield step.bytes;
      isBetween = step.isEnd;
      if (step.isEnd || step.wantsInput) break;
    }
    rest = rest.subarray(used - decoder.unused());
  }
}

class Decoder {
  readonly #xz: XzModule;
  readonly #context: number;

  constructor(xz: XzModule) {
    this.#xz = xz;
    this.#context = xz.create_context();
  }

  /** How many of the bytes were taken. */
  supply(bytes: Uint8Array): number {
    const words = this.#words();
    const piece = bytes.subarray(0, words[BUFFER_BYTES]);
    new Uint8Array(this.#xz.memory.buffer).set(piece, words[INPUT]);
    this.#xz.supply_input(this.#context, piece.length);
    return piece.length;
  }

  /** Of the bytes that were supplied, how many were not looked at. */
  unused(): number {
    const words = this.#words();
    return (words[INPUT_END] as number) - (words[INPUT_AT] as number);
  }

  next(): { readonly bytes: Uint8Array; readonly isEnd: boolean; readonly wantsInput: boolean } {
    const answer = this.#xz.get_next_output(this.#context);
    if (answer !== OK && answer !== STREAM_END) throw new Error(FAILURES.get(answer) ?? 'it is damaged');
    // The memory may have grown meanwhile.
    const words = this.#words();
    const [start, length] = [words[OUTPUT] as number, words[OUTPUT_AT] as number];
    const bytes = new Uint8Array(this.#xz.memory.buffer).slice(start, start + length);
    words[OUTPUT_AT] = 0;
    // A full buffer may hide more of the same input.
    return { bytes, isEnd: answer === STREAM_END, wantsInput: words[INPUT_AT] === words[INPUT_END] && length < (words[BUFFER_BYTES] as number) };
  }

  #words(): Uint32Array {
    return new Uint32Array(this.#xz.memory.buffer, this.#context, 6);
  }
}

interface Holder {
  readonly _getModuleInstance: () => Promise<void>;
  readonly _moduleInstance: { readonly exports: XzModule };
}

/** One instance for each stream, so that its memory goes with it. */
async function instantiate(): Promise<XzModule> {
  const { default: xz } = (await import('xz-decompress')) as unknown as { readonly default: { readonly XzReadableStream: Holder } };
  await xz.XzReadableStream._getModuleInstance();
  return xz.XzReadableStream._moduleInstance.exports;
}
