import type { Ask } from '../../model/index.ts';

/**
 * Whether the configuration says of this very credential that it is the store's, not only of its kind. Where anybody's credential
 * of a kind goes to one store, "not mine" is no proof of death.
 */
export function isNamedByClaims({ rule, store }: Pick<Ask, 'rule' | 'store'>): boolean {
  const claims = store.claims.filter((claim) => claim.rule === undefined || claim.rule === rule.id);
  return claims.length > 0 && claims.every(({ hintedHost, pattern }) => hintedHost !== undefined || pattern !== undefined);
}
