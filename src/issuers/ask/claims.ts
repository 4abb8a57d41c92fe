import type { Claim, Credential, Store } from '../../model/index.ts';
import { readJwtClaims } from '../reading/jwt-claims.ts';
import { text } from '../reading/fields.ts';

/** Longer secrets are not tried against a configured pattern. */
const MAX_PATTERN_INPUT = 4_096;

/** How many parts of a claim hold, when all that are given do; 0 when one does not, or when none is given. */
export function strengthOf(claim: Claim, credential: Credential): number {
  const parts: readonly (boolean | undefined)[] = [
    claim.rule === undefined ? undefined : claim.rule === credential.rule.id,
    claim.jwtIssuer === undefined ? undefined : claim.jwtIssuer === issuerUrlOf(credential),
    claim.hintedHost === undefined ? undefined : credential.hosts.includes(claim.hintedHost.toLowerCase()),
    claim.pattern === undefined ? undefined : matchesWhole(claim.pattern, credential.secret.reveal()),
  ];
  const given = parts.filter((part) => part !== undefined);
  return given.every(Boolean) ? given.length : 0;
}

/** The store's strongest claim; 0 when it has none on this credential. */
export function claimOf(store: Store, credential: Credential): number {
  if (store.ownHosts !== undefined && !standsBesideOwn(store.ownHosts, credential.hosts)) return 0;
  return store.claims.reduce((best, claim) => Math.max(best, strengthOf(claim, credential)), 0);
}

/** A token beside a foreign host may belong to another instance of the same software; beside no host it is nobody else's. */
function standsBesideOwn(own: readonly string[], hosts: readonly string[]): boolean {
  return hosts.length === 0 || hosts.some((host) => own.some((name) => host === name || host.endsWith(`.${name}`)));
}

function issuerUrlOf(credential: Credential): string | undefined {
  return credential.facts?.issuerUrl ?? text(readJwtClaims(credential.secret.reveal())?.['iss']);
}

/** Whether a claim fails by nothing but its pattern, and that fits a part of the token: people forget that it is over the whole. */
export function fitsPartOnly({ pattern, ...others }: Claim, credential: Credential): boolean {
  const secret = credential.secret.reveal();
  if (pattern === undefined || secret.length > MAX_PATTERN_INPUT || matchesWhole(pattern, secret) || !new RegExp(pattern).test(secret)) return false;
  return Object.keys(others).length === 0 || strengthOf(others, credential) > 0;
}

function matchesWhole(pattern: string, secret: string): boolean {
  return secret.length <= MAX_PATTERN_INPUT && new RegExp(`^(?:${pattern})$`).test(secret);
}
