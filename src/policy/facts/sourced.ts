import type { ActiveFacts, PolicyRecord } from '../../model/index.ts';
import { isInstant } from '../../lib/instant.ts';

/** A fact and who said it; evidence always names both. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

/**
 * The facts that lifetime checks need, of a token that its issuer calls active. What the issuer says comes first; where it
 * is silent the token's own claims count (the issuer has just honoured the token, so they are the issuer's words too).
 * Dates that are none (`Invalid Date` of a garbled answer) are as if not said.
 */
export function expiryOf(record: PolicyRecord, facts: ActiveFacts): Sourced<Date | 'never'> | undefined {
  return first<Date | 'never'>(record, instantOrNever(facts.exp), instantOrNever(record.credential.facts?.expiresAt));
}

export function issuedAtOf(record: PolicyRecord, facts: ActiveFacts): Sourced<Date> | undefined {
  return first(record, instant(facts.iat), instant(record.credential.facts?.issuedAt));
}

export function lastUseOf(record: PolicyRecord, facts: ActiveFacts): Sourced<Date | 'never'> | undefined {
  return first<Date | 'never'>(record, instantOrNever(facts.lastUsedAt), undefined);
}

/** Sorted, without repetitions. An empty list is a fact: the issuer said that the token may do nothing. */
export function scopesOf(record: PolicyRecord, facts: ActiveFacts): Sourced<readonly string[]> | undefined {
  const found = first(record, facts.scopes, record.credential.facts?.scopes);
  return found === undefined ? undefined : { ...found, value: [...new Set(found.value)].sort() };
}

function first<T>(record: PolicyRecord, fromIssuer: T | undefined, fromToken: T | undefined): Sourced<T> | undefined {
  if (fromIssuer !== undefined) return { value: fromIssuer, source: `according to ${issuerName(record)}` };
  return fromToken === undefined ? undefined : { value: fromToken, source: 'according to the claims in the token itself' };
}

function issuerName(record: PolicyRecord): string {
  const { store, host, method } = record.introspection;
  return store ?? host ?? method;
}

function instant(value: Date | undefined): Date | undefined {
  return isInstant(value) ? value : undefined;
}

function instantOrNever(value: Date | 'never' | undefined): Date | 'never' | undefined {
  return value === 'never' ? value : instant(value);
}
