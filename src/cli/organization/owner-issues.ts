import { createHash } from 'node:crypto';
import { issuesFor, type IssueWanted } from '../../alerts/index.ts';
import { fieldAt, GitHubError, listAt, numberAt, textAt, type Fields, type GitHub } from '../../github/index.ts';
import { printable } from '../../lib/printable.ts';
import type { OrganizationReport, OwnerIssue } from '../../model/index.ts';

export interface KeepIssues {
  /** Absent: the forge is not GitHub. */
  readonly github: GitHub | undefined;
  /** What the run before said of its issues: by it they are found again and closed. */
  readonly before: readonly OwnerIssue[];
  readonly dryRun: boolean;
  readonly say: (text: string) => void;
}

const MOST_PAGES = 10;

/**
 * Keeps one issue for each owner in each private repository: opened, updated when what it says has changed, closed when nothing is left and all of the repository was
 * seen. Whether the repository is private is asked again before each write. What GitHub refuses is told and changes nothing about the run.
 */
export async function keepOwnerIssues(report: OrganizationReport, { github, before, dryRun, say }: KeepIssues): Promise<readonly OwnerIssue[]> {
  const wanted = issuesFor(report);
  if (github === undefined) {
    if (wanted.length > 0) say('warning: issues for owners are kept at GitHub only; none was opened\n');
    return [];
  }
  const left = before.filter(({ mark, number, state }) => number !== undefined && state !== 'closed' && !wanted.some((one) => one.mark === mark));
  if (dryRun) {
    for (const one of wanted) say(`issue in ${printable(one.repository.name)} for ${one.owner === '' ? 'nobody known' : printable(one.owner)}, not written: ${one.credentials} credentials\n`);
    return [...wanted.map((one) => ({ ...lineOf(one), state: 'dry-run' as const })), ...left.map((one) => ({ ...one, state: 'left' as const }))];
  }
  const done: OwnerIssue[] = [];
  for (const one of wanted) {
    done.push(await told(lineOf(one), say, () => keep(github, one, before.find(({ mark, number }) => mark === one.mark && number !== undefined))));
  }
  for (const one of left) {
    const { why: _, ...known } = one;
    const name = nameNow(report, one);
    done.push(name !== undefined && isSettled(report, one) ? await told(known, say, () => close(github, { ...known, repository: name })) : { ...known, state: 'left' });
  }
  return done;
}

function lineOf({ repository, owner, mark, body }: IssueWanted): Omit<OwnerIssue, 'state'> {
  return { repository: repository.name, ...(repository.id === undefined ? {} : { repositoryId: repository.id }), owner, mark, digest: createHash('sha256').update(body).digest('hex') };
}

async function told(line: Omit<OwnerIssue, 'state'>, say: (text: string) => void, act: () => Promise<OwnerIssue>): Promise<OwnerIssue> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    say(`warning: the issue in ${printable(line.repository)} was not written: ${error.message}\n`);
    return { ...line, state: 'failed', why: error.message };
  }
}

async function keep(github: GitHub, wanted: IssueWanted, before: OwnerIssue | undefined): Promise<OwnerIssue> {
  const line = lineOf(wanted);
  const { owner, repo } = partsOf(line.repository);
  const known = before?.number ?? (await findMark(github, owner, repo, wanted.mark));
  if (known !== undefined && before?.digest === line.digest && before.state !== 'failed') return { ...line, number: known, state: 'unchanged' };
  if (!(await isPrivate(github, owner, repo))) return { ...line, ...(known === undefined ? {} : { number: known }), state: 'failed', why: 'the repository is not private any more' };
  if (known === undefined) {
    const { value } = await github.call('issues/create', { owner, repo }, { title: wanted.title, body: wanted.body, labels: ['tokenwarden'] });
    const number = numberAt(value, 'number');
    return { ...line, ...(number === undefined ? {} : { number }), state: 'opened' };
  }
  // It says something else than before, so that whoever closed it has not seen it.
  await github.call('issues/update', { owner, repo, issue_number: known }, { title: wanted.title, body: wanted.body, state: 'open' });
  return { ...line, number: known, state: 'updated' };
}

async function close(github: GitHub, issue: Omit<OwnerIssue, 'state'>): Promise<OwnerIssue> {
  const { owner, repo } = partsOf(issue.repository);
  // Closing says nothing but that nothing is left: it may be done where the world reads it, too.
  await github.call('issues/update', { owner, repo, issue_number: issue.number ?? 0 }, { state: 'closed', state_reason: 'completed' });
  return { ...issue, state: 'closed' };
}

/** The oldest one with the mark, which nobody could have known before it. */
async function findMark(github: GitHub, owner: string, repo: string, mark: string): Promise<number | undefined> {
  const numbers: number[] = [];
  const look = (issue: Fields): void => {
    const number = numberAt(issue, 'number');
    if (number !== undefined && fieldAt(issue, 'pull_request') === undefined && (textAt(issue, 'body') ?? '').trimEnd().endsWith(mark)) numbers.push(number);
  };
  for await (const page of github.pages('issues/list-for-repo', { owner, repo, state: 'all', labels: 'tokenwarden' }, MOST_PAGES)) listAt(page).forEach(look);
  if (numbers.length > 0) return Math.min(...numbers);
  // Where labels were not ours to give, among the newest.
  let pages = 0;
  for await (const page of github.pages('issues/list-for-repo', { owner, repo, state: 'all', sort: 'created', direction: 'desc' }, MOST_PAGES + 1)) {
    listAt(page).forEach(look);
    pages += 1;
    if (numbers.length > 0 || pages === MOST_PAGES) break;
  }
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}

async function isPrivate(github: GitHub, owner: string, repo: string): Promise<boolean> {
  const { value } = await github.call('repos/get', { owner, repo });
  return fieldAt(value, 'private') === true && textAt(value, 'visibility') !== 'public';
}

function nameNow({ repositories }: OrganizationReport, { repository, repositoryId }: OwnerIssue): string | undefined {
  return repositories.find(({ id, name }) => (repositoryId === undefined ? name === repository : id === repositoryId))?.name;
}

/** All of the repository was seen by a run that looked for the same, and nothing that lay there is left open for want of seeing it. */
function isSettled({ repositories, difference }: OrganizationReport, { repository, repositoryId }: OwnerIssue): boolean {
  const line = repositories.find(({ id, name }) => (repositoryId === undefined ? name === repository : id === repositoryId));
  if (line === undefined || !line.complete || line.reason === 'excluded' || line.isArchived || difference.otherSettings === true) return false;
  return !difference.unseen.some(({ repositories: names, repositoryIds = [] }) => names.includes(line.name) || (line.id !== undefined && repositoryIds.includes(line.id)));
}

function partsOf(name: string): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = name.split('/');
  return { owner, repo };
}
