/** Commands to the runner in the standard output of a step, as its documentation has them. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  /** Relative to the workspace. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** GitHub shows so many of each level for a step; the rest it drops without a word. */
export const SHOWN_PER_LEVEL = 10;

/** One command on one line, whatever is in its texts. */
export function annotationLine({ level, title, message, file, line, column }: Annotation): string {
  const properties: readonly (readonly [string, string | number | undefined])[] = [
    ['file', file],
    ['line', line],
    ['col', column],
    ['title', title],
  ];
  const said = properties.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${property(String(value))}`]));
  return `::${level} ${said.join(',')}::${data(message)}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** The most serious first, at most ten of each level, and how many were left out. */
export function annotationLines(annotations: readonly Annotation[]): { readonly text: string; readonly leftOut: number } {
  const counts = new Map<Annotation['level'], number>();
  let text = '';
  let leftOut = 0;
  for (const annotation of annotations) {
    const count = (counts.get(annotation.level) ?? 0) + 1;
    counts.set(annotation.level, count);
    if (count > SHOWN_PER_LEVEL) leftOut += 1;
    else text += annotationLine(annotation);
  }
  return { text, leftOut };
}

/**
 * Text of which the runner takes no line for a command. It reads both streams of a step, in no order that we know, and the old form of
 * a command (`##[`) anywhere in a line.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^(\s*)::/gm, '$1\u200b::').replaceAll('##[', '##\u200b[');
}

/** One output in the runner's file; `mark` is random, so that no value can end itself and begin another. */
export function outputEntry(name: string, value: string, mark: string): string {
  return `${name}<<${mark}\n${value}\n${mark}\n`;
}
