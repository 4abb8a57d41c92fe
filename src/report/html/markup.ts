import { printable } from '../../lib/printable.ts';

/** Markup that is safe to put into a page. Only `html` and `raw` make it, so foreign text cannot pass for it. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[];

/** A template whose every hole is escaped (and made printable) unless it is `Markup` itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: texts.reduce((out, text, index) => out + written(parts[index - 1] ?? '') + text) };
}

/** Our own constant text: a style, a script, JSON that was made safe. Never for foreign text. */
export function raw(markup: string): Markup {
  return { markup };
}

function written(part: Part): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return printable(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}
