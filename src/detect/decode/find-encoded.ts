import type { Prefilter } from '../engine/prefilter.ts';
import type { EncodedText } from './encoded-text.ts';
import { mayInflate } from './may-inflate.ts';

/** Numbers that `src/detect/wasm/prefilter.ts` knows. */
const OPAQUE = 0;
const RUN = 1;
const ESCAPE = 2;
const QUOTED = 4;
const NUMBERS = 5;
const LIST = 6;
const PAIRS = 7;
const WIDE = 8;
const CODE = 9;
/** Escapes and joints closer than this belong to one stretch. */
const NEAR = 160;
/** How far a stretch reaches beyond its escapes, for the name a value is given to. */
const AROUND = 320;
const LONGEST_STRETCH = 1 << 16;
/** Between the lines of wrapped base64. */
const LONGEST_GAP = 48;
const LEAST_WRAPPED = 40;

/**
 * Stretches in [from, to) of the prefilter's buffer that may be encoded, in ascending order. `text` is the whole
 * buffer, valid up to `high`. Lines of wrapped base64 are one stretch. `pieces`: where pieces of tokens may begin.
 */
export function findEncoded(prefilter: Prefilter, text: Buffer, from: number, to: number, high: number, pieces: readonly number[]): readonly EncodedText[] {
  const runs: Run[] = [];
  const others: EncodedText[] = [];
  const offsets: Readonly<Record<Gathered, number[]>> = { escapes: [], joints: [], quoted: [], list: [], calls: [], pieces: [...pieces] };
  let pairsEnd = 0;
  let wideEnd = 0;
  prefilter.encoded(from, to, high, (offset, length, kind) => {
    if (kind === RUN || kind === OPAQUE) runs.push({ start: offset, end: offset + length, isOpaque: kind === OPAQUE });
    else if (kind === NUMBERS) others.push({ kind: 'numbers', start: offset + 1, end: closing(text, offset + 1, high) });
    else if (kind === PAIRS) {
      if (offset < pairsEnd) return;
      const start = Math.max(lineStart(text, offset), offset - AROUND);
      pairsEnd = dumpEnd(text, start, high);
      others.push({ kind: 'pairs', start, end: pairsEnd });
    } else if (kind === WIDE) {
      if (offset < wideEnd) return;
      const wide = wideStretch(text, offset, high);
      wideEnd = wide.end;
      others.push(wide);
    } else if (kind === CODE) offsets.calls.push(offset);
    else if (kind === ESCAPE) offsets.escapes.push(offset);
    else offsets[kind === QUOTED ? 'quoted' : kind === LIST ? 'list' : 'joints'].push(offset);
  });
  const found = [...joinWrapped(runs, text, high), ...others];
  for (const kind of ['escapes', 'joints', 'quoted', 'list', 'calls', 'pieces'] as const) found.push(...stretches(offsets[kind], kind, text, high));
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Where the list that begins at `from` ends, or as far as is looked. */
function closing(text: Buffer, from: number, high: number): number {
  const limit = Math.min(high, from + LONGEST_LIST);
  let at = from;
  while (at < limit && !CLOSING.has(text[at] as number)) at += 1;
  return at;
}

const CLOSING = new Set([...')]}'].map((mark) => mark.charCodeAt(0)));
const LONGEST_LIST = 16_384;

interface Run {
  readonly start: number;
  readonly end: number;
  /** It begins with what decodes to no text, and so does whatever it is the first line of. */
  readonly isOpaque: boolean;
}

/** The lines of a dump are not told from others here; as far as one is read. */
function dumpEnd(text: Buffer, from: number, high: number): number {
  let end = lineEnd(text, from, high);
  while (end < high && end - from < LONGEST_STRETCH) {
    const next = lineEnd(text, end + 1, high);
    if (next - end > 200 || !/^.{0,16}[0-9A-Fa-f]{2}(?:[ :,-]|[0-9A-Fa-f]{2} |\s*$)/.test(text.toString('latin1', end + 1, Math.min(next, end + 40)))) break;
    end = next;
  }
  return end;
}

/** The wide text of which a part is at `offset`, from the first of its characters on. */
function wideStretch(text: Buffer, offset: number, high: number): EncodedText {
  let start = offset;
  while (text[start] === 0) start += 1;
  const width = text[start + 2] === 0 ? 4 : 2;
  const isAt = (at: number): boolean => isShown(text[at] as number) && text[at + 1] === 0 && (width === 2 || (text[at + 2] === 0 && text[at + 3] === 0));
  while (start >= width && isAt(start - width)) start -= width;
  let end = start;
  while (end + width <= high && isAt(end)) end += width;
  return { kind: 'wide', start, end };
}

function isShown(byte: number): boolean {
  return (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13;
}

type Gathered = 'escapes' | 'joints' | 'quoted' | 'list' | 'calls' | 'pieces';

/** Joins runs that only a line break, indentation and literal marks part. */
function joinWrapped(runs: readonly Run[], text: Buffer, high: number): readonly EncodedText[] {
  const joined: EncodedText[] = [];
  let last: { start: number; end: number; line: number; isOpaque: boolean } | undefined;
  const flush = (): void => {
    if (last !== undefined && (!last.isOpaque || mayInflate(text, last.start, Math.min(high, last.end)))) joined.push({ kind: 'run', start: last.start, end: last.end });
  };
  for (const found of runs) {
    // the n of `\n` is no letter of the run behind it
    const run = text[found.start] === LETTER_N && text[found.start - 1] === BACKSLASH ? { ...found, start: found.start + 1 } : found;
    if (last !== undefined && run.start < last.end) continue;
    if (last !== undefined && last.line >= LEAST_WRAPPED && run.end - run.start <= last.line && run.start - last.end <= LONGEST_GAP && isGap(text.toString('latin1', last.end, run.start))) {
      last.end = run.end;
      continue;
    }
    flush();
    last = { start: run.start, end: run.end, line: run.end - run.start, isOpaque: run.isOpaque };
  }
  flush();
  return joined;
}

const LETTER_N = 0x6e;
const BACKSLASH = 0x5c;

function isGap(text: string): boolean {
  return /^={0,2}["'`]?[ \t]*(?:\\n|[+\\,])?["'`]?(?:\\?\r?\n|\\n)[ \t#*]*(?:\+[ \t]*)?["'`]?$/.test(text);
}

/** Groups near offsets and gives each group its surroundings: up to the ends of their lines, for a list as far as it may reach. */
function stretches(offsets: readonly number[], kind: Gathered, text: Buffer, high: number): readonly EncodedText[] {
  const found: EncodedText[] = [];
  let index = 0;
  while (index < offsets.length) {
    const first = offsets[index] as number;
    const begin = index;
    let last = first;
    while (index < offsets.length && (offsets[index] as number) - last <= NEAR && (offsets[index] as number) - first < LONGEST_STRETCH) last = offsets[index++] as number;
    const before = found.at(-1)?.end ?? 0;
    const reach = kind === 'list' || kind === 'pieces' ? REACH[kind] : undefined;
    const start = Math.max(reach === undefined ? Math.max(lineStart(text, first), first - AROUND) : first - reach.before, before);
    const end = Math.min(reach === undefined ? endOfLines(text, kind, last, high) : high, last + (reach?.behind ?? AROUND), high);
    if (end > start) found.push({ kind, start, end, ...(kind === 'pieces' ? { pieces: offsets.slice(begin, index).map((offset) => offset - start) } : {}) });
  }
  return found;
}

/** How far before and behind `join(` its list is looked for, and around a piece what it is put together with. */
const REACH = { list: { before: 640, behind: 640 }, pieces: { before: 200, behind: 400 } } as const;

/** The literal behind a joint may begin on the next line, and a quoted line goes on there. */
function endOfLines(text: Buffer, kind: Gathered, last: number, high: number): number {
  if (kind === 'escapes' || kind === 'calls') return lineEnd(text, last, high);
  return lineEnd(text, kind === 'joints' ? pastJoint(text, last + 1, high) : Math.min(high, lineEnd(text, last, high) + 1), high);
}

function pastJoint(text: Buffer, from: number, high: number): number {
  let at = from;
  while (at < high && /[\s+.&|<>^~_]/.test(String.fromCharCode(text[at] as number))) at += 1;
  return at;
}

function lineStart(text: Buffer, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf(10, at - 1) + 1;
}

function lineEnd(text: Buffer, at: number, high: number): number {
  const end = text.indexOf(10, at);
  return end === -1 || end > high ? high : end;
}
