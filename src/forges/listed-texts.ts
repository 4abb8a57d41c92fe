import { listAt, textAt, type Fields } from '../github/index.ts';
import type { ForgeGap, ForgeRepository, ForgeText, RepositoryPart } from './forge.ts';
import { RestError } from './rest.ts';

/** A kind of text, and where it is listed. */
export interface TextList {
  readonly what: string;
  /** Asked for unless all of these are switched off. */
  readonly parts: readonly RepositoryPart[];
  readonly pages: () => AsyncIterable<unknown>;
  readonly textOf: (found: Fields) => string;
  readonly urlOf: (found: Fields) => string | undefined;
  /** Given each one that is listed. */
  readonly each?: (found: Fields) => void;
}

/** All texts of the lists, one list after the other. What a repository has switched off is no gap; what cannot be read is. */
export async function* listedTexts({ name, without = [] }: ForgeRepository, lists: readonly TextList[], gap: (gap: ForgeGap) => void): AsyncGenerator<ForgeText> {
  for (const { what, parts, pages, textOf, urlOf, each } of lists) {
    if (parts.every((part) => without.includes(part))) continue;
    try {
      for await (const page of pages()) {
        for (const found of listAt(page)) {
          each?.(found);
          const text = textOf(found);
          if (text.trim() !== '') yield { url: urlOf(found) ?? `${name} (${what})`, text };
        }
      }
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      gap({ what: `${name}: ${what}`, reason: 'unreadable', detail: error.message });
      if (error.trouble === 'over') return;
    }
  }
}

/** Title and text, as most things have them. */
export function titled(found: Fields): string {
  return `${textAt(found, 'title') ?? textAt(found, 'name') ?? ''}\n\n${textAt(found, 'body') ?? textAt(found, 'description') ?? ''}`;
}
