import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Secret, Store } from '../../model/index.ts';
import { ownSecrets } from './conversation.ts';

const FORMAT = 'twseal1';

/**
 * A secret as only who has our own credentials at the store can read it again (HKDF-SHA-256, AES-256-GCM, bound to store and
 * id). Whoever has those could have a new secret of the kind made anyway, so that the sealed text gives away nothing
 * more. Undefined where the store has no credentials of our own.
 */
export function seal(store: Store, id: string, secret: Secret): string | undefined {
  const key = keyOf(store, id);
  if (key === undefined) return undefined;
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(store, id));
  const body = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()]);
  return `${FORMAT}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
}

/** Undefined for what was sealed with other credentials, for another store or id, or was changed. */
export function openSealed(store: Store, id: string, sealed: string): string | undefined {
  const key = keyOf(store, id);
  const [format, text = ''] = sealed.trim().split('.');
  const bytes = Buffer.from(text, 'base64url');
  if (key === undefined || format !== FORMAT || bytes.length < 28) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(bound(store, id)).setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function keyOf(store: Store, id: string): Buffer | undefined {
  const [own] = ownSecrets(store.clientAuth);
  return own === undefined ? undefined : Buffer.from(hkdfSync('sha256', own.reveal(), Buffer.from(id, 'utf8'), `tokenwarden issue ${store.id}`, 32));
}

function bound(store: Store, id: string): Buffer {
  return Buffer.from(JSON.stringify([store.id, store.baseUrl.href, id]), 'utf8');
}
