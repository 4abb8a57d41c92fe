import { TOKEN_CHARACTERS } from './byte-classes.ts';

/**
 * If `pattern` can only match from `anchor` on (after lookbehinds and `\b`), the least number of token characters
 * that then stand in a row, the anchor's own included; undefined when the anchor is not the head of every match.
 * Reads the small part of the regular expression language that telling prefixes are written in and stops, with
 * what it knows so far, at anything else.
 */
export function runAfterAnchor(pattern: string, flags: string, anchor: string): number | undefined {
  const fold = flags.includes('i');
  const same = (a: string, b: string): boolean => (fold ? a.toLowerCase() === b.toLowerCase() : a === b);
  const head = afterAssertions(pattern);
  if (head === undefined) return undefined;
  const body = pattern.slice(head);
  if (hasTopLevelAlternation(body)) return undefined;
  let at = 0;
  for (const character of anchor) {
    const literal = readLiteral(body, at);
    if (literal === undefined || !same(literal.character, character)) return undefined;
    at = literal.next;
    if (/^[?*{+]/.test(body.slice(at))) return undefined;
  }
  return anchorRun(anchor) === anchor.length ? anchor.length + runFrom(body, at) : 0;
}

function anchorRun(anchor: string): number {
  let run = 0;
  while (run < anchor.length && TOKEN_CHARACTERS.test(anchor[run] ?? '')) run += 1;
  return run;
}

/** Index behind leading `\b`, lookarounds and opening groups that capture; undefined if a group is quantified. */
function afterAssertions(pattern: string): number | undefined {
  let at = 0;
  for (;;) {
    if (pattern.startsWith('\\b', at) || pattern.startsWith('\\B', at)) at += 2;
    else if (/^\(\?<?[=!]/.test(pattern.slice(at))) at = closingOf(pattern, at) + 1;
    else {
      const group = /^\((?:\?:|\?<[A-Za-z]\w*>)?(?!\?)/.exec(pattern.slice(at));
      if (group === null) return at;
      const close = closingOf(pattern, at);
      if (/^[?*{+]/.test(pattern.slice(close + 1))) return undefined;
      if (hasTopLevelAlternation(pattern.slice(at + group[0].length, close))) return undefined;
      at += group[0].length;
    }
  }
}

/** Index of the parenthesis that closes the one at `open`. */
function closingOf(pattern: string, open: number): number {
  let depth = 0;
  for (let at = open; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === '\\') at += 1;
    else if (character === '[') at = classEnd(pattern, at);
    else if (character === '(') depth += 1;
    else if (character === ')' && --depth === 0) return at;
  }
  return pattern.length;
}

function classEnd(pattern: string, open: number): number {
  for (let at = open + 1; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1;
    else if (pattern[at] === ']') return at;
  }
  return pattern.length;
}

function hasTopLevelAlternation(body: string): boolean {
  let depth = 0;
  for (let at = 0; at < body.length; at += 1) {
    const character = body[at];
    if (character === '\\') at += 1;
    else if (character === '[') at = classEnd(body, at);
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === '|' && depth <= 0) return true;
  }
  return false;
}

function readLiteral(body: string, at: number): { readonly character: string; readonly next: number } | undefined {
  const character = body[at];
  if (character === undefined || '[](){}.*+?|^$'.includes(character)) return undefined;
  if (character !== '\\') return { character, next: at + 1 };
  const escaped = body[at + 1];
  return escaped === undefined || /[A-Za-z0-9]/.test(escaped) ? undefined : { character: escaped, next: at + 2 };
}

/** Least run of token characters from `at` on: literals and character classes with their lower bounds. */
function runFrom(body: string, at: number): number {
  let run = 0;
  for (;;) {
    if (body[at] === ')' && !/^[?*+{]/.test(body.slice(at + 1))) {
      at += 1;
      continue;
    }
    const element = readElement(body, at);
    if (element === undefined) return run;
    const bounds = /^(?:\{(\d+)(,?)(\d*)\}|([?*+]))\??/.exec(body.slice(element.next));
    const least = bounds === null ? 1 : bounds[1] !== undefined ? Number(bounds[1]) : bounds[4] === '+' ? 1 : 0;
    run += least;
    at = element.next + (bounds?.[0].length ?? 0);
  }
}

function readElement(body: string, at: number): { readonly next: number } | undefined {
  const literal = readLiteral(body, at);
  if (literal !== undefined) return TOKEN_CHARACTERS.test(literal.character) ? { next: literal.next } : undefined;
  if (body[at] === '\\' && /[dw]/.test(body[at + 1] ?? '')) return { next: at + 2 };
  if (body[at] !== '[' || body[at + 1] === '^') return undefined;
  const end = classEnd(body, at);
  return isTokenClass(body.slice(at, end + 1)) ? { next: end + 1 } : undefined;
}

/** Whether a character class holds token characters only. */
function isTokenClass(source: string): boolean {
  const expression = new RegExp(source);
  for (let byte = 0; byte < 256; byte += 1) {
    const character = String.fromCharCode(byte);
    if (expression.test(character) && !TOKEN_CHARACTERS.test(character)) return false;
  }
  return true;
}
