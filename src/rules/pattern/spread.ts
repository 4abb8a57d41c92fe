import type { AST } from '@eslint-community/regexpp';
import { ANY_BYTE, bytesOf, NO_BYTE, type ByteSet } from './byte-set.ts';

/** What may come next: the characters it can begin with, and whether it can match nothing. */
export interface Follow {
  readonly first: ByteSet;
  readonly nullable: boolean;
}

/** Nothing more is demanded. */
export const END: Follow = { first: NO_BYTE, nullable: true };

/** A part that stands before: the characters one of which it ends with (none if it may be empty), and its longest length. */
export interface Tail {
  readonly set: ByteSet;
  readonly most: number;
}

/** Which characters the elements of a pattern begin with, end with and hold, under fixed flags (`i`, `s`). */
export class Spread {
  readonly #flags: string;

  constructor(flags: string) {
    this.#flags = flags;
  }

  /** Every character that may take part in a match of the element. */
  all(element: AST.Element): ByteSet {
    switch (element.type) {
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet':
        return bytesOf(element, this.#flags);
      case 'Group':
      case 'CapturingGroup':
        return element.alternatives.flatMap(({ elements }) => elements).reduce((set, inner) => set | this.all(inner), NO_BYTE);
      case 'Quantifier':
        return this.all(element.element);
      case 'Assertion':
        return NO_BYTE;
      default:
        return ANY_BYTE;
    }
  }

  first(elements: readonly AST.Element[], follow: Follow): Follow {
    let first = NO_BYTE;
    for (const element of elements) {
      const one = this.#firstOf(element);
      first |= one.first;
      if (!one.nullable) return { first, nullable: false };
    }
    return { first: first | follow.first, nullable: follow.nullable };
  }

  #firstOf(element: AST.Element): Follow {
    switch (element.type) {
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet':
        return { first: bytesOf(element, this.#flags), nullable: false };
      case 'Group':
      case 'CapturingGroup': {
        const each = element.alternatives.map(({ elements }) => this.first(elements, END));
        return { first: each.reduce((set, { first }) => set | first, NO_BYTE), nullable: each.some(({ nullable }) => nullable) };
      }
      case 'Quantifier': {
        const one = this.#firstOf(element.element);
        return { first: one.first, nullable: one.nullable || element.min === 0 };
      }
      case 'Assertion':
        return END;
      default:
        return { first: ANY_BYTE, nullable: true };
    }
  }

  tail(element: AST.Element): Tail {
    switch (element.type) {
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet':
        return { set: bytesOf(element, this.#flags), most: 1 };
      case 'Group':
      case 'CapturingGroup': {
        const each = element.alternatives.map(({ elements }) => this.#tailOf(elements));
        const set = each.some((one) => one.set === NO_BYTE) ? NO_BYTE : each.reduce((sum, one) => sum | one.set, NO_BYTE);
        return { set, most: Math.max(0, ...each.map(({ most }) => most)) };
      }
      case 'Quantifier': {
        const one = this.tail(element.element);
        return { set: element.min === 0 ? NO_BYTE : one.set, most: one.most === 0 ? 0 : one.most * element.max };
      }
      case 'Assertion':
        return { set: NO_BYTE, most: 0 };
      default:
        return { set: NO_BYTE, most: Infinity };
    }
  }

  #tailOf(elements: readonly AST.Element[]): Tail {
    const each = elements.map((element) => this.tail(element));
    return { set: each.findLast(({ most }) => most > 0)?.set ?? NO_BYTE, most: each.reduce((sum, { most }) => sum + most, 0) };
  }
}
