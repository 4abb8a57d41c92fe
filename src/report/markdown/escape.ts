import { printable } from '../../lib/printable.ts';

/**
 * A short foreign text (a path, an identity) as a code span: nothing in it is markup, link, mention or HTML. The fence is longer
 * than any run of backticks inside (CommonMark §6.1). Pipes, which would end a table cell even in a code span, become visible escapes.
 */
export function code(text: string): string {
  const safe = printable(text).replaceAll('|', '\\u{7c}');
  if (safe.trim() === '') return safe === '' ? '' : '`␠`';
  const longest = Math.max(0, ...(safe.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = safe.startsWith('`') || safe.endsWith('`') || (safe.startsWith(' ') && safe.endsWith(' ')) ? ' ' : '';
  return fence + pad + safe + pad + fence;
}

/**
 * A sentence that may hold foreign words: HTML and markdown punctuation are neutralised, and mentions, references and bare
 * links are broken by an empty comment, because GitHub finds those in the rendered text.
 */
export function prose(text: string): string {
  return printable(text)
    .replace(/[&<>"]/g, (character) => ENTITY[character] ?? '')
    .replace(/[\\`*_{}[\]()~|!]/g, '\\$&')
    .replace(/@|#(?=\d)|:(?=\/\/)|(?<=\bwww)\./gi, `$&${BREAK}`)
    .replace(/^(\s*)([-+#]|\d+\.)/, '$1\\$2');
}

/** An address that we were given by a server of ours: shown as a link if it is a plain https one, else as text. */
export function link(url: string): string {
  return /^https:\/\/[\w.:-]+\/[\w./%~-]*$/.test(url) ? `<${url}>` : code(url);
}

/** Foreign text inside an HTML block of ours, where markdown is not read. */
export function html(text: string): string {
  return printable(text)
    .replace(/[&<>"]/g, (character) => ENTITY[character] ?? '')
    .replace(/@|#(?=\d)|:(?=\/\/)/g, `$&${BREAK}`);
}

const ENTITY: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const BREAK = '<!-- -->';
