import type { AST } from '@eslint-community/regexpp';
import { bytesOf, membersOf } from '../pattern/byte-set.ts';
import { parsePattern } from '../pattern/parse-pattern.ts';

/** A sample recipe that a pattern is likely to match: of the secret, and of the text around it with `{}` in its place. */
export interface PatternRecipe {
  readonly recipe: string;
  readonly in: string;
}

/** Alphabets of recipes (`samples/segments.ts`), widest first. */
const ALPHABETS: readonly (readonly [name: string, characters: string])[] = [
  ['base62', 'A-Za-z0-9'],
  ['base36', '0-9a-z'],
  ['upper36', 'A-Z0-9'],
  ['letters', 'A-Za-z'],
  ['base32', 'A-Z2-7'],
  ['base32lower', 'a-z2-7'],
  ['hex', '0-9a-f'],
  ['hexupper', '0-9A-F'],
  ['lower', 'a-z'],
  ['upper', 'A-Z'],
  ['digits', '0-9'],
];
/** How long an open repetition is made where it is the secret. */
const OPEN = 32;
const [FROM, TO] = ['\x00', '\x01'];

/** `preferred`: how long repetitions of the secret are that may have any length; `optional`: how often what may be left out is written. The pattern is walked along its first alternatives. */
export function recipeOf(pattern: string, flags: string, preferred = OPEN, optional: 0 | 1 = 0): PatternRecipe | undefined {
  const text = new Writer(flags, preferred, optional, !pattern.includes('(?<secret>')).alternatives(parsePattern(pattern).alternatives);
  const all = text.includes(FROM) ? text : `${FROM}${text}${TO}`;
  const from = all.indexOf(FROM);
  const to = all.indexOf(TO);
  const before = all.slice(0, from);
  const after = all.slice(to + 1);
  const recipe = all.slice(from + 1, to);
  if (recipe === '' || /[{}]/.test(before + after)) return undefined;
  return { recipe, in: `${before}{}${after}` };
}

class Writer {
  readonly #flags: string;
  readonly #preferred: number;
  /** How often a part is written that may be left out. */
  readonly #optional: number;
  #inSecret: boolean;

  constructor(flags: string, preferred: number, optional: number, isAllSecret: boolean) {
    this.#flags = flags;
    this.#preferred = preferred;
    this.#optional = optional;
    this.#inSecret = isAllSecret;
  }

  alternatives(all: readonly AST.Alternative[]): string {
    const withSecret = all.find(({ raw }) => raw.includes('(?<secret>')) ?? all[0];
    return (withSecret?.elements ?? []).map((element) => this.#element(element)).join('');
  }

  #element(element: AST.Element): string {
    switch (element.type) {
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet':
        return this.#characters(element, 1);
      case 'Group':
        return this.alternatives(element.alternatives);
      case 'CapturingGroup':
        return element.name === 'secret' ? this.#secret(element) : this.alternatives(element.alternatives);
      case 'Quantifier':
        return this.#repeat(element);
      default:
        return '';
    }
  }

  #secret({ alternatives }: AST.CapturingGroup): string {
    this.#inSecret = true;
    const text = this.alternatives(alternatives);
    this.#inSecret = false;
    return FROM + text + TO;
  }

  #repeat({ element, min, max, raw }: AST.Quantifier): string {
    const isOne = element.type === 'Character' || element.type === 'CharacterClass' || element.type === 'CharacterSet';
    if (raw.includes('(?<secret>')) return this.#element(element).repeat(Math.max(1, min));
    // What may be left out is left out, unless it is long and the token.
    const count = min === 0 && (max <= 16 || !this.#inSecret) ? this.#optional : max === min ? min : Math.min(max, Math.max(min, isOne && max > 16 && this.#inSecret ? this.#preferred : min));
    if (count === 0) return '';
    return isOne ? this.#characters(element, count) : Array.from({ length: Math.min(count, 64) }, () => this.#element(element)).join('');
  }

  #characters(element: AST.Character | AST.CharacterClass | AST.CharacterSet, count: number): string {
    if (element.type === 'Character') return literal(String.fromCodePoint(element.value)).repeat(count);
    const members = membersOf(bytesOf(element, this.#flags)).filter((character) => character >= ' ' && character <= '~');
    const mark = this.#inSecret ? undefined : [' ', ':', '=', '"', '-', '_'].find((character) => members.includes(character));
    if (mark !== undefined) return mark.repeat(count);
    const alphabet = ALPHABETS.find(([, inside]) => membersOf(setOfAlphabet(inside)).every((character) => members.includes(character)));
    if (alphabet !== undefined) return `<${alphabet[0]}:${count}>`;
    const choices = members.filter((character) => !/[<>|:{}]/.test(character));
    if (choices.length === 0) return literal(members[0] ?? '\n').repeat(count);
    return choices.length === 1 ? literal(choices[0] ?? '').repeat(count) : `<choice:${choices.slice(0, 40).join('|')}>`.repeat(count);
  }
}

function setOfAlphabet(inside: string): bigint {
  const class_ = parsePattern(`[${inside}]`).alternatives[0]?.elements[0];
  return class_?.type === 'CharacterClass' ? bytesOf(class_, '') : 0n;
}

function literal(character: string): string {
  return character === '<' ? '<<' : character;
}
