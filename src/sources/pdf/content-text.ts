import { LATIN, type Font } from './font.ts';
import { isList, isOperator, PdfReader, type PdfValue } from './syntax.ts';

/** Fonts and forms by the names that a content stream uses for them. */
export interface Resources {
  readonly font: (name: string) => Font | undefined;
  /** What is drawn by `Do`: the text of a form, which stands where it is drawn. */
  readonly form: (name: string) => string | undefined;
}

/** Six numbers of a matrix, as `cm` and `Tm` take them. */
type Matrix = readonly [number, number, number, number, number, number];
const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];

interface State {
  matrix: Matrix;
  font: Font;
  size: number;
  characterSpacing: number;
  wordSpacing: number;
  scale: number;
  leading: number;
  rise: number;
}

/** In parts of the font's size: what is farther apart than this is another word, or another line. */
const WORD_GAP = 0.16;
const LINE_GAP = 0.45;
const MAX_STATES = 1000;
const MAX_OPERANDS = 1000;

/**
 * The text of a content stream (ISO 32000-1, 9.4) in the order in which it is drawn, with words and lines parted where they are apart on
 * the page: what a program cut into pieces, to place them, is one again.
 */
export function contentText(bytes: Buffer, resources: Resources): string {
  const page = new Page();
  const reader = new PdfReader(bytes);
  let operands: PdfValue[] = [];
  for (let item = reader.next(); item !== undefined; item = reader.next()) {
    if (!isOperator(item)) {
      if (operands.length < MAX_OPERANDS) operands.push(item);
      continue;
    }
    if (item.operator === 'ID') passImage(reader, bytes);
    else page.operate(item.operator, operands, resources);
    operands = [];
  }
  return page.text();
}

/** The bytes of a picture that stands in the stream itself (8.9.7). */
function passImage(reader: PdfReader, bytes: Buffer): void {
  for (let at = bytes.indexOf('EI', reader.at); at !== -1; at = bytes.indexOf('EI', at + 2)) {
    const [before, after] = [bytes[at - 1] ?? 0, bytes[at + 2] ?? 10];
    if ((before === 10 || before === 13 || before === 32) && (after === 10 || after === 13 || after === 32)) {
      reader.at = at + 2;
      return;
    }
  }
  reader.at = bytes.length;
}

class Page {
  #state: State = { matrix: IDENTITY, font: LATIN, size: 1, characterSpacing: 0, wordSpacing: 0, scale: 1, leading: 0, rise: 0 };
  readonly #saved: State[] = [];
  #line: Matrix = IDENTITY;
  #at: Matrix = IDENTITY;
  readonly #out: string[] = [];
  /** Where on the page the last character ended, and how large it was; undefined where that is not known. */
  #last: { readonly x: number; readonly y: number; readonly size: number; readonly isKnown: boolean } | undefined;

  text(): string {
    return this.#out.join('');
  }

  operate(operator: string, operands: readonly PdfValue[], resources: Resources): void {
    const state = this.#state;
    const numbers = operands.map((value) => (typeof value === 'number' ? value : 0));
    const [first = 0, second = 0] = numbers;
    switch (operator) {
      case 'q':
        if (this.#saved.length < MAX_STATES) this.#saved.push({ ...state });
        return;
      case 'Q':
        this.#state = this.#saved.pop() ?? state;
        return;
      case 'cm':
        state.matrix = multiplied(matrixOf(numbers), state.matrix);
        return;
      case 'BT':
        this.#line = this.#at = IDENTITY;
        return;
      case 'Tm':
        this.#line = this.#at = matrixOf(numbers);
        return;
      case 'Td':
        return this.#move(first, second);
      case 'TD':
        state.leading = -second;
        return this.#move(first, second);
      case 'T*':
        return this.#move(0, -state.leading);
      case 'Tf':
        state.font = (typeof operands[0] === 'string' ? resources.font(operands[0].slice(1)) : undefined) ?? LATIN;
        state.size = second;
        return;
      case 'Tc':
        state.characterSpacing = first;
        return;
      case 'Tw':
        state.wordSpacing = first;
        return;
      case 'Tz':
        state.scale = first / 100;
        return;
      case 'TL':
        state.leading = first;
        return;
      case 'Ts':
        state.rise = first;
        return;
      case 'Tj':
        return this.#show(operands[0]);
      case "'":
        this.#move(0, -state.leading);
        return this.#show(operands[0]);
      case '"':
        state.wordSpacing = first;
        state.characterSpacing = second;
        this.#move(0, -state.leading);
        return this.#show(operands[2]);
      case 'TJ':
        for (const item of isList(operands[0]) ? operands[0] : []) {
          if (typeof item === 'number') this.#advance((-item / 1000) * state.size * state.scale);
          else this.#show(item);
        }
        return;
      case 'Do': {
        const text = typeof operands[0] === 'string' ? resources.form(operands[0].slice(1)) : undefined;
        if (text !== undefined) this.#out.push('\n', text, '\n');
        this.#last = undefined;
      }
    }
  }

  #move(x: number, y: number): void {
    this.#line = this.#at = multiplied([1, 0, 0, 1, x, y], this.#line);
  }

  #advance(x: number): void {
    this.#at = multiplied([1, 0, 0, 1, x, 0], this.#at);
  }

  #show(value: PdfValue | undefined): void {
    if (!Buffer.isBuffer(value)) return;
    const state = this.#state;
    this.#part();
    let isKnown = true;
    let shown = '';
    for (const { text, width, isSpace } of state.font(value)) {
      shown += text;
      isKnown &&= width !== undefined;
      this.#advance((((width ?? 500) / 1000) * state.size + state.characterSpacing + (isSpace ? state.wordSpacing : 0)) * state.scale);
    }
    this.#out.push(shown);
    const { x, y, size } = this.#place();
    this.#last = { x, y, size, isKnown };
  }

  /** Whether what comes next is a word or a line of its own. */
  #part(): void {
    const last = this.#last;
    if (last === undefined) return;
    const { x, y, size } = this.#place();
    const unit = Math.max(size, last.size, 1e-6);
    if (Math.abs(y - last.y) > LINE_GAP * unit) this.#out.push('\n');
    // Half of a wide letter back is no other place, where widths are only guessed.
    else if (x - last.x > WORD_GAP * unit || (last.isKnown && x - last.x < -0.6 * unit)) this.#out.push(' ');
  }

  /** Where on the page the next character begins, along its own line, and its size there. */
  #place(): { readonly x: number; readonly y: number; readonly size: number } {
    const [a, b, , , e, f] = multiplied(this.#at, this.#state.matrix);
    const length = Math.hypot(a, b) || 1;
    const [cos, sin] = [a / length, b / length];
    return { x: e * cos + f * sin, y: f * cos - e * sin, size: Math.abs(this.#state.size) * length };
  }
}

function matrixOf([a = 1, b = 0, c = 0, d = 1, e = 0, f = 0]: readonly number[]): Matrix {
  return [a, b, c, d, e, f];
}

function multiplied([a, b, c, d, e, f]: Matrix, [A, B, C, D, E, F]: Matrix): Matrix {
  return [a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F];
}
