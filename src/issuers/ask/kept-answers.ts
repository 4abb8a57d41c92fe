import { createHash } from 'node:crypto';
import type { Credential, Introspection, Store } from '../../model/index.ts';

/** Answers of a short while ago, which `verify` may use instead of asking again. `ask` never does. */
export interface KeptAnswers {
  readonly get: (id: string) => Introspection | undefined;
  /** Told of every fresh answer; keeps those that are active or inactive. */
  readonly put: (id: string, answer: Introspection) => void;
}

/** Under what an answer is kept: who was asked, with whose credentials, about what. Fingerprints are keyed, so this tells nothing. */
export function answerId(credential: Credential, store: Store): string {
  const parts = [store.id, store.type, store.baseUrl.href, store.clientAuth?.method ?? '', credential.rule.id, credential.fingerprint, ...credential.companions.flatMap(({ name, secret }) => [name, secret.fingerprint])];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}
