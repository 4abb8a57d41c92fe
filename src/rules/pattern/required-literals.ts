import type { AST } from '@eslint-community/regexpp';
import { bytesOf, membersOf } from './byte-set.ts';
import { parsePattern } from './parse-pattern.ts';

const LEAST = 3;
const LONGEST = 54;
/** So many texts at most stand for one part; more would only fill the prefilter. */
const MOST = 24;

/**
 * Literal texts one of which stands in every match: what a prefilter can look for. The texts at the head of the pattern if they
 * are long enough, else the longest ones. Undefined if there are none of three characters or too many. Pure.
 */
export function requiredLiterals(pattern: string, flags: string): readonly string[] | undefined {
  const best = new Literals(flags).ofBranch(parsePattern(pattern).alternatives).best;
  return best === undefined ? undefined : [...new Set(best.map((text) => text.slice(0, LONGEST)))].sort();
}

interface Found {
  /** All texts that it can match, if they are few. */
  readonly exact?: readonly string[];
  /** Texts one of which stands in whatever it matches. */
  readonly best?: readonly string[];
}

class Literals {
  readonly #flags: string;

  constructor(flags: string) {
    this.#flags = flags.replace(/[^is]/g, '');
  }

  ofBranch(alternatives: readonly AST.Alternative[]): Found {
    const each = alternatives.map(({ elements }) => this.#ofSequence(elements));
    if (each.length === 1) return each[0] as Found;
    const exact = union(each.map((one) => one.exact));
    const best = union(each.map((one) => one.best));
    return { ...(exact === undefined ? {} : { exact }), ...(best === undefined ? {} : { best }) };
  }

  #ofSequence(elements: readonly AST.Element[]): Found {
    const candidates: (readonly string[])[] = [];
    let current: readonly string[] | undefined = [''];
    let isExact = true;
    for (const element of elements) {
      const one = this.#ofElement(element);
      if (one.best !== undefined) candidates.push(one.best);
      const longer: readonly string[] | undefined = one.exact === undefined ? undefined : product(current ?? [''], one.exact);
      if (longer !== undefined) {
        current = longer;
        continue;
      }
      isExact = false;
      candidates.push(current);
      current = one.exact ?? [''];
    }
    candidates.push(current);
    const usable = candidates.filter((texts) => texts.every((text) => text.length >= LEAST));
    const best = usable.toSorted((a, b) => score(b) - score(a))[0];
    return { ...(isExact ? { exact: current } : {}), ...(best === undefined ? {} : { best }) };
  }

  #ofElement(element: AST.Element): Found {
    switch (element.type) {
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet': {
        const members = this.#members(element);
        return members === undefined ? {} : { exact: members };
      }
      case 'Assertion':
        return { exact: [''] };
      case 'Group':
      case 'CapturingGroup':
        return this.ofBranch(element.alternatives);
      case 'Quantifier':
        return this.#ofRepeat(element);
      default:
        return {};
    }
  }

  #ofRepeat({ element, min, max }: AST.Quantifier): Found {
    const one = this.#ofElement(element);
    if (min === 0) return max === 1 && one.exact !== undefined && one.exact.length < 4 ? { exact: ['', ...one.exact] } : {};
    let texts: readonly string[] | undefined = one.exact;
    for (let count = 1; count < Math.min(min, LONGEST) && texts !== undefined && one.exact !== undefined; count += 1) texts = product(texts, one.exact);
    if (min === max && min <= LONGEST && texts !== undefined) return { exact: texts, ...(one.best === undefined ? {} : { best: one.best }) };
    const best = texts?.every((text) => text.length >= LEAST) === true ? texts : one.best;
    return best === undefined ? {} : { best };
  }

  /** Without regard to case a letter is one text: anchors are looked for in any case. */
  #members(element: AST.Character | AST.CharacterClass | AST.CharacterSet): readonly string[] | undefined {
    const all = membersOf(bytesOf(element, this.#flags));
    // In any case a letter counts once: more than eight are more than four.
    if (all.length > 8 || all.some((character) => character >= '\x7f' || character < ' ')) return undefined;
    const folded = this.#flags.includes('i') ? [...new Set(all.map((character) => character.toLowerCase()))] : all;
    return folded.length <= 4 ? folded : undefined;
  }
}

/** Longer is better up to what is surely rare, then fewer. */
function score(texts: readonly string[]): number {
  return Math.min(8, ...texts.map(({ length }) => length)) * 100 - texts.length;
}

function product(heads: readonly string[], tails: readonly string[]): readonly string[] | undefined {
  if (heads.length * tails.length > MOST) return undefined;
  return [...new Set(heads.flatMap((head) => tails.map((tail) => head + tail)))];
}

function union(sets: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  if (sets.some((set) => set === undefined)) return undefined;
  const all = [...new Set(sets.flatMap((set) => set ?? []))];
  return all.length > MOST ? undefined : all;
}
