import type { CredentialOwner, OrganizationFinding, OwnerLine } from '../model/index.ts';

const ORDER: readonly CredentialOwner['from'][] = ['issuer', 'attestation', 'configuration', 'codeowners', 'author'];
const MOST_OWNERS = 20;

/** The owners that several repositories name, by how sure each is; who wrote a line counts only where nobody else is named. */
export function joinOwners(a: readonly CredentialOwner[] = [], b: readonly CredentialOwner[] = []): readonly CredentialOwner[] {
  const sorted = [...a, ...b].sort((one, other) => ORDER.indexOf(one.from) - ORDER.indexOf(other.from) || (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
  const surest = sorted.some(({ from }) => from !== 'author') ? sorted.filter(({ from }) => from !== 'author') : sorted;
  const known = new Set<string>();
  return surest.filter(({ name }) => !known.has(name) && known.add(name)).slice(0, MOST_OWNERS);
}

/** Whom to talk to about a credential: those that the surest source names. Empty: nobody is known. */
export function answersFor({ owners = [] }: Pick<OrganizationFinding, 'owners'>): readonly string[] {
  return owners.filter(({ from }) => from === owners[0]?.from).map(({ name }) => name);
}

/** Findings by who answers for them, in their order; one with two owners stands with both. Those of nobody come last, under ''. */
export function groupByOwner(findings: readonly OrganizationFinding[]): ReadonlyMap<string, readonly OrganizationFinding[]> {
  const groups = new Map<string, OrganizationFinding[]>();
  for (const finding of findings) {
    const names = answersFor(finding);
    for (const name of names.length === 0 ? [''] : names) groups.set(name, [...(groups.get(name) ?? []), finding]);
  }
  return new Map([...groups].sort(([a, ofA], [b, ofB]) => Number(a === '') - Number(b === '') || failingOf(ofB) - failingOf(ofA) || ofB.length - ofA.length || (a < b ? -1 : 1)));
}

/** One line for each owner: most to do first. */
export function ownerLines(findings: readonly OrganizationFinding[]): readonly OwnerLine[] {
  return [...groupByOwner(findings)].map(([name, of]) => ({ name, credentials: of.length, failing: failingOf(of), active: of.filter(({ status }) => status === 'active').length }));
}

function failingOf(findings: readonly OrganizationFinding[]): number {
  return findings.filter(({ failing }) => failing).length;
}
