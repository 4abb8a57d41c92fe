import { DEFAULT_FINGERPRINT_KEY, type FingerprintKey } from '../lib/fingerprint.ts';
import { WardenError } from '../model/index.ts';

/**
 * The key of fingerprints: the environment's is secret and wins, the configuration's salt is public as it is
 * committed, and so is the fixed default. Base64url text of 16 bytes or more. Errors never show the key.
 */
export function readFingerprintKey(fromEnvironment: string | undefined, salt: string | undefined): FingerprintKey {
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    const bytes = decode(fromEnvironment.trim());
    if (bytes === undefined) {
      throw new WardenError('FINGERPRINT_KEY_INVALID', 'TOKENWARDEN_FINGERPRINT_KEY is not base64url text of at least 16 bytes', {
        hint: 'make one with: openssl rand -base64 32 | tr +/ -_ | tr -d =',
      });
    }
    return { bytes, secrecy: 'secret' };
  }
  const bytes = salt === undefined ? undefined : decode(salt);
  return bytes === undefined ? DEFAULT_FINGERPRINT_KEY : { bytes, secrecy: 'public' };
}

function decode(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]+={0,2}$/.test(text)) return undefined;
  const bytes = new Uint8Array(Buffer.from(text, 'base64url'));
  return bytes.length >= 16 ? bytes : undefined;
}
