import type { ClientAuth, NotAttemptedWhy, Secret, Store } from '../../model/index.ts';
import { basic, bearer } from './requests.ts';

/** Our own token at the store (`auth: { method: bearer }`). */
export function ownToken({ store }: { readonly store: Store }): Secret | undefined {
  return store.clientAuth?.method === 'bearer' ? store.clientAuth.token : undefined;
}

/** For `impossible` of an operation of our own: why a store without our own token cannot be asked. */
export function needsOwnToken(store: Store): string | undefined {
  return ownToken({ store }) === undefined ? `it needs a token of our own: give store "${store.id}" auth: { method: bearer, token-env: … }` : undefined;
}

/** The same for `particular`, of an operation on one credential. */
export function onlyWithOwnToken({ store }: { readonly store: Store }): { readonly impossible?: { readonly why: NotAttemptedWhy; readonly detail: string } } {
  const detail = needsOwnToken(store);
  return detail === undefined ? {} : { impossible: { why: 'no-client-credentials', detail } };
}

/** Our own name and password (`auth: { method: client_secret_basic }`, whose id is the user's name). */
export function ownPair({ store }: { readonly store: Store }): Extract<ClientAuth, { readonly clientId: string }> | undefined {
  const auth = store.clientAuth;
  return auth?.method === 'client_secret_basic' || auth?.method === 'client_secret_post' ? auth : undefined;
}

/** For `impossible`: why a store without our own name and password cannot be asked. `what` names them, `user name and password`. */
export function needsOwnPair(store: Store, what: string): string | undefined {
  return ownPair({ store }) === undefined ? `it needs our own ${what}: give store "${store.id}" auth: { method: client_secret_basic, client-id-env: …, client-secret-env: … }` : undefined;
}

/** `Authorization` of our own credentials; empty when there are none. The pair goes as plain Basic (RFC 7617). */
export function ownAuthorization({ store }: { readonly store: Store }): Readonly<Record<string, string>> {
  const [token, pair] = [ownToken({ store }), ownPair({ store })];
  if (token !== undefined) return bearer(token);
  return pair === undefined ? {} : basic(pair.clientId, pair.clientSecret.reveal());
}
