import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

const KEY_BYTES = 32;

/** Curve25519 scalars are clamped (RFC 7748 §5) by `wg genkey`: three low bits off, the highest off, the one below it on. */
function isClamped(key: Buffer): boolean {
  return ((key[0] ?? 0) & 0x07) === 0 && ((key[KEY_BYTES - 1] ?? 0) & 0xc0) === 0x40;
}

export const validator: Validator = {
  id: 'wireguard-key',
  demands: 'Base64 of exactly 32 bytes that do not repeat. High confidence where they are a clamped Curve25519 scalar, as `wg genkey` writes them; a key of another tool stays medium.',
  judge: ({ value, groups }) => {
    const key = Buffer.from(value, 'base64');
    if (key.length !== KEY_BYTES || key.toString('base64') !== value) return { keep: false, features: { key: 'not 32 bytes' } };
    const reason = placeholderReason(value.slice(0, -1));
    if (reason !== undefined || new Set(key).size < 12) return { keep: false, features: { key: reason ?? 'repeats itself' } };
    if (groups['shared'] !== undefined) return { keep: true, features: { key: '32 random bytes' } };
    const clamped = isClamped(key);
    return { keep: true, confidence: clamped ? 'high' : 'medium', features: { key: clamped ? 'clamped Curve25519 scalar' : '32 bytes, not clamped' } };
  },
};
