import { fieldAt, listAt, numberAt, textAt, type Fields } from '../github/index.ts';
import type { ForgeGap, ForgeRepository, ForgeText } from './forge.ts';
import { listedTexts, titled } from './listed-texts.ts';
import type { Rest } from './rest.ts';

const PAGE = { limit: 50 };

/** Issues and pull requests with comments, reviews with theirs, and releases with the names of their files. */
export async function* giteaTexts(api: Rest, repository: ForgeRepository, gap: (gap: ForgeGap) => void): AsyncGenerator<ForgeText> {
  const { name, texts } = repository;
  if (texts !== true) return;
  const [owner = '', repo = ''] = name.split('/');
  const at = ['repos', owner, repo];
  const pulls: number[] = [];
  const reviewed: { readonly pull: number; readonly review: number }[] = [];
  const urlOf = (found: Fields): string | undefined => textAt(found, 'html_url');
  const bodyOf = (found: Fields): string => textAt(found, 'body') ?? '';
  yield* listedTexts(repository, [
    {
      what: 'issues and pull requests',
      parts: ['issues', 'pulls'],
      pages: () => api.pages([...at, 'issues'], { ...PAGE, state: 'all' }),
      textOf: (found) => [titled(found), ...listAt(found, 'assets').map((file) => textAt(file, 'name') ?? '')].join('\n'),
      urlOf,
      each(found) {
        const number = numberAt(found, 'number');
        if ((fieldAt(found, 'pull_request') ?? null) !== null && number !== undefined) pulls.push(number);
      },
    },
    { what: 'comments', parts: ['issues', 'pulls'], pages: () => api.pages([...at, 'issues', 'comments'], PAGE), textOf: bodyOf, urlOf },
    {
      what: 'reviews',
      parts: ['pulls'],
      pages: async function* () {
        for (const pull of pulls) {
          for await (const page of api.pages([...at, 'pulls', pull, 'reviews'], PAGE)) {
            for (const found of listAt(page)) {
              const review = numberAt(found, 'id');
              if (review !== undefined && (numberAt(found, 'comments_count') ?? 0) > 0) reviewed.push({ pull, review });
            }
            yield page;
          }
        }
      },
      textOf: bodyOf,
      urlOf,
    },
    {
      what: 'comments of reviews',
      parts: ['pulls'],
      pages: async function* () {
        for (const { pull, review } of reviewed) yield (await api.get([...at, 'pulls', pull, 'reviews', review, 'comments'])).value;
      },
      textOf: bodyOf,
      urlOf,
    },
    { what: 'releases', parts: ['releases'], pages: () => api.pages([...at, 'releases'], PAGE), textOf: (found) => [titled(found), ...listAt(found, 'assets').map((file) => textAt(file, 'name') ?? '')].join('\n'), urlOf },
  ], gap);
}
