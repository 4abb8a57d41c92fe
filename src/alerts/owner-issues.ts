import { createHash } from 'node:crypto';
import { printable } from '../lib/printable.ts';
import type { CredentialOwner, OrganizationFinding, OrganizationReport, RepositoryLine } from '../model/index.ts';

/** What one owner is told in one repository. */
export interface IssueWanted {
  readonly repository: Pick<RepositoryLine, 'name' | 'id'>;
  /** Empty: nobody is known. */
  readonly owner: string;
  readonly title: string;
  /** Ends in a mark by which the issue is found again. */
  readonly body: string;
  readonly mark: string;
  readonly credentials: number;
}

const MOST_LISTED = 50;
const MOST_CHARACTERS = 160;

/**
 * One issue for each owner in each repository that is not public, about the credentials there that are to be acted on. No secret, no mask of one, and nothing that
 * changes from night to night while the credentials do not.
 */
export function issuesFor({ findings, repositories }: Pick<OrganizationReport, 'findings' | 'repositories'>): readonly IssueWanted[] {
  const lines = new Map(repositories.map((line) => [line.name, line]));
  const groups = new Map<string, { readonly line: RepositoryLine; readonly owner: CredentialOwner | undefined; readonly items: { readonly finding: OrganizationFinding; readonly place: string; readonly places: number }[] }>();
  for (const finding of findings) {
    if (!finding.failing || finding.waived) continue;
    for (const { name, place, places } of finding.repositories) {
      // A wiki has no issues of its own; a gist has none at all.
      const line = lines.get(name.replace(/\.wiki$/, ''));
      if (line === undefined || line.visibility === 'public' || line.isArchived || !line.name.includes('/')) continue;
      for (const owner of answering(finding)) {
        const key = markOf(line, owner?.name ?? '');
        const group = groups.get(key) ?? { line, owner, items: [] };
        group.items.push({ finding, place: name === line.name ? place : `its wiki, ${place}`, places });
        groups.set(key, group);
      }
    }
  }
  return [...groups].map(([mark, { line, owner, items }]): IssueWanted => ({
    repository: { name: line.name, ...(line.id === undefined ? {} : { id: line.id }) },
    owner: owner?.name ?? '',
    title: `Credentials to act on${owner === undefined ? '' : `, for ${short(owner.name).replaceAll('@', '')}`}`,
    body: [
      opening(owner),
      '',
      ...items.slice(0, MOST_LISTED).map(({ finding, place, places }) => `- ${code(finding.ruleName)} at ${code(place)}${places > 1 ? ` and at ${places - 1} more` : ''}: ${finding.severity}, ${STATUS[finding.status]}${finding.violations.length === 0 ? '' : `, breaks ${finding.violations.map(code).join(', ')}`} (finding ${code(finding.id.slice(0, 12))})`),
      ...(items.length > MOST_LISTED ? [`- and ${items.length - MOST_LISTED} more, which the report of the organisation lists`] : []),
      '',
      'What to do: revoke each at its issuer first, since whoever has read this repository has it; then put its successor where it cannot be read. Removing it from the files is not enough. One that may stay is accepted by whoever looks after the organisation\'s report (`tokenwarden triage`), with an owner, a reason and a day on which that ends.',
      '',
      'This issue is kept by tokenwarden: it is updated when that changes, and closed when nothing is left.',
      mark,
    ].join('\n'),
    mark,
    credentials: items.length,
  }));
}

/** By the forge's number of the repository, which stays when its name changes. */
export function markOf({ name, id }: Pick<RepositoryLine, 'name' | 'id'>, owner: string): string {
  return `<!-- tokenwarden:owner:${createHash('sha256').update(JSON.stringify([id ?? name, owner])).digest('hex').slice(0, 32)} -->`;
}

const SAYS: Readonly<Record<CredentialOwner['from'], string>> = {
  issuer: 'its issuer says',
  attestation: 'somebody has confirmed',
  configuration: 'the configuration says',
  codeowners: 'CODEOWNERS says',
  author: '',
};

/** Who wrote a line need not answer for it. */
function opening(owner: CredentialOwner | undefined): string {
  if (owner === undefined) return 'Nobody is known to answer for these credentials, which lie in this repository.';
  if (owner.from === 'author') return `${named(owner)} committed these credentials, which lie in this repository; nobody is named who answers for them.`;
  return `${named(owner)} answers for these credentials, which lie in this repository, as ${SAYS[owner.from]}.`;
}

const STATUS: Readonly<Record<OrganizationFinding['status'], string>> = { active: 'alive', inactive: 'dead', unknown: 'its issuer did not say whether it lives', notAttempted: 'nobody was asked whether it lives' };

/** Those that the surest source names; else nobody, once. */
function answering({ owners = [] }: OrganizationFinding): readonly (CredentialOwner | undefined)[] {
  const surest = owners.filter(({ from }) => from === owners[0]?.from);
  return surest.length === 0 ? [undefined] : surest;
}

/** Only names from our own configuration call somebody: others come from strangers. */
function named({ name, from }: CredentialOwner): string {
  return from === 'configuration' && /^@[A-Za-z0-9][A-Za-z0-9-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/.test(name) ? name : code(name);
}

/** Nothing in it is read as markup, a link or the name of a person. */
function code(text: string): string {
  return `\`${short(text).replaceAll('`', "'").replaceAll('|', '/')}\``;
}

function short(text: string): string {
  const shown = printable(text).trim();
  return shown.length > MOST_CHARACTERS ? `${shown.slice(0, MOST_CHARACTERS)}…` : shown === '' ? '(nothing)' : shown;
}
