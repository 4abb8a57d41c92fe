/** What the engine needs of a regular expression; a native one with flags `g` or `y` and `d` is one. */
export interface Expression {
  lastIndex: number;
  /** The next match from `lastIndex` on, with indices. */
  readonly exec: (text: string) => RegExpExecArray | null;
}

/** All matches of a global expression, from the start of the text. */
export function* allMatches(expression: Expression, text: string): Generator<RegExpExecArray> {
  expression.lastIndex = 0;
  for (;;) {
    const match = expression.exec(text);
    if (match === null) return;
    const next = expression.lastIndex;
    yield match;
    // Whoever looks at the match may have used the expression; an empty match must not be found twice.
    expression.lastIndex = match[0].length === 0 ? next + 1 : next;
  }
}
