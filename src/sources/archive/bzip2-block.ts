import type { Bits } from './bits.ts';

/** A block before its first run-length encoding is undone: bytes and, above them, where the next one stands. */
export interface Block {
  readonly table: Uint32Array;
  readonly length: number;
  readonly origin: number;
}

const MAX_CODE_BITS = 20;
const GROUP_SYMBOLS = 50;

/** A code: symbols in the order of their codes, and for each length the highest code and what to take off for the symbol's place. */
interface Code {
  readonly shortest: number;
  readonly symbols: Uint16Array;
  readonly limits: Int32Array;
  readonly bases: Int32Array;
}

/** Reads what follows a block's mark and checksum, into `table`; at most `maxLength` bytes. Throws an `Error`. */
export function decodeBlock(bits: Bits, table: Uint32Array, maxLength: number): Block {
  if (bits.read(1) === 1) throw new Error('it is of an obsolete kind');
  const origin = bits.read(24);
  const used = usedBytes(bits);
  const codeCount = bits.read(3);
  const selectorCount = bits.read(15);
  if (used.length === 0 || codeCount < 2 || codeCount > 6 || selectorCount === 0) throw damaged();
  const selectors = readSelectors(bits, codeCount, selectorCount);
  const codes = Array.from({ length: codeCount }, () => readCode(bits, used.length + 2));
  const length = decodeSymbols(bits, { table, maxLength, used, selectors, codes });
  if (origin >= length) throw damaged();
  invert(table, length);
  return { table, length, origin };
}

function usedBytes(bits: Bits): Uint8Array {
  const ranges = bits.read(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range += 1) {
    if (((ranges >> (15 - range)) & 1) === 0) continue;
    const members = bits.read(16);
    for (let member = 0; member < 16; member += 1) if (((members >> (15 - member)) & 1) === 1) used.push(range * 16 + member);
  }
  return Uint8Array.from(used);
}

/** Each stands as its place in a list whose used entry moves to the front. */
function readSelectors(bits: Bits, codeCount: number, selectorCount: number): Uint8Array {
  const recent = Uint8Array.from({ length: codeCount }, (_, index) => index);
  return Uint8Array.from({ length: selectorCount }, () => {
    let place = 0;
    while (bits.read(1) === 1) {
      place += 1;
      if (place >= codeCount) throw damaged();
    }
    return toFront(recent, place);
  });
}

function readCode(bits: Bits, symbolCount: number): Code {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol += 1) {
    for (;;) {
      if (length < 1 || length > MAX_CODE_BITS) throw damaged();
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  const symbols = new Uint16Array(symbolCount);
  const limits = new Int32Array(MAX_CODE_BITS + 1).fill(-1);
  const bases = new Int32Array(MAX_CODE_BITS + 1);
  let code = 0;
  let place = 0;
  for (let bitCount = 1; bitCount <= MAX_CODE_BITS; bitCount += 1) {
    bases[bitCount] = code - place;
    for (const [symbol, own] of lengths.entries()) {
      if (own !== bitCount) continue;
      symbols[place++] = symbol;
      code += 1;
    }
    limits[bitCount] = code - 1;
    code <<= 1;
  }
  return { shortest: lengths.reduce((a, b) => Math.min(a, b)), symbols, limits, bases };
}

interface Coded {
  readonly table: Uint32Array;
  readonly maxLength: number;
  readonly used: Uint8Array;
  readonly selectors: Uint8Array;
  readonly codes: readonly Code[];
}

/** Symbols 0 and 1 write the length of a run in a binary of their own; the others are places in a list of recent bytes; the last ends. */
function decodeSymbols(bits: Bits, { table, maxLength, used, selectors, codes }: Coded): number {
  const recent = used.slice();
  const end = used.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  let selector = 0;
  let left = 0;
  let code = codes[0] as Code;
  for (;;) {
    if (left === 0) {
      code = codes[selectors[selector++] ?? -1] ?? fail();
      left = GROUP_SYMBOLS;
    }
    left -= 1;
    const symbol = readSymbol(bits, code);
    if (symbol < 2) {
      run += weight << symbol;
      weight <<= 1;
      if (run > maxLength) throw damaged();
      continue;
    }
    if (run > 0) {
      if (length + run > maxLength) throw damaged();
      table.fill(recent[0] as number, length, length + run);
      length += run;
      run = 0;
      weight = 1;
    }
    if (symbol === end) return length;
    if (length >= maxLength) throw damaged();
    table[length++] = toFront(recent, symbol - 1);
  }
}

function readSymbol(bits: Bits, { shortest, symbols, limits, bases }: Code): number {
  let value = bits.read(shortest);
  for (let bitCount = shortest; ; bitCount += 1) {
    if (bitCount > MAX_CODE_BITS) throw damaged();
    if (value <= (limits[bitCount] as number)) return symbols[value - (bases[bitCount] as number)] ?? fail();
    value = (value << 1) | bits.read(1);
  }
}

function toFront(list: Uint8Array, place: number): number {
  const value = list[place] ?? fail();
  for (let at = place; at > 0; at -= 1) list[at] = list[at - 1] as number;
  list[0] = value;
  return value;
}

/** Undoes the Burrows-Wheeler transform: above each byte the place of the one that follows it. */
function invert(table: Uint32Array, length: number): void {
  const places = new Uint32Array(256);
  for (let at = 0; at < length; at += 1) {
    const byte = table[at] as number;
    places[byte] = (places[byte] as number) + 1;
  }
  let sum = 0;
  for (let byte = 0; byte < 256; byte += 1) {
    const count = places[byte] as number;
    places[byte] = sum;
    sum += count;
  }
  for (let at = 0; at < length; at += 1) {
    const byte = (table[at] as number) & 0xff;
    const place = places[byte] as number;
    places[byte] = place + 1;
    table[place] = ((table[place] as number) | (at << 8)) >>> 0;
  }
}

function damaged(): Error {
  return new Error('a block is damaged');
}

function fail(): never {
  throw damaged();
}
