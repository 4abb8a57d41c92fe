import { createHash } from 'node:crypto';
import type { Credential, Store } from '../../model/index.ts';

/** Under what an answer is kept: who was asked, with whose credentials, about what. Fingerprints are keyed, so this tells nothing. */
export function answerId(credential: Credential, store: Store): string {
  const parts = [store.id, store.type, store.baseUrl.href, store.clientAuth?.method ?? '', credential.rule.id, credential.fingerprint, ...credential.companions.flatMap(({ name, secret }) => [name, secret.fingerprint])];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}
