import { Document, isMap } from 'yaml';
import type { Imported } from './imported.ts';

/** The rules that were carried over as a file for `rules.files`, with what was not beside each. `title` says where they are from. */
export function writeImported({ rules, notes }: Imported, title: string): string {
  const carried = rules.filter(({ kind }) => kind !== undefined);
  const document = new Document({ issuer: 'imported', name: title, kinds: carried.map(({ kind }) => kind) });
  const kinds = document.get('kinds');
  for (const [index, { from, notes: own }] of carried.entries()) {
    const item = (kinds as { readonly items: readonly unknown[] }).items[index];
    if (isMap(item)) item.commentBefore = [` ${comment(from)}`, ...own.map(({ field, what }) => ` ${comment(`${field}: ${what}`)}`)].join('\n');
  }
  const lost = rules.filter(({ kind }) => kind === undefined).map(({ from, notes: own }) => ` ${comment(`${from} is not here: ${own.map(({ field, what }) => `${field}: ${what}`).join('; ')}`)}`);
  document.commentBefore = [
    ` ${comment(title)}. Written by "tokenwarden rules import"; name this file under rules.files in tokenwarden.yml.`,
    ...notes.map(({ field, what }) => ` ${comment(`${field}: ${what}`)}`),
    ...lost,
  ].join('\n');
  return document.toString({ lineWidth: 0 });
}

/** One line of printable text. */
function comment(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 400);
}
