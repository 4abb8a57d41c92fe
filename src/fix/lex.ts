/** A way to write a string. */
export interface StringKind {
  /** Sticky; with prefixes. */
  readonly open: RegExp;
  /** Absent: what the open quote's first group captured. */
  readonly close?: string;
  /** A backslash takes the next character along. */
  readonly escape: boolean;
  /** A doubled close is the character itself. */
  readonly doubled?: boolean;
  readonly multiline: boolean;
  /** What begins an expression in it, that ends with a brace. */
  readonly expression?: string;
}

export interface Syntax {
  readonly lineComments: readonly string[];
  readonly blockComments: readonly (readonly [open: string, close: string])[];
  readonly strings: readonly StringKind[];
  /** Sticky; its last group is the word that ends the text. */
  readonly heredoc?: RegExp;
  /** Slashes may be regular expressions. */
  readonly regex?: boolean;
  /** Sticky: things that look like the beginning of a string and are none. */
  readonly skip?: RegExp;
}

export interface Token {
  readonly kind: 'string' | 'comment' | 'heredoc';
  readonly start: number;
  readonly end: number;
  /** Of a string: its quotes, prefix included. */
  readonly open: string;
  readonly close: string;
  /** Of a string: whether expressions can stand in it. */
  readonly expression?: string;
}

/** A bracket that is open at some place. */
export interface Bracket {
  readonly at: number;
  readonly character: string;
}

export interface Lexed {
  readonly tokens: readonly Token[];
  /** Brackets outside strings and comments, in order. */
  readonly brackets: readonly Bracket[];
  /** Offsets of quotes that nothing closes on their line. */
  readonly strays: readonly number[];
}

/** Expressions in strings in expressions: more is an attack on the stack. */
const MAX_NESTING = 40;

/**
 * Strings and comments of a source text. Undefined where one of them never ends: then the text was not understood, and
 * nothing of it may be trusted.
 */
export function lex(text: string, syntax: Syntax, from = 0): Lexed | undefined {
  const tokens: Token[] = [];
  const brackets: Bracket[] = [];
  const strays: number[] = [];
  const pending: string[] = [];
  let nesting = 0;

  /** Code until the closing brace of an expression, or the end of the text. */
  const code = (start: number, inExpression: boolean): number => {
    let at = start;
    let depth = 0;
    while (at < text.length) {
      const character = text.charAt(at);
      if (character === '\n' && pending.length > 0) {
        const word = pending.shift() as string;
        const body = new RegExp(`^[ \\t]*${word}\\b`, 'gm');
        body.lastIndex = at + 1;
        const end = body.exec(text);
        if (end === null) return -1;
        tokens.push({ kind: 'heredoc', start: at + 1, end: end.index, open: '', close: '' });
        at = pending.length > 0 ? body.lastIndex - 1 : body.lastIndex;
        continue;
      }
      const skipped = sticky(syntax.skip, at);
      if (skipped !== undefined) {
        at += skipped[0].length;
        continue;
      }
      const comment = commentAt(at);
      if (comment !== undefined) {
        if (comment === -1) return -1;
        tokens.push({ kind: 'comment', start: at, end: comment, open: '', close: '' });
        at = comment;
        continue;
      }
      const heredoc = sticky(syntax.heredoc, at);
      if (heredoc !== undefined) {
        pending.push(heredoc.at(-1) ?? '');
        at += heredoc[0].length;
        continue;
      }
      const kind = syntax.strings.find(({ open }) => sticky(open, at) !== undefined);
      if (kind !== undefined) {
        const end = stringAt(kind, at);
        if (end === -1) return -1;
        if (end === undefined) strays.push(at);
        at = end ?? at + 1;
        continue;
      }
      if (syntax.regex === true && character === '/' && /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|void|delete|throw|new))\s*$/.test(text.slice(Math.max(0, at - 40), at))) {
        const regex = sticky(/\/(?:\\[^\n]|\[(?:\\[^\n]|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y, at);
        at += regex?.[0].length ?? 1;
        continue;
      }
      if ('([{'.includes(character)) brackets.push({ at, character });
      if (')]}'.includes(character)) {
        if (character === '}' && inExpression && depth === 0) return at;
        brackets.push({ at, character });
      }
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
      at += 1;
    }
    return inExpression ? -1 : at;
  };

  const sticky = (pattern: RegExp | undefined, at: number): RegExpExecArray | undefined => {
    if (pattern === undefined) return undefined;
    pattern.lastIndex = at;
    return pattern.exec(text) ?? undefined;
  };

  const commentAt = (at: number): number | undefined => {
    const block = syntax.blockComments.find(([open]) => text.startsWith(open, at));
    if (block !== undefined) {
      const end = text.indexOf(block[1], at + block[0].length);
      return end === -1 ? -1 : end + block[1].length;
    }
    if (!syntax.lineComments.some((open) => text.startsWith(open, at))) return undefined;
    const end = text.indexOf('\n', at);
    return end === -1 ? text.length : end;
  };

  /** Where the string ends; undefined: it does not on its line; -1: never. */
  const stringAt = (kind: StringKind, start: number): number | undefined => {
    const match = sticky(kind.open, start);
    if (match === undefined) return undefined;
    const close = kind.close ?? (match[1] as string);
    const inner: number = tokens.length;
    let at = start + match[0].length;
    while (at < text.length) {
      if (!kind.multiline && text.charAt(at) === '\n') break;
      if (kind.escape && text.charAt(at) === '\\') {
        at += text.startsWith('\\\r\n', at) ? 3 : 2;
      } else if (kind.expression !== undefined && text.startsWith(kind.expression, at)) {
        nesting += 1;
        const end = nesting > MAX_NESTING ? -1 : code(at + kind.expression.length, true);
        nesting -= 1;
        if (end === -1) return -1;
        at = end + 1;
      } else if (text.startsWith(close, at)) {
        if (kind.doubled === true && text.startsWith(close, at + close.length)) {
          at += close.length * 2;
          continue;
        }
        const end = at + close.length;
        tokens.push({ kind: 'string', start, end, open: match[0], close, ...(kind.expression === undefined ? {} : { expression: kind.expression }) });
        return end;
      } else {
        at += 1;
      }
    }
    if (kind.multiline) return -1;
    tokens.length = inner;
    return undefined;
  };

  return code(from, false) === -1 || pending.length > 0 ? undefined : { tokens, brackets, strays };
}

/** The smallest token around a place. */
export function tokenAround({ tokens }: Lexed, start: number, end: number): Token | undefined {
  return tokens.filter((token) => token.start <= start && end <= token.end).sort((a, b) => a.end - a.start - (b.end - b.start))[0];
}

/** Brackets that are open at an offset, the innermost first. */
export function openAt({ brackets }: Lexed, offset: number): readonly Bracket[] {
  const stack: Bracket[] = [];
  for (const bracket of brackets.toSorted((a, b) => a.at - b.at)) {
    if (bracket.at >= offset) break;
    if ('([{'.includes(bracket.character)) stack.push(bracket);
    else stack.pop();
  }
  return stack.reverse();
}
