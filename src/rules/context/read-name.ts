/** What stands between a word and a value, read from its end: the name that the value is given to. */
export interface ReadName {
  /** The name as written; for settings of two parts (`name: X` / `value: …`, `<key>X</key><string>`) the first part. */
  readonly name: string;
  /** Offset of the name in the text. */
  readonly start: number;
  /** How the value is given: an operator, an opening of a call, `blank`. */
  readonly by: 'assignment' | 'call' | 'list' | 'blank';
}

/** A name, closing marks, an operator with an optional type or a fallback before it, a scheme word, opening marks; at the end of the text. */
const GIVEN =
  /([\w$][\w$.-]{0,80})[\\"'`\])]{0,4}(?:<\/[a-z]{1,12}>)?\s{0,12}(?:(:\s{0,3}[A-Za-z][\w<>?.|]{0,24}\s{0,3}=|[:=?]{1,3}>?|\|\||>|<[a-z]{1,12}>|[({,]|\bis\b:?)\s{0,12}[>|]?\s{0,12}[\\"'`([{]{0,4}(?:(?:bearer|basic|token|apikey|key|apitoken)[ =:]{1,3})?)?[\\"'`([{]{0,4}$/i;
/** Names that only say that a value follows. */
const TRANSPARENT = /^(?:value|val|default|defaultvalue|string|content|data|stringvalue|v)$/i;

/** Undefined where no name is. `text` ends right before the value. */
export function readName(text: string): ReadName | undefined {
  const found = GIVEN.exec(text);
  const name = found?.[1];
  if (found === null || name === undefined) return undefined;
  if (TRANSPARENT.test(name)) {
    const outer = readName(text.slice(0, found.index).replace(/[\s<{(,-]+$/, ''));
    if (outer !== undefined) return { ...outer, by: 'assignment' };
  }
  const operator = found[2] ?? '';
  const by = operator === '' ? 'blank' : /^[({]$/.test(operator) ? 'call' : operator === ',' ? 'list' : 'assignment';
  return { name, start: found.index, by };
}
