import type { Read } from '../read/byte-source.ts';

/** Lines are looked at so many bytes at a time; a longer one is passed on in pieces. */
const BLOCK = 256 << 10;
const MAX_KEPT = 1 << 20;
/** A word may go on in so many lines of the next block. */
const LINES_AHEAD = 200;

/** What stands before a line: GitHub and Azure (`2026-…Z `), GitLab (the same with a stream, `00O `), Jenkins (`[2026-…Z] `). */
const STAMP = /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z (?:\d\d[OE][ +])?|\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z\] )/;
/** GitLab's sign that a line goes on where the one before it was cut. */
const CONTINUED = /^\S{20,30} \d\d[OE]\+$/;
/**
 * ECMA-48: control sequences; strings for the terminal (links, Buildkite's times), whose content is kept; other escapes. UTF-8's mark. Colours
 * of eight bits, or written out as JSON (CircleCI, Docker, notebooks), shells and `cat -v` do. What was written over one character further on.
 */
const ESCAPES = /\x1b\[[0-?]{0,64}[ -/]{0,4}[@-~]|\x1b[\]_P^X]([^\x07\x1b\n]{0,4096})(?:\x07|\x1b\\)|\x1b[ -/]{0,4}[0-Z\\`-~]|\xef\xbb\xbf|\xc2\x9b[0-?]{0,64}[@-~]|(?:\\{1,4}(?:u001[bB]|x1[bB]|033|e)|\^\[)\[[0-9;:]{0,64}[mK]|[^\x08]\x08/g;
const HAS_ESCAPES = /[\x1b\x08]|\xef\xbb\xbf|\xc2\x9b|\\(?:u001[bB]|x1[bB]|033|e)\[|\^\[\[/;

/** A JWT whose signature a mask covers in part: its other parts are no secret, and whole kinds of it have no length that would tell. */
const MASKED_JWT = /eyJ[\w-]{8,4096}\.[\w-]{4,16384}\.[\w-]{0,1024}(?=\*{3})/g;

const WORD_END = /[A-Za-z0-9_+/=.~-]$/;
const WORD_START = /^[A-Za-z0-9_+/=.~-]/;
/** Lines are wrapped at a width: a usual one, or one that several lines have that end within a word. */
const MIN_WIDTH = 40;
const WIDTHS: ReadonlySet<number> = new Set([72, 76, 80, 100, 120, 132, 160, 200]);
const SHARED_BY = 3;
/** A word that was cut may have this much before it, so that its name is seen, and be so long in all. */
const BEFORE_WORD = 60;
const MAX_HEAD = 4096;
const MAX_WORD = 64 << 10;

/**
 * The text of a CI log without what its runner added, line by line as it was: timestamps become as many blanks, colours and
 * marks vanish, what a terminal is told in secret (the target of a link) stands at the end of its line. A word that a
 * line's end seems to have cut stands whole behind the line it begins in, beside its pieces. Bytes outside ASCII stay.
 */
export function undecorated(read: Read): Read {
  return byLines(read, clean);
}

/** A text that quotes what a terminal was told, such as a notebook, without the colours in it. */
export function uncoloured(read: Read): Read {
  return byLines(read, (lines) => lines.map((line) => (HAS_ESCAPES.test(line) ? line.replace(ESCAPES, '') : line)));
}

function byLines(read: Read, rewrite: (lines: readonly string[]) => readonly string[]): Read {
  let ready: Uint8Array = new Uint8Array(0);
  let kept = '';
  let ended = false;
  const buffer = Buffer.alloc(BLOCK);
  const give = (target: Uint8Array): number => {
    const piece = ready.subarray(0, target.length);
    target.set(piece);
    ready = ready.subarray(piece.length);
    return piece.length;
  };
  const take = (count: number): void => {
    ended = count === 0;
    kept += buffer.toString('latin1', 0, count);
    if (!ended && kept.length < BLOCK) return;
    // The last lines wait for those that may finish their words; one line without an end does not.
    const lines = kept.split('\n');
    const waiting = ended ? 0 : kept.length > MAX_KEPT ? 1 : Math.min(LINES_AHEAD, lines.length >> 1) + 1;
    const cleaned = rewrite(lines).slice(0, lines.length - waiting);
    const isPiece = cleaned.length === 0;
    ready = Buffer.from(isPiece ? (kept.length > MAX_KEPT ? kept : '') : cleaned.join('\n') + (ended ? '' : '\n'), 'latin1');
    kept = isPiece ? (ready.length > 0 ? '' : kept) : lines.slice(lines.length - waiting).join('\n');
  };
  const pull = async (target: Uint8Array): Promise<number> => {
    while (ready.length === 0 && !ended) take(await read(buffer));
    return give(target);
  };
  return (target) => (ready.length > 0 || target.length === 0 ? give(target) : pull(target));
}

interface Line {
  readonly stamp: string;
  readonly text: string;
  readonly hidden: string;
  /** A carriage return before the line's end. */
  readonly end: string;
}

function clean(raw: readonly string[]): readonly string[] {
  const lines = raw.map(readLine);
  const isCut = lines.map((line, index) => mayGoOn(line.text, lines[index + 1]?.text ?? ''));
  const widths = widthsOf(lines, isCut);
  const goesOn = lines.map(({ text }, index) => {
    const next = lines[index + 1];
    return next !== undefined && (CONTINUED.test(next.stamp) || (isCut[index] === true && widths.has(text.length)));
  });
  let inWord = false;
  return lines.map(({ stamp, text, hidden, end }, index) => {
    const whole = goesOn[index] === true && !inWord ? `   ${wordAcross(lines, goesOn, index)}` : '';
    inWord = goesOn[index] === true && (inWord || whole !== '') && !/\s/.test(lines[index + 1]?.text ?? ' ');
    return `${' '.repeat(stamp.length)}${text}${hidden}${whole}${end}`;
  });
}

/** The last word of a line with the rest of it on the lines that follow, and what stands before it. */
function wordAcross(lines: readonly Line[], goesOn: readonly boolean[], from: number): string {
  let whole = headOf(lines[from]?.text ?? '');
  for (let index = from + 1; whole.length < MAX_WORD; index += 1) {
    const { text } = lines[index] as Line;
    const space = text.search(/\s/);
    whole += space === -1 ? text : text.slice(0, space);
    if (space !== -1 || goesOn[index] !== true) break;
  }
  return whole;
}

function headOf(text: string): string {
  const space = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'));
  const word = text.length - space - 1;
  return text.slice(-Math.min(MAX_HEAD, word + BEFORE_WORD));
}

function readLine(raw: string): Line {
  const end = raw.endsWith('\r') ? '\r' : '';
  let hidden = '';
  const bare = end === '' ? raw : raw.slice(0, -1);
  const visible = !HAS_ESCAPES.test(bare) ? bare : bare.replace(ESCAPES, (_, content: string | undefined) => {
    if (content !== undefined && content.length > 16) hidden += ` ${content}`;
    return '';
  });
  const stamp = STAMP.exec(visible)?.[0] ?? '';
  const told = visible.slice(stamp.length);
  return { stamp, text: told.includes('***') ? told.replace(MASKED_JWT, (piece) => ' '.repeat(piece.length)) : told, hidden, end };
}

/** Whether a line's end is within what may be a word. Lines that begin alike are a list. */
function mayGoOn(text: string, next: string): boolean {
  return WORD_END.test(text) && WORD_START.test(next) && next.slice(0, 4) !== text.slice(0, 4);
}

/**
 * At which lengths lines of the block that end within a word may have been cut: only the longest, if it is usual or if
 * three different lines have it. What is glued without need invents secrets.
 */
function widthsOf(lines: readonly Line[], isCut: readonly boolean[]): ReadonlySet<number> {
  const longest = lines.reduce((most, { text }) => Math.max(most, text.length), 0);
  if (longest < MIN_WIDTH) return new Set();
  if (WIDTHS.has(longest)) return new Set([longest]);
  const cut = new Set(lines.flatMap(({ text }, index) => (text.length === longest && isCut[index] === true ? [text] : [])));
  return cut.size >= SHARED_BY ? new Set([longest]) : new Set();
}
