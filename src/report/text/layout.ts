import { displayWidth, padTo, wrap } from '../../lib/columns.ts';

/** Room for a label in front of each line of a block. */
const LABEL = 13;
/** Longer lines are hard to read however wide the terminal is. */
const MAX_WIDTH = 110;

type Ink = (text: string) => string;
const plain: Ink = (text) => text;

/** Lines of `label     text`, the text wrapped and aligned under itself; `ink` colours the text line by line. */
export function labelled(label: string, text: string, width: number, ink: { readonly label?: Ink; readonly text?: Ink } = {}): readonly string[] {
  const head = padTo(`  ${label} `, LABEL);
  const [first = '', ...rest] = wrap(text, textWidth(width));
  const paint = ink.text ?? plain;
  return [(ink.label ?? plain)(head) + paint(first), ...rest.map((line) => ' '.repeat(LABEL) + paint(line))];
}

/** Short pairs on as few lines as fit: `identity bot   scopes repo`. A pair that is longer than a line gets lines of its own. */
export function pairs(items: readonly { readonly label: string; readonly value: string }[], width: number, dim: Ink): readonly string[] {
  const lines: string[][] = [];
  let used = Infinity;
  for (const { label, value } of items) {
    const size = displayWidth(`${label} ${value}`);
    if (used + GAP.length + size > textWidth(width)) {
      lines.push([]);
      used = 0;
    }
    used += (used === 0 ? 0 : GAP.length) + size;
    const [first = '', ...rest] = size > textWidth(width) ? wrap(`${label} ${value}`, textWidth(width)) : [`${label} ${value}`];
    lines.at(-1)?.push(dim(first.slice(0, label.length)) + first.slice(label.length));
    for (const line of rest) lines.push([line]);
  }
  return lines.map((line) => ' '.repeat(LABEL) + line.join(GAP));
}

const GAP = '   ';

/** A title with a rule to the right edge. */
export function ruled(title: string, width: number, ink: Ink, dim: Ink): string {
  return `${ink(title)} ${dim('─'.repeat(Math.max(3, Math.min(width, MAX_WIDTH) - title.length - 1)))}`;
}

function textWidth(width: number): number {
  return Math.max(20, Math.min(width, MAX_WIDTH) - LABEL);
}
