import type { DecodedText } from './encoded-text.ts';
import { nextAtom, type Atom, type Value } from './string-atoms.ts';

/**
 * What the strings that a stretch of program text puts together say: literals and names of literals that operators, calls and statements join
 * (`a + b`, `t += "b"`, `sb.append("b")`, `"${a}${b}"`, `["a", "b"].join("")`), one on a line behind the name it is given to. Reads every language a little
 * and none well: what comes of it still has to be a token. `text` is latin1, one character a byte.
 */
export function putTogether(text: string): DecodedText | undefined {
  const source = text.includes('\\n"') ? text.replace(NOTEBOOK_LINE, (line) => line.replace('"', ' ').replace(/\\n",?$/, (end) => ' '.repeat(end.length)).replace(/\\"([^"\\]*)\\"/g, ' "$1" ')) : text;
  const values = new Map<string, Text>();
  const whole: Text[] = [];
  let chain: Chain | undefined;
  const end = (): void => {
    if (chain === undefined) return;
    if (chain.name !== undefined && chain.text.text.length > 2) values.set(chain.name, chain.text);
    if (chain.parts > 1 && (!chain.isList || isJoined(source, chain))) whole.push(withoutBraces(chain.text));
    chain = undefined;
  };
  const valueOf = (name: string): Text | undefined => (chain?.name === name ? chain.text : values.get(name));
  const isNamed = (): boolean => values.size > 0 || chain?.name !== undefined;
  for (let atom = nextAtom(source, 0, valueOf, isNamed()); atom !== undefined; atom = nextAtom(source, atom.end, valueOf, isNamed())) {
    if (!LIKE_TOKEN.test(atom.value.text)) {
      end();
      continue;
    }
    const joint = chain === undefined ? undefined : jointOf(source.slice(chain.end, atom.start), chain.name, chain.isBare || isKey(source, atom));
    if (chain === undefined || joint === undefined || chain.text.text.length > LONGEST) {
      end();
      chain = begun(source, atom, values);
    } else {
      append(chain.text, atom);
      chain.parts += atom.parts;
      chain.end = atom.end;
      chain.isBare = atom.isBare === true;
      chain.isList ||= joint === 'list';
    }
  }
  end();
  return written(whole);
}

/**
 * Whether something that goes on is in sight of the piece at `at`: most pieces are words that stand in a list or name a setting, and to read the strings
 * around them all would cost as much as a tenth of the scan.
 */
export function mayGoOn(source: string, at: number): boolean {
  PIECE.lastIndex = at;
  PIECE.exec(source);
  const end = PIECE.lastIndex;
  const tail = source.slice(end, end + 32);
  if (/^[$#{%\\]/.test(tail) || /^["'`]\s*(?:[+.&^~*|<\\_@"'`$(}]|-f|%|R"|[\w$])/.test(tail) || /^["'`]\s*(?:#|\/\/)|^["'`]?\n\s*-/.test(tail)) return true;
  if (/^["'`]?\s*\)?\s*,|^\s[^\]\s]+\]/.test(tail)) return JOINED.test(source);
  return /^(?:["'`]?[)\]]{0,3}(?:;|\s|$|\s*\/\/|\s*#|\.)|["'`]\\)/.test(tail) && GOES_ON.test(source.slice(end));
}

const PIECE = /[\w./+=~-]*/y;
const JOINED = /join|concat|format|printf|implode|paste|\bstr\b|append|%\s*\(|-f\s/i;
const GOES_ON = /\+=|\.=|<<|append|push_str|write|concat|strcat|join|[$#]\{\w|["'}]?\{[$]?\w+\}|%\w+%|\$\(\w|\$\w|[\w$]\s{1,4}(?:\+|\.\.?|&|<>)\s{1,4}[\w$"']|\w\s"|\\n",\s*"\s*\\"/i;

const LONGEST = 4096;
/** Strings of which a token may be made, or formats of them. */
const LIKE_TOKEN = /^[\w./+=~%{}$#:-]*$/;
/** A line of program text as a notebook stores it: a string of a list. */
const NOTEBOOK_LINE = /^[ \t]*".{0,400}\\n",?$/gm;

interface Text extends Value {
  text: string;
  readonly starts: number[];
}

interface Chain {
  readonly text: Text;
  readonly name: string | undefined;
  readonly start: number;
  end: number;
  parts: number;
  isList: boolean;
  /** Its last string stands without quotes. */
  isBare: boolean;
}

const NAME_BEFORE = /([A-Za-z_]\w*)["'\]]?[ \t]*(?::(?!:)[^=\n"]{0,40})?(?::=|\?=|=|,|[ \t])[ \t]*(?:\(|(?:new )?[\w.:]{1,30}\(|[@$fFrRbBuUL]{1,2})?\s*$/;
const APPENDED_BEFORE = /([A-Za-z_]\w*)(?:[ \t]*(?:\+=|\.=|<<)[ \t]*|\.(?:append|push_str|write|writestring|concat|push|add)\([ \t]*)$/i;

/** A chain that begins with `atom`, with the value of the name it is appended to. */
function begun(source: string, atom: Atom, values: ReadonlyMap<string, Text>): Chain {
  const line = source.slice(Math.max(source.lastIndexOf('\n', atom.start - 1) + 1, atom.start - 64), atom.start);
  const appended = APPENDED_BEFORE.exec(line)?.[1];
  const known = appended === undefined ? undefined : values.get(appended);
  const text: Text = known === undefined ? { text: '', starts: [] } : { text: known.text, starts: [...known.starts] };
  append(text, atom);
  return { text, name: appended ?? NAME_BEFORE.exec(line)?.[1], start: atom.start, end: atom.end, parts: atom.parts + (known === undefined ? 0 : 1), isList: false, isBare: atom.isBare === true };
}

function append(text: Text, { value: { text: value, starts } }: Atom): void {
  if (/^(?:%[sv]|\{\d?\}|\s)*$/.test(value)) return;
  text.text += value;
  // a name may be appended to itself
  for (const start of [...starts]) text.starts.push(start);
}

const SIDE_BY_SIDE = /^[^\S\n]*\n?\s*(?:@|[A-Za-z]{1,2})?\(?$/;
const OPERATOR = /^[\s)]*(?:\+\+?|\.{1,2}|&&?|\|\||<>|<<|\^|~|\*|%|-f|\.\s?format|\\)[\s([]*(?:\\\s|_\s)?[\s([]*(?:@|\$|String\.raw|[A-Za-z]{0,2})\(?$/;
const LIST = /^[\s)]*(?:,|\n\s*-)[\s([{-]*[@$A-Za-z]{0,2}$/;
const STATEMENT = /^[\s)]*;?\s*(?:[$@]?([A-Za-z_][\w.]*)(?:\s*(?:\+=|\.=|<<)\s*|\.(?:append|push_str|write|writestring|concat|push|add)\(\s*)|\.(?:append|concat)\(\s*|(?:strcat|string\(append)[\s(]+([A-Za-z_]\w*)[\s,]+|[$]?([A-Za-z_]\w*)\s*=\s*[$]?\3\s*(?:\+|\.{1,2}|&|<>)\s*)[@$A-Za-z]{0,2}$/i;
const COMMENT = /\/\/[^\n]*|(?<=\s)#(?!define)[^\n]*|\/\*[^*]{0,200}\*\//g;

/** Whether a literal is the name of something, as in JSON. */
function isKey(source: string, { end }: Atom): boolean {
  return /^\s*[:=]/.test(source.slice(end, end + 8));
}

/** How what stands between two strings joins them; nothing does, but for blanks, where they cannot stand side by side. */
function jointOf(gap: string, name: string | undefined, areApart: boolean): 'operator' | 'list' | undefined {
  if (gap === '') return 'operator';
  if (gap.length > 240) return undefined;
  const bare = gap.replace(/\\n",?/g, ' ').replace(COMMENT, '');
  if (OPERATOR.test(bare) || (!areApart && SIDE_BY_SIDE.test(bare) && !/\n\s*\n/.test(bare))) return 'operator';
  if (LIST.test(bare)) return 'list';
  const statement = STATEMENT.exec(bare);
  if (statement === null) return undefined;
  const target = statement[1] ?? statement[2] ?? statement[3];
  return target === undefined || name === undefined || target === name ? 'operator' : undefined;
}

/** Whether a list's parts are made one: what does it stands right before the list or behind it. */
function isJoined(source: string, { start, end }: Chain): boolean {
  return JOINED.test(`${source.slice(Math.max(0, start - 48), start)} ${source.slice(Math.max(start, end - 4), end + 24)} ${source.slice(start, end).replace(/["'][^"']*["']/g, '')}`);
}

/** `"${"a"}b"` was read as three strings. */
function withoutBraces({ text, starts }: Text): Text {
  let kept = '';
  const places: number[] = [];
  const isBrace = (at: number): boolean => /[{}]/.test(text[at] ?? '') || (text[at] === '$' && text[at + 1] === '{');
  for (let at = 0; at < text.length; at += 1) {
    if (isBrace(at)) continue;
    kept += text[at];
    places.push(starts[at] as number);
  }
  return { text: kept, starts: places };
}

function written(whole: readonly Text[]): DecodedText | undefined {
  const long = whole.filter(({ text }) => text.length >= 12);
  if (long.length === 0) return undefined;
  const all = `${long.map(({ text }) => text).join('\n')}\n`;
  const starts: number[] = [];
  for (const text of long) starts.push(...text.starts, (text.starts.at(-1) ?? 0) + 1);
  return { bytes: Buffer.from(all, 'latin1'), sourceOf: (offset) => starts[offset] ?? (starts.at(-1) ?? 0) };
}
