import type { ActiveFacts, OfflineFacts } from '../../model/index.ts';
import { instantSeen } from './time.ts';
import type { Told } from './told.ts';

/** A fact with its source: what the issuer said, or what the token itself says and nobody has confirmed. */
export interface FactView {
  readonly label: string;
  readonly value: string;
  readonly source: 'issuer' | 'token';
}

/** Issuer facts first; facts of the token itself only where the issuer said nothing of the kind. */
export function factsOf(finding: Told): readonly FactView[] {
  const { introspection, credential } = finding;
  const seen = introspection.at;
  const asked = introspection.status === 'active' ? activeFacts(introspection.facts, seen) : [];
  const labels = new Set(asked.map((fact) => fact.label));
  const own = credential.facts === undefined ? [] : offlineFacts(credential.facts, seen).filter((fact) => !labels.has(fact.label));
  const parts = credential.companions.map(({ name, secret }): FactView => ({ label: 'found with', value: `${name} ${secret.masked}`, source: 'token' }));
  return [...asked, ...own, ...parts];
}

function activeFacts(facts: ActiveFacts, seen: Date): readonly FactView[] {
  return list('issuer', [
    ['identity', facts.sub],
    ['client', facts.clientId],
    ['name', facts.name],
    ['scopes', scopes(facts.scopes)],
    ['created', date(facts.iat, seen)],
    ['expires', facts.exp === undefined ? 'the issuer does not say' : date(facts.exp, seen)],
    ['last used', date(facts.lastUsedAt, seen)],
    ['issuer id', facts.tokenId],
  ]);
}

function offlineFacts(facts: OfflineFacts, seen: Date): readonly FactView[] {
  return list('token', [
    ['identity', facts.subject],
    ['client', facts.clientId],
    ['scopes', scopes(facts.scopes)],
    ['created', date(facts.issuedAt, seen)],
    ['expires', date(facts.expiresAt, seen)],
    ['issued by', facts.issuerUrl],
    ['meant for', facts.audience?.join(', ')],
    ['algorithm', facts.algorithm],
    ['mode', facts.testMode === undefined ? undefined : facts.testMode ? 'test' : 'live'],
    ...Object.entries(facts.notes ?? {}),
  ]);
}

function list(source: FactView['source'], pairs: readonly (readonly [string, string | undefined])[]): readonly FactView[] {
  return pairs.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value, source }]));
}

function scopes(all: readonly string[] | undefined): string | undefined {
  return all === undefined ? undefined : all.length === 0 ? 'none' : all.join(', ');
}

function date(value: Date | 'never' | undefined, seen: Date): string | undefined {
  return value === undefined || value === 'never' ? value : instantSeen(value, seen);
}
