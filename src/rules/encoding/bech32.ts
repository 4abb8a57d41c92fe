const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const DIGITS = 6;

/** The six checksum characters of BIP-173 for a human-readable part and data characters, both lower case; undefined when a character is not of the alphabet. */
export function bech32Checksum(prefix: string, data: string): string | undefined {
  const values = [...data].map((character) => ALPHABET.indexOf(character));
  if (values.includes(-1)) return undefined;
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  const rest = polymod([...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...values, ...new Array<number>(DIGITS).fill(0)]) ^ 1;
  return Array.from({ length: DIGITS }, (_, index) => ALPHABET.charAt((rest >>> (5 * (DIGITS - 1 - index))) & 31)).join('');
}

function polymod(values: readonly number[]): number {
  let state = 1;
  for (const value of values) {
    const top = state >>> 25;
    state = ((state & 0x1ffffff) << 5) ^ value;
    GENERATORS.forEach((generator, bit) => {
      if ((top >>> bit) & 1) state ^= generator;
    });
  }
  return state;
}
