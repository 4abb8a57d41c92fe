import type { ActiveFacts, Ground, PolicyRecord } from '../../model/index.ts';
import { clip } from '../../lib/columns.ts';
import { genuineUse } from '../../lib/own-use.ts';
import { formatInstant, isInstant } from '../../lib/instant.ts';

/** A fact and who said it; evidence always names both. */
export interface Sourced<T> {
  readonly value: T;
  /** `according to company-sso`. */
  readonly source: string;
  readonly by: Ground['by'];
  /** The source without the words around it. */
  readonly who: string;
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

/** Without our own questions, see `genuineUse`; a token that its issuer merely listed was not used by that. */
export function lastUseOf(record: PolicyRecord, facts: ActiveFacts): Sourced<Date | 'never'> | undefined {
  const said = instantOrNever(facts.lastUsedAt);
  if (said === undefined) return undefined;
  const isListed = record.credential.occurrences.length > 0 && record.credential.occurrences.every(({ origin }) => origin.kind === 'issuer');
  const genuine = isListed ? said : genuineUse(said, record.introspection.at, record.surroundings?.earlierUse);
  if (genuine === undefined) return undefined;
  const sourced = saidByIssuer(record, genuine);
  return genuine === said || (genuine instanceof Date && said instanceof Date && genuine.getTime() === said.getTime()) ? sourced : { ...sourced, source: `${sourced.source}, not counting our own question` };
}

/** Why `lastUseOf` knows nothing. */
export function unsaidUse(facts: ActiveFacts, what: string): string {
  return instantOrNever(facts.lastUsedAt) === undefined ? `nobody said ${what}` : `nobody said ${what}, apart from our own question`;
}

/** Sorted, without repetitions. An empty list is a fact: the issuer said that the token may do nothing. */
export function scopesOf(record: PolicyRecord, facts: ActiveFacts): Sourced<readonly string[]> | undefined {
  const found = first(record, facts.scopes, record.credential.facts?.scopes);
  return found === undefined ? undefined : { ...found, value: [...new Set(found.value)].sort() };
}

function first<T>(record: PolicyRecord, fromIssuer: T | undefined, fromToken: T | undefined): Sourced<T> | undefined {
  if (fromIssuer !== undefined) return saidByIssuer(record, fromIssuer);
  return fromToken === undefined ? undefined : { value: fromToken, source: 'according to the claims in the token itself', by: 'token', who: 'the claims in the token itself' };
}

export function saidByIssuer<T>(record: PolicyRecord, value: T): Sourced<T> {
  const who = issuerName(record);
  return { value, source: `according to ${who}`, by: 'issuer', who };
}

/** Who the issuer says answers for the token: its owner, else the identity it acts as. */
export function ownerOf(record: PolicyRecord, facts: ActiveFacts): Sourced<string> | undefined {
  const name = [facts.owner, facts.sub].find((one) => one !== undefined && one.trim() !== '');
  return name === undefined ? undefined : saidByIssuer(record, name);
}

/** A fact as `explain` shows it. */
export function ground(fact: string, said: Sourced<Date | 'never' | string | readonly string[]>): Ground {
  const { value, by, who } = said;
  const text = value instanceof Date ? formatInstant(value) : typeof value === 'string' ? value : value.length === 0 ? 'none' : listed(value);
  return { fact, value: text, by, source: who };
}

const SHOWN = 10;

/** Words for people: at most ten, each cut where it is long. */
export function listed(words: readonly string[]): string {
  const shown = words.slice(0, SHOWN).map((word) => clip(word, 80));
  return words.length > SHOWN ? `${shown.join(', ')} and ${words.length - SHOWN} more` : shown.join(', ');
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
