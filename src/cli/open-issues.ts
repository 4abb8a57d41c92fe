import { listAt, openGitHub, textAt, type GitHub } from '../github/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type WriteRecord } from '../model/index.ts';
import type { Rechecked } from '../respond/index.ts';
import { githubAccess } from './github-access.ts';
import type { Io } from './io.ts';

export interface IssueSetup {
  /** `OWNER/NAME`. */
  readonly repository: string;
  readonly io: Io;
  readonly ledger: WriteRecord;
}

/** One issue for each finding that still lives, never two for the same one: an open issue that carries its mark is left as it is. Returns the URLs of new ones. Throws `GITHUB_*`. */
export async function openIssues(living: readonly Rechecked[], { repository, io, ledger }: IssueSetup): Promise<readonly string[]> {
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? [];
  if (owner === undefined || repo === undefined) throw new WardenError('USAGE_WRONG_VALUE', '--open-issues takes OWNER/NAME');
  const github = await openGitHub(githubAccess(io));
  try {
    const known = await openMarks(github, owner, repo);
    const opened: string[] = [];
    for (const token of living) {
      if (known.has(mark(token))) continue;
      const { value } = await github.call('issues/create', { owner, repo }, { title: `A living token is exposed: ${token.rule} (${token.findingId.slice(0, 12)})`, body: bodyOf(token) });
      const url = textAt(value, 'html_url') ?? '';
      ledger('issue.opened', { finding: token.findingId, rule: token.rule, repository, url }, token.fingerprint);
      opened.push(url);
    }
    return opened;
  } finally {
    await github.close();
  }
}

async function openMarks(github: GitHub, owner: string, repo: string): Promise<ReadonlySet<string>> {
  const marks = new Set<string>();
  for await (const page of github.pages('issues/list-for-repo', { owner, repo, state: 'open', per_page: 100 })) {
    for (const issue of listAt(page)) {
      const [found] = /<!-- tokenwarden:finding:[0-9a-f]+ -->/.exec(textAt(issue, 'body') ?? '') ?? [];
      if (found !== undefined) marks.add(found);
    }
  }
  return marks;
}

function mark({ findingId }: Rechecked): string {
  return `<!-- tokenwarden:finding:${findingId} -->`;
}

/** Neither where the token lies nor what it may do: an issue may have more readers than the plan. */
function bodyOf(token: Rechecked): string {
  return [
    token.owners.length === 0 ? 'Nobody is named as its owner.' : `For ${token.owners.join(', ')}.`,
    '',
    `A \`${token.rule}\` that should be dead still lives, or nobody says that it is dead. Finding \`${token.findingId}\`, fingerprint \`${token.fingerprint}\`.`,
    '',
    `What to do: ${printable(token.steps)}`,
    ...token.references.map((url) => `- ${url}`),
    '',
    '`tokenwarden plan check PLAN --wait 1h` asks its issuer until it is dead.',
    mark(token),
  ].join('\n');
}
