import { hash } from 'node:crypto';
import { COMMON_WORDS } from './common-words.ts';

/** Hash and its block size in bytes. */
const HASHES: Readonly<Record<string, readonly [name: string, block: number]>> = { HS256: ['sha256', 64], HS384: ['sha384', 128], HS512: ['sha512', 128] };

/** Whether tokens of this algorithm (`alg` of their header) can be tried. */
export function isTriable(algorithm: string): boolean {
  return Object.hasOwn(HASHES, algorithm);
}

/**
 * Whether the HMAC signature (RFC 7518 §3.2) of a compact JWS verifies under a word of the list; undefined where there is no such
 * signature. What stands before the header (an issuer's own prefix) is left out. Takes some milliseconds. Asks nobody: whoever
 * has the token can do the same. Which word it is, is said to nobody.
 */
export function isSignedByCommonKey(algorithm: string, token: string): boolean | undefined {
  const [name, block] = Object.hasOwn(HASHES, algorithm) ? (HASHES[algorithm] ?? []) : [];
  const [signingInput, signature] = /(eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/.exec(token)?.slice(1) ?? [];
  if (name === undefined || block === undefined || signingInput === undefined || signature === undefined) return undefined;
  const wanted = Buffer.from(signature, 'base64url');
  const input = Buffer.from(signingInput, 'latin1');
  return padsOf(name, block).some((one) => hmac(name, one, input).equals(wanted));
}

/** A word as HMAC uses it (RFC 2104 §2): mixed into a block before the text, and into another before the first hash. */
interface Pads {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

const pads = new Map<string, readonly Pads[]>();

/** Two plain hashes on prepared blocks take a fraction of the time of Node's own HMAC, which prepares a key object for each. */
function hmac(name: string, { inner, outer }: Pads, input: Buffer): Buffer {
  return hash(name, Buffer.concat([outer, hash(name, Buffer.concat([inner, input]), 'buffer')]), 'buffer');
}

function padsOf(name: string, block: number): readonly Pads[] {
  const old = pads.get(name);
  if (old !== undefined) return old;
  const made = COMMON_WORDS.map((word) => {
    const bytes = Buffer.from(word, 'utf8');
    const key = Buffer.alloc(block);
    (bytes.length > block ? hash(name, bytes, 'buffer') : bytes).copy(key);
    return { inner: Buffer.from(key.map((byte) => byte ^ 0x36)), outer: Buffer.from(key.map((byte) => byte ^ 0x5c)) };
  });
  pads.set(name, made);
  return made;
}
