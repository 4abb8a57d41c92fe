import { personOf, tokenOwners } from '../policy/index.ts';
import type { CredentialOwner, Finding, Origin, Surroundings } from '../model/index.ts';

/** From the one who surely answers for it to the one who merely wrote the line. */
const ORDER: readonly CredentialOwner['from'][] = ['issuer', 'attestation', 'configuration', 'codeowners', 'author'];
const MOST_OWNERS = 10;

/** Everybody who answers for a credential, each once, and whoever wrote its line if nobody else is named. */
export function ownersOf({ credential, introspection }: Finding, surroundings: Surroundings | undefined): readonly CredentialOwner[] {
  const named: CredentialOwner[] = [
    ...tokenOwners({ credential, introspection, ...(surroundings === undefined ? {} : { surroundings }) }).map(({ name, from }) => ({ name, from })),
    ...(surroundings?.places ?? []).flatMap(({ owners }) => (owners === undefined || owners.from === 'nowhere' ? [] : owners.names.map((name) => ({ name, from: owners.from as 'codeowners' | 'configuration' })))),
  ];
  const known = named.length > 0 ? named : credential.occurrences.flatMap(({ origin }) => authorOf(origin)).map((name) => ({ name, from: 'author' as const }));
  const sorted = known.toSorted((a, b) => ORDER.indexOf(a.from) - ORDER.indexOf(b.from) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const people = new Set<string>();
  return sorted.filter(({ name }) => !people.has(personOf(name)) && people.add(personOf(name))).slice(0, MOST_OWNERS);
}

function authorOf(origin: Origin): readonly string[] {
  if (origin.kind === 'member') return authorOf(origin.archive);
  return origin.kind === 'commit' && origin.author !== undefined && origin.author !== '' ? [origin.author] : [];
}
