/** Where a secret stands in a text, byte for byte; UTF-16 units [start, end). */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** One credential and all of its places in one file. */
export interface Wanted {
  readonly places: readonly Place[];
  /** Name of the variable that is to hold it. */
  readonly variable: string;
}

/** Replaces [start, end) of the text. */
export interface Edit extends Place {
  readonly text: string;
}

/** What becomes of one place. `none`: no edit that is known to be sound, and what a person does instead. */
export type Proposal = { readonly kind: 'edit'; readonly edits: readonly Edit[]; readonly notes: readonly string[] } | { readonly kind: 'none'; readonly why: string; readonly steps: readonly string[] };

export function none(why: string, ...steps: readonly string[]): Proposal {
  return { kind: 'none', why, steps };
}

/** Edits that do not overlap, applied. */
export function applied(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at) throw new Error('two edits overlap');
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  return [...parts, text.slice(at)].join('');
}

/** The line end that the text uses. */
export function lineEnd(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

/** What stands before an offset on its line. */
export function lineBefore(text: string, offset: number): string {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
}

/** What stands behind an offset on its line. */
export function lineAfter(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end === -1 ? text.length : end).replace(/\r$/, '');
}
