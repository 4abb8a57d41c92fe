import type { Credential, Issuer, NotAttemptedWhy, Operation, Store, Subject } from '../../model/index.ts';
import { decoyOf } from './canaries.ts';
import { claimOf, fitsPartOnly } from './claims.ts';
import { located } from './locate.ts';

export interface NotAttempted {
  readonly why: NotAttemptedWhy;
  readonly detail: string;
}

export type Routed = { readonly store: Store; readonly issuer: Issuer } | { readonly notAttempted: NotAttempted };

export interface RouteOptions {
  readonly stores: readonly Store[];
  readonly issuers: readonly Issuer[];
  /** Store or module ids; empty: all. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly now: () => Date;
}

/** Clocks differ; a token is only called expired by its own bytes after this long. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Which store may be asked about a credential: the one with the strongest claim (most parts), configuration before
 * built-in, then the order of configuration. A denied store is not replaced by the next one: the token is still its own.
 * A decoy goes to none.
 */
export function routeTo(credential: Credential, options: RouteOptions): Routed {
  const decoy = decoyOf(credential);
  if (decoy !== undefined) return { notAttempted: { why: 'canary', detail: `${decoy}: using it would alert whoever planted it` } };
  const claimed = options.stores
    .map((store, index) => ({ store, strength: claimOf(store, credential), builtIn: store.source === 'built-in', index }))
    .filter(({ strength }) => strength > 0)
    .sort((a, b) => b.strength - a.strength || Number(a.builtIn) - Number(b.builtIn) || a.index - b.index);
  const store = claimed[0]?.store;
  if (store === undefined) return { notAttempted: whyUnclaimed(credential, options) };
  const ids = [store.id, store.type];
  if (ids.some((id) => options.deny.includes(id))) return { notAttempted: { why: 'denied', detail: `verify.deny names ${named(store, options.deny)}` } };
  if (options.allow.length > 0 && !ids.some((id) => options.allow.includes(id))) return { notAttempted: { why: 'not-allowed', detail: `verify.allow does not name ${store.id}` } };
  const issuer = options.issuers.find(({ id }) => id === store.type);
  if (issuer === undefined) return { notAttempted: { why: 'no-issuer', detail: `there is no issuer module "${store.type}"` } };
  return { store: located(store, issuer, credential), issuer };
}

/** Why a routed credential is not asked about all the same, from what is known without a request. */
export function whyNotAsked(credential: Credential, store: Store, issuer: Issuer, now: Date): NotAttempted | undefined {
  const expiresAt = credential.facts?.expiresAt;
  if (expiresAt instanceof Date && now.getTime() - expiresAt.getTime() > CLOCK_SKEW_MS) {
    return { why: 'expired-offline', detail: `the token's own bytes say that it expired at ${expiresAt.toISOString()}` };
  }
  const missing = credential.rule.companions.find(({ name, required }) => required && !credential.companions.some((companion) => companion.name === name));
  if (missing !== undefined) return { why: 'missing-companion', detail: `its other part (${missing.name}) was not found near it` };
  return impossibility(issuer.introspect, { ...credential, store }, issuer);
}

/** Whether an operation exists for this credential. */
export function impossibility(operation: Pick<Operation<unknown>, 'particular'> | undefined, subject: Subject, issuer: Issuer): NotAttempted | undefined {
  if (operation === undefined) return { why: 'no-introspection', detail: `${issuer.name} offers no such call` };
  return operation.particular?.(subject).impossible;
}

function whyUnclaimed(credential: Credential, { issuers, stores }: RouteOptions): NotAttempted {
  const missed = stores.find(({ claims }) => claims.some((claim) => fitsPartOnly(claim, credential)));
  const partly = missed === undefined ? '' : `; the claim pattern of store ${missed.id} matches only a part of it: patterns are over the whole token`;
  const able = issuers.find(({ kinds }) => kinds.includes(credential.rule.id));
  if (able === undefined) return { why: 'no-issuer', detail: `no configured store claims this credential${partly}` };
  const beside = credential.hosts.length === 0 ? '' : ` (it stands beside ${credential.hosts.slice(0, 3).join(', ')}, which scanned content may not choose)`;
  return { why: 'host-not-known', detail: `${able.name} exists on many hosts and nothing trusted names the right one${beside}: add a store of type ${able.id} to tokenwarden.yml${partly}` };
}

function named(store: Store, list: readonly string[]): string {
  return list.includes(store.id) ? store.id : store.type;
}
