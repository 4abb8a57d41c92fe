import { applied, type Edit, type Place } from './types.ts';

const MASK = '********';

/** One change of a file's lines, every secret of it masked. Numbers are those of the lines as they stand now. */
export interface MaskedHunk {
  readonly line: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** The lines that edits change. `hidden`: every place of the text that holds a secret, also those that stay. */
export function maskedChange(text: string, edits: readonly Edit[], hidden: readonly Place[]): readonly MaskedHunk[] {
  const hunks: MaskedHunk[] = [];
  const sorted = edits.toSorted((a, b) => a.start - b.start);
  let group: Edit[] = [];
  const flush = (): void => {
    const [first] = group;
    if (first === undefined) return;
    const start = text.lastIndexOf('\n', first.start - 1) + 1;
    const last = Math.max(...group.map(({ end }) => end));
    const next = text.indexOf('\n', last);
    const end = next === -1 ? text.length : next;
    const inside = (at: Place): boolean => at.start >= start && at.end <= end;
    const masks = hidden.filter(inside).map((at): Edit => ({ ...at, text: MASK }));
    const shift = ({ start: from, end: to, text: by }: Edit): Edit => ({ start: from - start, end: to - start, text: by });
    const part = text.slice(start, end);
    const kept = masks.filter((mask) => !group.some((edit) => mask.start < edit.end && edit.start < mask.end));
    // What an edit keeps of its literal is written anew, so that other secrets in it are masked by their text.
    const values = masks.map((mask) => text.slice(mask.start, mask.end)).sort((a, b) => b.length - a.length);
    const hide = (line: string): string => values.reduce((out, value) => (value === '' ? out : out.replaceAll(value, MASK)), line);
    const removed = part === '' && group.every((edit) => edit.start === edit.end) ? [] : [hide(applied(part, merged(masks).map(shift)))];
    const added = hide(applied(part, [...group, ...merged(kept)].map(shift)));
    hunks.push({ line: text.slice(0, start).split('\n').length, removed: removed.flatMap((block) => block.split('\n')), added: added.split('\n') });
    group = [];
  };
  for (const edit of sorted) {
    const previous = group.at(-1);
    if (previous !== undefined && text.slice(previous.end, edit.start).includes('\n')) flush();
    group.push(edit);
  }
  flush();
  return hunks.map(({ line, removed, added }) => trimmed(line, removed, added));
}

/** Lines that stay are not shown. */
function trimmed(line: number, removed: readonly string[], added: readonly string[]): MaskedHunk {
  let head = 0;
  while (head < removed.length && head < added.length && removed[head] === added[head]) head += 1;
  let tail = 0;
  while (tail < removed.length - head && tail < added.length - head && removed[removed.length - 1 - tail] === added[added.length - 1 - tail]) tail += 1;
  return { line: line + head, removed: removed.slice(head, removed.length - tail), added: added.slice(head, added.length - tail) };
}

/** Overlapping places as one. */
function merged(masks: readonly Edit[]): readonly Edit[] {
  const result: Edit[] = [];
  for (const mask of masks.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = result.at(-1);
    if (last !== undefined && mask.start < last.end) result[result.length - 1] = { ...last, end: Math.max(last.end, mask.end) };
    else result.push(mask);
  }
  return result;
}
