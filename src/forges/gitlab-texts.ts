import { createHash } from 'node:crypto';
import { fieldAt, listAt, numberAt, textAt, type Fields } from '../github/index.ts';
import type { ForgeGap, ForgeRepository, ForgeText } from './forge.ts';
import { listedTexts, titled, type TextList } from './listed-texts.ts';
import { RestError, type Rest } from './rest.ts';

const PAGE = { per_page: 100 };
const NEWEST = { order_by: 'updated_at', sort: 'desc', per_page: 1 };

/** Issues, merge requests and releases: how many, and which changed last and when. A note changes what it belongs to. */
export async function gitlabTextsStamp(api: Rest, { id, without = [] }: ForgeRepository): Promise<string | undefined> {
  try {
    const told: unknown[] = [];
    for (const [part, path, query] of [['issues', 'issues', { scope: 'all' }], ['pulls', 'merge_requests', { scope: 'all' }], ['releases', 'releases', {}]] as const) {
      if (without.includes(part)) continue;
      const { value, headers } = await api.get(['projects', id, path], { ...NEWEST, ...(part === 'releases' ? { order_by: 'released_at' } : {}), ...query });
      const [first] = listAt(value);
      if (headers['x-total'] === undefined) return undefined;
      told.push([part, headers['x-total'], numberAt(first, 'iid') ?? textAt(first, 'tag_name'), textAt(first, 'updated_at') ?? [textAt(first, 'released_at'), textAt(first, 'description'), fieldAt(first, 'assets', 'links')]]);
    }
    return createHash('sha256').update(JSON.stringify(told)).digest('hex');
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    return undefined;
  }
}

/** Issues and merge requests with their notes (those on lines of code among them), and releases with names and addresses of their files. */
export async function* gitlabTexts(api: Rest, repository: ForgeRepository, gap: (gap: ForgeGap) => void): AsyncGenerator<ForgeText> {
  const { id, texts } = repository;
  if (texts !== true) return;
  const at = ['projects', id];
  const urlOf = (found: Fields): string | undefined => textAt(found, 'web_url') ?? textAt(found, '_links', 'self');
  yield* listedTexts(repository, [
    ...withNotes(api, at, 'issues', 'issues', 'issues'),
    ...withNotes(api, at, 'merge_requests', 'pulls', 'merge requests'),
    {
      what: 'releases',
      parts: ['releases'],
      pages: () => api.pages([...at, 'releases'], PAGE),
      textOf: (found) => [titled(found), ...listAt(found, 'assets', 'links').map((link) => `${textAt(link, 'name') ?? ''} ${textAt(link, 'url') ?? ''}`)].join('\n'),
      urlOf,
    },
  ], gap);
}

function withNotes(api: Rest, at: readonly string[], kind: 'issues' | 'merge_requests', part: 'issues' | 'pulls', words: string): readonly TextList[] {
  const noted: { readonly iid: number; readonly url: string }[] = [];
  return [
    {
      what: words,
      parts: [part],
      pages: () => api.pages([...at, kind], { ...PAGE, scope: 'all', order_by: 'created_at', sort: 'asc' }),
      textOf: titled,
      urlOf: (found) => textAt(found, 'web_url'),
      each(found) {
        const iid = numberAt(found, 'iid');
        // A review's notes count, too. Where the number is missing, all are asked for.
        if (iid !== undefined && (numberAt(found, 'user_notes_count') ?? 1) > 0) noted.push({ iid, url: textAt(found, 'web_url') ?? '' });
      },
    },
    {
      what: `notes of ${words}`,
      parts: [part],
      pages: async function* () {
        for (const { iid, url } of noted) {
          for await (const page of api.pages([...at, kind, iid, 'notes'], { ...PAGE, order_by: 'created_at', sort: 'asc' })) yield listAt(page).filter((note) => fieldAt(note, 'system') !== true).map((note) => ({ ...note, web_url: `${url}#note_${numberAt(note, 'id') ?? 0}` }));
        }
      },
      textOf: (found) => textAt(found, 'body') ?? '',
      urlOf: (found) => textAt(found, 'web_url'),
    },
  ];
}
