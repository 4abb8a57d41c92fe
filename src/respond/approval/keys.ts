import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { WardenError } from '../../model/index.ts';

/** A key pair as it is kept: the private half as PKCS #8 PEM, the public one as policy lists it (SPKI DER, base64; RFC 8410). */
export interface KeyPair {
  readonly privatePem: string;
  readonly publicKey: string;
}

export function makeKeyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicKey: publicText(privateKey) };
}

/** A private key that can sign, and its public half. Never part of anything that is written. */
export interface SigningKey {
  readonly publicKey: string;
  readonly sign: (bytes: Uint8Array) => string;
}

/** Throws `KEY_INVALID`, without a piece of what stood there. */
export function readPrivateKey(pem: string): SigningKey {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw invalid('the key file holds no private key in PEM form');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw invalid(`the key is of type ${key.asymmetricKeyType ?? 'unknown'}, and approvals are signed with Ed25519`);
  return { publicKey: publicText(key), sign: (bytes) => sign(null, bytes, key).toString('base64') };
}

/** Whether the signature (base64) was made over the bytes by the holder of the key. What cannot be read is no signature. */
export function isSignedBy(publicKey: string, bytes: Uint8Array, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' && verify(null, bytes, key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

function publicText(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
}

function invalid(message: string): WardenError {
  return new WardenError('KEY_INVALID', message, { hint: '"tokenwarden plan keygen --out FILE" makes one' });
}
