import { RegExpParser } from '@eslint-community/regexpp';
import type { AST } from '@eslint-community/regexpp';

/** Counts what a backtracking engine does; an obvious one, written for the tests of the bound. */
export class BacktrackingMachine {
  steps = 0;
  readonly #pattern: AST.Pattern;
  readonly #most: number;

  constructor(source: string, most: number) {
    this.#pattern = new RegExpParser({ ecmaVersion: 2024 }).parsePattern(source, 0, source.length, { unicode: false, unicodeSets: false });
    this.#most = most;
  }

  /** Searches from every start as if none ever matched; the dearest search there is. */
  searchAll(text: string): number {
    this.steps = 0;
    for (let start = 0; start <= text.length; start += 1) this.#branch(this.#pattern.alternatives, text, start, () => false);
    return this.steps;
  }

  #branch(alternatives: readonly AST.Alternative[], text: string, at: number, next: (at: number) => boolean): boolean {
    return alternatives.some(({ elements }) => this.#sequence(elements, 0, text, at, next));
  }

  #sequence(elements: readonly AST.Element[], index: number, text: string, at: number, next: (at: number) => boolean): boolean {
    const element = elements[index];
    return element === undefined ? next(at) : this.#element(element, text, at, (after) => this.#sequence(elements, index + 1, text, after, next));
  }

  #element(element: AST.Element, text: string, at: number, next: (at: number) => boolean): boolean {
    this.steps += 1;
    if (this.steps > this.#most) throw new RangeError('too many steps');
    switch (element.type) {
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet':
        return at < text.length && new RegExp(`^(?:${element.raw})$`).test(text[at] ?? '') && next(at + 1);
      case 'Group':
      case 'CapturingGroup':
        return this.#branch(element.alternatives, text, at, next);
      case 'Quantifier':
        return this.#repeat(element, 0, text, at, next);
      default:
        throw new Error(`the machine does not know ${element.type}`);
    }
  }

  #repeat(quantifier: AST.Quantifier, count: number, text: string, at: number, next: (at: number) => boolean): boolean {
    const { element, min, max } = quantifier;
    const again = (): boolean => count < max && this.#element(element, text, at, (after) => (after > at || count < min) && this.#repeat(quantifier, count + 1, text, after, next));
    const stop = (): boolean => count >= min && next(at);
    return quantifier.greedy ? again() || stop() : stop() || again();
  }
}
