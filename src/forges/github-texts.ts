import { fieldAt, GitHubError, listAt, numberAt, textAt, type Fields, type GitHub } from '../github/index.ts';
import type { ForgeGap, ForgeRepository, ForgeText, TextKind } from './forge.ts';

const MAX_PAGES = 1000;

interface TextList {
  readonly what: string;
  /** Asked for only where there are any of these. */
  readonly kinds: readonly TextKind[];
  readonly pages: () => AsyncGenerator<unknown>;
  readonly textOf: (found: Fields) => string;
}

/** What people wrote about a gist, or in a repository at GitHub: issues and pull requests with their comments, reviews, discussions, comments on commits, releases. */
export async function* githubTexts(api: GitHub, { name, webUrl, texts, textCounts }: ForgeRepository, gap: (gap: ForgeGap) => void): AsyncGenerator<ForgeText> {
  if (texts !== true) return;
  const [owner = '', repo = ''] = name.split('/');
  const at = { owner, repo };
  const pulls: number[] = [];
  const titled = (found: Fields): string => `${textAt(found, 'title') ?? textAt(found, 'name') ?? ''}\n\n${bodyOf(found)}`;
  const inOrder = { sort: 'created', direction: 'asc' };
  const gist = /^gist:([0-9a-f]+)$/.exec(name)?.[1];
  const lists: readonly TextList[] = gist !== undefined ? [{ what: 'comments', kinds: ['issues'], pages: () => api.pages('gists/list-comments', { gist_id: gist }, MAX_PAGES), textOf: bodyOf }] : [
    {
      what: 'issues and pull requests',
      kinds: ['issues', 'pulls'],
      pages: () => api.pages('issues/list-for-repo', { ...at, state: 'all', ...inOrder }, MAX_PAGES),
      textOf: (found) => {
        const number = numberAt(found, 'number');
        if (found['pull_request'] !== undefined && number !== undefined) pulls.push(number);
        return titled(found);
      },
    },
    { what: 'comments', kinds: ['issues', 'pulls'], pages: () => api.pages('issues/list-comments-for-repo', { ...at, ...inOrder }, MAX_PAGES), textOf: bodyOf },
    { what: 'comments of reviews', kinds: ['pulls'], pages: () => api.pages('pulls/list-review-comments-for-repo', { ...at, ...inOrder }, MAX_PAGES), textOf: bodyOf },
    { what: 'reviews', kinds: ['pulls'], pages: () => reviewsOf(api, at, pulls), textOf: bodyOf },
    { what: 'comments on commits', kinds: ['commits'], pages: () => api.pages('repos/list-commit-comments-for-repo', at, MAX_PAGES), textOf: bodyOf },
    { what: 'releases', kinds: ['releases'], pages: () => api.pages('repos/list-releases', at, MAX_PAGES), textOf: titled },
    { what: 'discussions', kinds: ['discussions'], pages: () => discussionsOf(api, at), textOf: titled },
  ];
  for (const { what, kinds, pages, textOf } of lists) {
    if (textCounts !== undefined && kinds.every((kind) => textCounts[kind] === 0)) continue;
    try {
      for await (const page of pages()) {
        for (const found of listAt(page)) {
          const text = textOf(found);
          if (text.trim() !== '') yield { url: textAt(found, 'html_url') ?? textAt(found, 'url') ?? `${webUrl} (${what})`, text };
        }
      }
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      // 410: the repository has no issues. That is an answer.
      if (error.trouble === 'gone' || error.trouble === 'disabled') continue;
      gap({ what: `${name}: ${what}`, reason: 'unreadable', detail: error.message });
    }
  }
}

function bodyOf(found: Fields): string {
  return textAt(found, 'body') ?? '';
}

async function* reviewsOf(api: GitHub, at: { readonly owner: string; readonly repo: string }, pulls: readonly number[]): AsyncGenerator<unknown> {
  for (const pull of pulls) yield* api.pages('pulls/list-reviews', { ...at, pull_number: pull }, MAX_PAGES);
}

const DISCUSSIONS = `query ($owner: String!, $repo: String!, $after: String) { repository(owner: $owner, name: $repo) { discussions(first: 20, after: $after) { pageInfo { hasNextPage endCursor }
  nodes { id url title body comments(first: 50) { pageInfo { hasNextPage endCursor } nodes { url body replies(first: 50) { totalCount nodes { url body } } } } } } } }`;
const COMMENTS = 'query ($id: ID!, $after: String) { node(id: $id) { ... on Discussion { comments(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes { url body replies(first: 50) { totalCount nodes { url body } } } } } } }';

/** Discussions with their comments and replies; only the GraphQL API has them. */
async function* discussionsOf(api: GitHub, { owner, repo }: { readonly owner: string; readonly repo: string }): AsyncGenerator<unknown> {
  const target = `${owner}/${repo}`;
  for (let after: string | undefined, page = 0; page < MAX_PAGES; page += 1) {
    const answer = await api.graphql(DISCUSSIONS, { owner, repo, after: after ?? null }, target);
    const list = fieldAt(answer, 'data', 'repository', 'discussions');
    if (list === undefined || list === null) throw new GitHubError('refused', 'graphql', `GitHub does not tell the discussions of ${target}`);
    for (const discussion of listAt(list, 'nodes')) {
      yield [discussion];
      yield* commentsOf(api, target, textAt(discussion, 'id') ?? '', discussion['comments']);
    }
    if (fieldAt(list, 'pageInfo', 'hasNextPage') !== true) return;
    after = textAt(list, 'pageInfo', 'endCursor');
  }
}

async function* commentsOf(api: GitHub, target: string, id: string, first: unknown): AsyncGenerator<unknown> {
  let list = first;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    for (const comment of listAt(list, 'nodes')) {
      yield [comment];
      yield listAt(comment, 'replies', 'nodes');
      const replies = numberAt(comment, 'replies', 'totalCount') ?? 0;
      if (replies > listAt(comment, 'replies', 'nodes').length) throw new GitHubError('refused', 'graphql', `a comment of a discussion of ${target} has ${replies} replies, of which 50 are read`);
    }
    if (fieldAt(list, 'pageInfo', 'hasNextPage') !== true) return;
    const answer = await api.graphql(COMMENTS, { id, after: textAt(list, 'pageInfo', 'endCursor') ?? null }, target);
    list = fieldAt(answer, 'data', 'node', 'comments');
    if (list === undefined || list === null) throw new GitHubError('refused', 'graphql', `GitHub does not tell the comments of a discussion of ${target}`);
  }
}
