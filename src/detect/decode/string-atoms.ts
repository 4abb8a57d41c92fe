/** A string in program text, and where each of its characters stands there. */
export interface Value {
  readonly text: string;
  readonly starts: readonly number[];
}

/** A string, or the name of one, in program text. Offsets are in that text. */
export interface Atom {
  readonly value: Value;
  readonly start: number;
  readonly end: number;
  /** How many strings it is made of. */
  readonly parts: number;
  /** It stands there without quotes. */
  readonly isBare?: true;
}

type ValueOf = (name: string) => Value | undefined;

/** A quote with what may stand before it, words of Ruby, a value given without quotes, a name with the marks around it. */
const BEGINNING = /R"\(|"""|'''|\\?["'`]|%[wW][[({]|(?<![\w.$])([$]?[A-Za-z_]\w*)([ \t]?:?\+?=[ \t]?)(?=[\w$%/+])(?!%[wW][[({])|[$%]?[({]?([A-Za-z_]\w*)[)}]?%?/g;
const LONGEST_LITERAL = 1024;
/** Names in it are read no more once a value is this long: each could be as long again. */
const LONGEST_VALUE = 4096;

/** The same without names. */
const BEGINNING_UNNAMED = new RegExp(BEGINNING.source.slice(0, BEGINNING.source.lastIndexOf('|')), 'g');

/** The first string at or behind `from`. `isNamed`: `valueOf` knows a name. */
export function nextAtom(source: string, from: number, valueOf: ValueOf, isNamed: boolean): Atom | undefined {
  const beginning = isNamed ? BEGINNING : BEGINNING_UNNAMED;
  beginning.lastIndex = from;
  // what stands right behind a quoted string, or right before the next one, belongs to a word of a shell
  if (from > 0 && /["'`]/.test(source[from - 1] as string)) {
    const [word = ''] = /^[\w./+~-]{2,}(?=["'`$\s]|$)/.exec(source.slice(from, from + 200)) ?? [];
    if (word !== '') return bare(source, from, from + word.length, valueOf);
  }
  for (let found = beginning.exec(source); found !== null; found = beginning.exec(source)) {
    const [mark, given, operator, name] = found;
    const at = found.index;
    if (given !== undefined && operator !== undefined) {
      const start = at + mark.length;
      const [word = ''] = /^(?:\$\(\w+\)|[^\s"'`;,()[\]])+(?![([,])/.exec(source.slice(start, start + LONGEST_LITERAL)) ?? [];
      // with blanks around the operator it is a value only where nothing follows, as in a makefile
      const isWhole = !operator.includes(' ') || /^\s*$/.test(source.slice(start + word.length).split('\n', 1)[0] ?? '');
      if (isWhole && /[\w}%)]$/.test(word) && valueOf(word) === undefined && /\w{3}/.test(word)) return bare(source, start, start + word.length, valueOf);
      beginning.lastIndex = start;
    } else if (name !== undefined) {
      const value = valueOf(name);
      if (value === undefined) beginning.lastIndex = at + Math.max(1, mark.indexOf(name) + name.length);
      else if (!/(?:strcat|append)[\s(]+$/i.test(source.slice(Math.max(0, at - 12), at + mark.indexOf(name))) && !/^\s*(?::=|\+=|\.=|<<|=(?!=)|:\s*\w+\s*=|\.(?:append|push|write|concat|add))/i.test(source.slice(at + mark.length, at + mark.length + 24))) return { value, start: at, end: at + mark.length, parts: 1 };
    } else {
      const literal = mark.startsWith('%') ? words(source, at, mark) : quoted(source, at, mark, valueOf);
      if (literal !== undefined) return literal;
      beginning.lastIndex = at + 1;
    }
  }
  return undefined;
}

/** `%w[a b]`, if its words are joined. */
function words(source: string, at: number, mark: string): Atom | undefined {
  const close = source.indexOf({ '[': ']', '(': ')', '{': '}' }[mark[2] as string] as string, at);
  if (close === -1 || close - at > LONGEST_LITERAL || !/^\.join(?!\(["'][^"'])/.test(source.slice(close + 1, close + 9))) return undefined;
  const all = [...source.slice(at + 3, close).matchAll(/\S+/g)];
  const starts = all.flatMap(({ 0: word, index }) => word.split('').map((_, n) => at + 3 + index + n));
  return { value: { text: all.map(([word]) => word).join(''), starts }, start: at, end: close + 1, parts: all.length };
}

/** The literal whose opening mark is at `at`: on one line, but for continued lines and marks of three. */
function quoted(source: string, at: number, mark: string, valueOf: ValueOf): Atom | undefined {
  const close = mark === 'R"(' ? ')"' : mark;
  const isLong = mark.length === 3;
  const from = at + mark.length;
  const limit = Math.min(source.length, from + LONGEST_LITERAL);
  for (let end = from; end < limit; end += 1) {
    if (source.startsWith(close, end)) return literal(source, at, from, end, end + close.length, valueOf);
    if (source[end] === '\\' && !isLong) end += source[end + 1] === '\r' ? 2 : 1;
    else if (source[end] === '\n' && !isLong && mark !== '`') return undefined;
  }
  return undefined;
}

/** A continued line inside a literal, an interpolation of a literal or of a name. */
const INSIDE = /\\\r?\n[ \t]*\\?|[$#]\{\s*(["'`])([^"'`{}\n]*)\1\s*\}|[$#]?\{[$]?(\w+)\}|\$\((\w+)\)|\\\((\w+)\)|\$(\w+)|%(\w+)%/g;

const NOTHING: Value = { text: '', starts: [] };

function literal(source: string, start: number, from: number, to: number, end: number, valueOf: ValueOf): Atom {
  let value = '';
  const starts: number[] = [];
  let parts = 1;
  const copy = (a: number, b: number): void => {
    value += source.slice(a, b);
    for (let at = a; at < b; at += 1) starts.push(at);
  };
  let last = from;
  const text = source.slice(from, to);
  for (const { 0: whole, 2: inner, 3: a, 4: b, 5: c, 6: d, 7: e, index } of text.matchAll(INSIDE)) {
    const name = a ?? b ?? c ?? d ?? e;
    const known = inner === undefined ? (name === undefined ? NOTHING : valueOf(name)) : { text: inner, starts: inner.split('').map((_, n) => from + index + whole.indexOf(inner) + n) };
    if (known === undefined || value.length > LONGEST_VALUE) continue;
    copy(last, from + index);
    value += known.text;
    for (const one of known.starts) starts.push(one);
    last = from + index + whole.length;
    parts += 1;
  }
  copy(last, to);
  return { value: { text: value, starts }, start, end, parts };
}

function bare(source: string, from: number, to: number, valueOf: ValueOf): Atom {
  return { ...literal(source, from, from, to, to, valueOf), isBare: true };
}
