import { Secret } from '../../model/index.ts';
import type { Credential } from '../../model/index.ts';
import { mapStrings } from '../plan/map-strings.ts';

/** Hides the secrets of a credential in what an issuer said: a hostile one may echo them, and results are shown and recorded. */
export function hiding(credential: Credential): <T>(said: T) => T {
  const redact = Secret.redactor([credential.secret, ...credential.companions.map(({ secret }) => secret)]);
  return (said) => mapStrings(said, redact);
}

/** What may be told of an error that a collaborator threw: never its message, which may repeat what it was given. */
export function nameOf(error: unknown): string {
  const { code, name } = (typeof error === 'object' && error !== null ? error : {}) as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'error';
}
