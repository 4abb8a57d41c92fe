import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** Key of the fingerprint. `public`: anyone may know it (a committed salt, the default), so weak values could be guessed from their hash. */
export interface FingerprintKey {
  readonly bytes: Uint8Array;
  readonly secrecy: 'secret' | 'public';
}

/** The key when nothing is configured: the same on every machine, hence public. */
export const DEFAULT_FINGERPRINT_KEY: FingerprintKey = { bytes: new TextEncoder().encode('tokenwarden fingerprint v1'), secrecy: 'public' };

/** HMAC-SHA-256 over length-prefixed UTF-8 parts: `tw1:` and 32 hex digits (128 bits). */
export function fingerprintOf(key: FingerprintKey, domain: string, ...parts: readonly string[]): string {
  return `tw1:${keyedHash(key, domain, parts, 16)}`;
}

/** Two hex digits for each of so many bytes of the hash, which has 32; the parts cannot run into one another. */
export function keyedHash(key: FingerprintKey, domain: string, parts: readonly string[], bytes = 32): string {
  const hmac = createHmac('sha256', keyObjectOf(key));
  for (const part of [domain, ...parts]) {
    const text = Buffer.from(part, 'utf8');
    hmac.update(`${text.length}:`);
    hmac.update(text);
  }
  // Cut here, as a part of a text keeps the whole of it.
  return hmac.digest().toString('hex', 0, bytes);
}

/** Made once: making one takes longer than a hash. */
const KEY_OBJECTS = new WeakMap<FingerprintKey, KeyObject>();

function keyObjectOf(key: FingerprintKey): KeyObject {
  const known = KEY_OBJECTS.get(key);
  if (known !== undefined) return known;
  const made = createSecretKey(key.bytes);
  KEY_OBJECTS.set(key, made);
  return made;
}
