import type { ActiveFacts, Introspection } from '../../model/index.ts';

/** What a plan promises about the token, and what must still be so when it is applied. */
export interface TokenIdentity {
  readonly identity?: string;
  /** Sorted, without repetitions. */
  readonly scopes?: readonly string[];
  readonly tokenId?: string;
}

export function identityOf(facts: ActiveFacts): TokenIdentity {
  const identity = facts.sub ?? facts.clientId ?? facts.name;
  return {
    ...(identity === undefined ? {} : { identity }),
    ...(facts.scopes === undefined ? {} : { scopes: [...new Set(facts.scopes)].sort() }),
    ...(facts.tokenId === undefined ? {} : { tokenId: facts.tokenId }),
  };
}

/** Where the plan was to be carried out, and for whom. */
export interface Promised extends TokenIdentity {
  readonly store: string;
  readonly host: string;
}

/** With which loss of scopes a token is still the planned one: any, or any but of those that are to stay. */
export type FewerScopes = 'any' | { readonly keep: readonly string[] };

function mayBe(today: readonly string[] | undefined, planned: readonly string[], fewer: FewerScopes | undefined): boolean {
  if (today === undefined || fewer === undefined || !today.every((scope) => planned.includes(scope))) return false;
  return fewer === 'any' || fewer.keep.every((scope) => today.includes(scope));
}

/**
 * What differs between the plan and what the issuer says now; undefined if nothing does. What the plan did not know may have
 * become known; what it knew must still be said.
 */
export function changeSince(promised: Promised, now: Introspection & { readonly status: 'active' }, fewer?: FewerScopes): string | undefined {
  if (now.store !== undefined && now.store !== promised.store) return `the token is asked about at store ${now.store} now, and was at ${promised.store}`;
  if (now.host !== undefined && now.host !== promised.host) return `the token is asked about at ${now.host} now, and was at ${promised.host}`;
  const today = identityOf(now.facts);
  if (promised.identity !== undefined && today.identity !== promised.identity) return `the token acts as ${today.identity ?? 'nobody the issuer names'} now, and acted as ${promised.identity}`;
  if (promised.tokenId !== undefined && today.tokenId !== promised.tokenId) return `the issuer calls the token ${today.tokenId ?? 'nothing'} now, and called it ${promised.tokenId}`;
  if (promised.scopes !== undefined && today.scopes?.join('\n') !== [...promised.scopes].sort().join('\n') && !mayBe(today.scopes, promised.scopes, fewer)) {
    return `the scopes of the token are ${today.scopes?.join(', ') ?? 'not said'} now, and were ${promised.scopes.join(', ')}`;
  }
  return undefined;
}
