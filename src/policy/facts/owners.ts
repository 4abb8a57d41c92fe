import type { Ground, PolicyRecord } from '../../model/index.ts';
import { ownerOf } from './sourced.ts';

/** Somebody who answers for the token itself, and who says so. */
export interface TokenOwner {
  readonly name: string;
  /** `according to company-sso`, `tokens[2] declares`. */
  readonly words: string;
  readonly from: 'issuer' | 'configuration' | 'attestation';
  readonly ground: Ground;
}

/** Everybody who is named for the token, wherever it lies: by its issuer, by `tokens:`, by its own word. */
export function tokenOwners(record: PolicyRecord): readonly TokenOwner[] {
  const { introspection, surroundings } = record;
  const { declaration, attestation } = surroundings ?? {};
  const owners: TokenOwner[] = [];
  const said = introspection.status === 'active' ? ownerOf(record, introspection.facts) : undefined;
  if (said !== undefined) owners.push({ name: said.value, words: said.source, from: 'issuer', ground: { fact: 'owner', value: said.value, by: 'issuer', source: said.who } });
  if (typeof declaration === 'object') owners.push({ name: declaration.owner, words: `as ${declaration.place} declares`, from: 'configuration', ground: { fact: 'owner', value: declaration.owner, by: 'configuration', source: declaration.place } });
  if (typeof attestation === 'object') owners.push({ name: attestation.owner, words: 'who confirmed it', from: 'attestation', ground: { fact: 'owner', value: attestation.owner, by: 'owner', source: `attested by ${attestation.by}` } });
  return owners;
}

/** `@Ana`, `ana` and `ANA` are one person: CODEOWNERS writes names with an at sign, and mail addresses have no case. */
export function personOf(name: string): string {
  return name.trim().replace(/^@/, '').toLowerCase();
}
