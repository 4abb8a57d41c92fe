/** RFC 4648. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const MASK = 0x7fffffffff80n;
const SHIFT = 7n;

const LARGEST = 999_999_999_999n;

/**
 * The 12-digit account number inside an AWS key id (`AKIA…`, `ASIA…`). Undefined when it is no key id, and for ids whose
 * first bit is not set (they begin with A–P): among them are ids of the old form, which do not carry it.
 */
export function awsAccountOf(keyId: string): string | undefined {
  return /^A(?:KIA|SIA)[Q-Z2-7]/.test(keyId) ? awsAccountBitsOf(keyId) : undefined;
}

/** The same whatever the first bit is: of an id of the old form it is any number. For comparing with accounts that are known. */
export function awsAccountBitsOf(keyId: string): string | undefined {
  const body = /^A(?:KIA|SIA)([A-Z2-7]{16})$/.exec(keyId)?.[1];
  if (body === undefined) return undefined;
  let bits = 0n;
  for (const character of body.slice(0, 10)) bits = (bits << 5n) | BigInt(BASE32.indexOf(character));
  const sixBytes = bits >> 2n; // 50 bits read, 48 wanted
  const account = (sixBytes & MASK) >> SHIFT;
  return account > LARGEST ? undefined : String(account).padStart(12, '0');
}
