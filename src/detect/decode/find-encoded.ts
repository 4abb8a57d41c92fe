import type { Prefilter } from '../engine/prefilter.ts';
import type { EncodedText } from './encoded-text.ts';
import { WrappedRuns } from './join-wrapped.ts';
import { Lines } from './lines.ts';

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

/**
 * Stretches in [from, to) of the prefilter's buffer that may be encoded, in ascending order. `text` is the whole
 * buffer, valid up to `high`. Lines of wrapped base64 are one stretch. `pieces`: where pieces of tokens may begin.
 */
export function findEncoded(prefilter: Prefilter, text: Buffer, from: number, to: number, high: number, pieces: readonly number[]): readonly EncodedText[] {
  const found: EncodedText[] = [];
  const runs = new WrappedRuns(text, high, found);
  const lines = new Lines(text, high);
  let offsets: Record<Gathered, number[]> | undefined;
  const gathered = (kind: Gathered): number[] => (offsets ??= { escapes: [], joints: [], quoted: [], list: [], calls: [], pieces: [] })[kind];
  if (pieces.length > 0) gathered('pieces').push(...pieces);
  let pairsEnd = 0;
  let wideEnd = 0;
  prefilter.encoded(from, to, high, (offset, length, kind) => {
    if (kind === RUN || kind === OPAQUE) runs.add(offset, offset + length, kind === OPAQUE);
    else if (kind === ESCAPE) gathered('escapes').push(offset);
    else if (kind === NUMBERS) found.push({ kind: 'numbers', start: offset + 1, end: closing(text, offset + 1, high) });
    else if (kind === PAIRS) {
      if (offset < pairsEnd) return;
      const start = Math.max(lines.start(offset), offset - AROUND);
      pairsEnd = dumpEnd(text, lines, start, high);
      found.push({ kind: 'pairs', start, end: pairsEnd });
    } else if (kind === WIDE) {
      if (offset < wideEnd) return;
      const wide = wideStretch(text, offset, high);
      wideEnd = wide.end;
      found.push(wide);
    } else gathered(kind === CODE ? 'calls' : kind === QUOTED ? 'quoted' : kind === LIST ? 'list' : 'joints').push(offset);
  });
  runs.flush();
  if (offsets !== undefined) for (const kind of GATHERED) stretches(offsets[kind], kind, text, lines, high, found);
  return found.length < 2 ? found : found.sort((a, b) => a.start - b.start || a.end - b.end);
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

/** The lines of a dump are not told from others here; as far as one is read. */
function dumpEnd(text: Buffer, lines: Lines, from: number, high: number): number {
  let end = lines.end(from);
  while (end < high && end - from < LONGEST_STRETCH) {
    const next = lines.end(end + 1);
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

const GATHERED = ['escapes', 'joints', 'quoted', 'list', 'calls', 'pieces'] as const;
type Gathered = (typeof GATHERED)[number];

/** Groups near offsets and gives each group its surroundings: up to the ends of their lines, for a list as far as it may reach. */
function stretches(offsets: readonly number[], kind: Gathered, text: Buffer, lines: Lines, high: number, found: EncodedText[]): void {
  let index = 0;
  let before = 0;
  while (index < offsets.length) {
    const first = offsets[index] as number;
    const begin = index;
    let last = first;
    while (index < offsets.length && (offsets[index] as number) - last <= NEAR && (offsets[index] as number) - first < LONGEST_STRETCH) last = offsets[index++] as number;
    const reach = kind === 'list' || kind === 'pieces' ? REACH[kind] : undefined;
    const start = Math.max(reach === undefined ? Math.max(lines.start(first), first - AROUND) : first - reach.before, before);
    const end = Math.min(reach === undefined ? endOfLines(text, lines, kind, last, high) : high, last + (reach?.behind ?? AROUND), high);
    if (end <= start) continue;
    found.push(kind === 'pieces' ? { kind, start, end, pieces: offsets.slice(begin, index).map((offset) => offset - start) } : { kind, start, end });
    before = end;
  }
}

/** How far before and behind `join(` its list is looked for, and around a piece what it is put together with. */
const REACH = { list: { before: 640, behind: 640 }, pieces: { before: 200, behind: 400 } } as const;

/** The literal behind a joint may begin on the next line, and a quoted line goes on there. */
function endOfLines(text: Buffer, lines: Lines, kind: Gathered, last: number, high: number): number {
  if (kind === 'escapes' || kind === 'calls') return lines.end(last);
  return lines.end(kind === 'joints' ? pastJoint(text, last + 1, high) : Math.min(high, lines.end(last) + 1));
}

function pastJoint(text: Buffer, from: number, high: number): number {
  let at = from;
  while (at < high && /[\s+.&|<>^~_]/.test(String.fromCharCode(text[at] as number))) at += 1;
  return at;
}

