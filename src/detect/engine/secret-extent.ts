import type { AST } from '@eslint-community/regexpp';
import { membersOf, parse, secretGroup } from './pattern-heads.ts';

/** Marks besides letters and digits that a value near a word may hold, in the order of their bits. */
export const PUNCTUATION = '-_+/.=:';
/** `+` and `/` come together: six bits are free in an anchor's record. */
const BIT: Readonly<Record<string, number>> = { '-': 1, _: 2, '+': 4, '/': 4, '.': 8, '=': 16, ':': 32 };

/** The marks whose bits are set in a `punctuation`. */
export function marksOf(punctuation: number): string {
  return [...PUNCTUATION].filter((mark) => punctuation & (BIT[mark] ?? 0)).join('');
}

/** Length and alphabet of a pattern's secret, as far as the prefilter can test them. */
export interface SecretExtent {
  readonly shortest: number;
  readonly longest: number;
  readonly punctuation: number;
  /** Hex digits and punctuation only: then one digit at least is sure. */
  readonly isHex: boolean;
}

/** Undefined when the secret may hold other characters than letters, digits and `PUNCTUATION`, or has alternatives. Pure; for build time and people's own rules. */
export function secretExtent(pattern: string): SecretExtent | undefined {
  const group = secretGroup(parse(pattern));
  return group === undefined ? undefined : extentOf(group.alternatives);
}

function extentOf(alternatives: readonly AST.Alternative[]): SecretExtent | undefined {
  const [only] = alternatives;
  if (only === undefined || alternatives.length !== 1) return undefined;
  const nothing: SecretExtent = { shortest: 0, longest: 0, punctuation: 0, isHex: true };
  return only.elements.reduce<SecretExtent | undefined>((sum, element) => add(sum, extentOfElement(element)), nothing);
}

function extentOfElement(element: AST.Element): SecretExtent | undefined {
  switch (element.type) {
    case 'CapturingGroup':
    case 'Group':
      return extentOf(element.alternatives);
    case 'Character':
      return ofMembers([String.fromCodePoint(element.value)]);
    case 'CharacterClass':
    case 'CharacterSet':
      return ofMembers(membersOf(element));
    case 'Quantifier': {
      const one = extentOfElement(element.element);
      return one === undefined || element.max === Number.POSITIVE_INFINITY ? undefined : { ...one, shortest: one.shortest * element.min, longest: one.longest * element.max };
    }
    default:
      return undefined;
  }
}

function add(a: SecretExtent | undefined, b: SecretExtent | undefined): SecretExtent | undefined {
  if (a === undefined || b === undefined) return undefined;
  return { shortest: a.shortest + b.shortest, longest: a.longest + b.longest, punctuation: a.punctuation | b.punctuation, isHex: a.isHex && b.isHex };
}

function ofMembers(members: readonly string[]): SecretExtent | undefined {
  if (members.length === 0 || !members.every((member) => /[A-Za-z0-9]/.test(member) || PUNCTUATION.includes(member))) return undefined;
  return { shortest: 1, longest: 1, punctuation: members.reduce((bits, member) => bits | (BIT[member] ?? 0), 0), isHex: members.every((member) => /[^g-z]/i.test(member)) };
}
