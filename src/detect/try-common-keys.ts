import type { Credential } from '../model/index.ts';
import { isSignedByCommonKey, isTriable } from '../rules/encoding/common-keys.ts';

/** A repository may be full of signed tokens, and each takes milliseconds: what comes after so many is not tried, and says so by saying nothing. */
const MAX_TRIED = 2000;

/**
 * Credentials with the fact whether their HMAC signature verifies under a common word. `tokens` are the plaintexts of those that
 * name an algorithm, by fingerprint. Here and not where they are found, so that each is tried once, and the same ones in every run.
 */
export function tryCommonKeys(credentials: readonly Credential[], tokens: ReadonlyMap<string, string>): readonly Credential[] {
  let tried = 0;
  return credentials.map((credential) => {
    const { facts, fingerprint } = credential;
    const token = tokens.get(fingerprint);
    if (facts?.algorithm === undefined || token === undefined || !isTriable(facts.algorithm) || tried >= MAX_TRIED) return credential;
    tried += 1;
    const commonKey = isSignedByCommonKey(facts.algorithm, token);
    return commonKey === undefined ? credential : { ...credential, facts: { ...facts, commonKey } };
  });
}
