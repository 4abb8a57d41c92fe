import { createHash } from 'node:crypto';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const SUM_BITS = 32n;

/** The number that base58 text stands for; undefined when a character is not of the alphabet. */
function numberOf(text: string): bigint | undefined {
  let value = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit === -1) return undefined;
    value = value * 58n + BigInt(digit);
  }
  return value;
}

function textOf(value: bigint): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 58n) text = ALPHABET.charAt(Number(rest % 58n)) + text;
  return text;
}

/** Bitcoin's checksum: the first four bytes of SHA-256 taken twice. */
function sumOf(payload: bigint, bytes: number): bigint {
  const hex = payload.toString(16).padStart(bytes * 2, '0');
  const digest = createHash('sha256').update(createHash('sha256').update(Buffer.from(hex, 'hex')).digest()).digest();
  return BigInt(digest.readUInt32BE(0));
}

/** Whether base58 text is a payload of `bytes` bytes and its checksum. */
export function isBase58Check(text: string, bytes: number): boolean {
  const value = numberOf(text);
  if (value === undefined || value >> SUM_BITS >= 1n << BigInt(bytes * 8)) return false;
  return sumOf(value >> SUM_BITS, bytes) === (value & ((1n << SUM_BITS) - 1n));
}

/** The valid text nearest to the given one: only its last characters differ. */
export function toBase58Check(text: string, bytes: number): string {
  const payload = (numberOf(text) ?? 0n) >> SUM_BITS;
  return textOf((payload << SUM_BITS) | sumOf(payload, bytes));
}
