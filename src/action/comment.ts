import { listAt, numberAt, textAt, type GitHub } from '../github/index.ts';
import type { Runner } from './runner.ts';

/** GitHub takes 65,536 characters. */
export const MAX_COMMENT_BYTES = 60_000;

const MAX_PAGES = 30;

/** What our comment begins with, one for each category, so that jobs of a matrix keep apart. Nobody sees it. */
export function markOf(category: string): string {
  return `<!-- tokenwarden ${category.replaceAll(/[^\w./-]/g, '_')} -->`;
}

export type Commented = 'created' | 'updated' | 'same' | 'none';

/**
 * Keeps exactly one comment of ours on a pull request: it is changed, never repeated, and not made for good news alone. A person's comment that
 * begins as ours does is left alone. Throws `GitHubError`.
 */
export async function keepComment(github: GitHub, { repository, trigger }: Pick<Runner, 'repository' | 'trigger'>, { category, text, isNews }: { readonly category: string; readonly text: string; readonly isNews: boolean }): Promise<Commented> {
  const number = trigger.pullRequest?.number;
  if (number === undefined || number === 0) return 'none';
  const mark = markOf(category);
  const body = `${mark}\n${text}`;
  const ours: { readonly id: number; readonly body: string }[] = [];
  for await (const page of github.pages('issues/list-comments', { ...repository, issue_number: number }, MAX_PAGES)) {
    for (const comment of listAt({ page }, 'page')) {
      const id = numberAt(comment, 'id');
      const said = textAt(comment, 'body') ?? '';
      if (id !== undefined && said.startsWith(mark) && isTrusted(comment)) ours.push({ id, body: said });
    }
  }
  const [first, ...more] = ours;
  // Two runs at once may have made two.
  for (const { id } of more) await github.call('issues/delete-comment', { ...repository, comment_id: id });
  if (first === undefined) {
    if (!isNews) return 'none';
    await github.call('issues/create-comment', { ...repository, issue_number: number }, { body });
    return 'created';
  }
  if (first.body === body) return 'same';
  await github.call('issues/update-comment', { ...repository, comment_id: first.id }, { body });
  return 'updated';
}

/** A bot, or somebody who belongs to the repository (a token of theirs may be what we act with). What anybody else writes is no comment of ours. */
function isTrusted(comment: unknown): boolean {
  return textAt(comment, 'user', 'type') === 'Bot' || ['OWNER', 'MEMBER', 'COLLABORATOR'].includes(textAt(comment, 'author_association') ?? '');
}
