import { clip } from '../../lib/columns.ts';
import { printable } from '../../lib/printable.ts';

/** Over it, code scanning rejects the file. */
export const MAX_TEXT = 1024;

/** Foreign text inside a message: made visible, braces doubled and link brackets parted, as SARIF 2.1.0 §3.11.5–6 gives both a meaning. */
export function quoted(text: string): string {
  return printable(text).replaceAll('{', '{{').replaceAll('}', '}}').replaceAll('](', '] (');
}

/** Sentences in order of weight, as many as fit; the first always stands, cut if it must. Never empty. */
export function fit(sentences: readonly string[], max = MAX_TEXT): string {
  const [first = '', ...rest] = sentences.filter((sentence) => sentence !== '');
  let text = clip(first === '' ? 'No text.' : first, max);
  for (const sentence of rest) {
    if (text.length + 1 + sentence.length <= max) text += ` ${sentence}`;
  }
  return text;
}

/** Ends with exactly one full stop, so that a viewer that shows the first sentence shows a whole one. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
