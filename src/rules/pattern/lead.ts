import type { AST } from '@eslint-community/regexpp';
import { bytesOf, membersOf } from './byte-set.ts';
import { parsePattern } from './parse-pattern.ts';

/** So many texts at most are spelt out to see whether each of them holds an anchor. */
const MOST = 256;
/** Longer than this a class stands for no letters worth spelling out. */
const MOST_MEMBERS = 8;

/**
 * How many characters of a match may stand before an anchor: every match of `pattern` holds one of `anchors` (in any case; its first character may stand
 * right before the match), which begins no more than so many characters behind the match's first. Undefined where that is not sure. Pure.
 */
export function leadOf(pattern: string, flags: string, anchors: readonly string[]): number | undefined {
  const lead = new Lead(flags.replace(/[^is]/g, ''), anchors.map((anchor) => anchor.toLowerCase())).ofBranch(parsePattern(pattern).alternatives);
  return lead === Infinity ? undefined : Math.max(0, lead);
}

class Lead {
  readonly #flags: string;
  readonly #anchors: readonly string[];

  constructor(flags: string, anchors: readonly string[]) {
    this.#flags = flags;
    this.#anchors = anchors;
  }

  /** How far behind its start the first sure anchor begins, whichever alternative it is. */
  ofBranch(alternatives: readonly AST.Alternative[]): number {
    return Math.max(...alternatives.map(({ elements }) => this.#ofSequence(elements)));
  }

  #ofSequence(elements: readonly AST.Element[]): number {
    let longest = 0;
    let best = Infinity;
    for (let index = 0; index < elements.length && longest < best; ) {
      const { end, sure } = this.#ofTexts(elements, index);
      best = Math.min(best, longest + sure);
      const element = elements[index] as AST.Element;
      if (end === index && isGroup(element)) best = Math.min(best, longest + this.ofBranch(element.alternatives));
      const next = Math.max(end, index + 1);
      for (; index < next; index += 1) longest += longestOf(elements[index] as AST.Element);
    }
    return best;
  }

  /** The same for anchors in the texts that the elements from `index` on begin with, as far as these can be spelt out: to `end`. */
  #ofTexts(elements: readonly AST.Element[], index: number): { readonly end: number; readonly sure: number } {
    let texts: readonly string[] = [''];
    let before = 0;
    let end = index;
    for (; end < elements.length; end += 1) {
      const element = elements[end] as AST.Element;
      if (element.type === 'Assertion') {
        const seen = end === index ? this.#before(element) : undefined;
        if (seen !== undefined) {
          texts = seen;
          before = 1;
        }
        continue;
      }
      const more = this.#textsOf(element);
      if (more === undefined || texts.length * more.length > MOST) break;
      texts = more.length === 1 ? texts.map((head) => head + (more[0] as string)) : [...new Set(texts.flatMap((head) => more.map((tail) => head + tail)))];
    }
    return { end, sure: this.#farthest(texts) - before };
  }

  /** The character that a look-behind wants, if it is one of a few. */
  #before(element: AST.Assertion): readonly string[] | undefined {
    if (element.kind !== 'lookbehind' || element.negate || element.alternatives.length !== 1) return undefined;
    const last = element.alternatives[0]?.elements.at(-1);
    const spelt = last === undefined ? undefined : this.#textsOf(last);
    return spelt?.every(({ length }) => length === 1) === true ? spelt : undefined;
  }

  /** Where the first anchor begins in the text that has it last; Infinity if one has none. */
  #farthest(texts: readonly string[]): number {
    return Math.max(
      ...texts.map((text) =>
        this.#anchors.reduce((least, anchor) => {
          const at = text.indexOf(anchor);
          return at === -1 ? least : Math.min(least, at);
        }, Infinity),
      ),
    );
  }

  /** All texts that an element can match, in small letters, if they are few. */
  #textsOf(element: AST.Element): readonly string[] | undefined {
    switch (element.type) {
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet': {
        const all = membersOf(bytesOf(element, this.#flags));
        // in small letters at least half of them are left
        if (all.length > 2 * MOST_MEMBERS) return undefined;
        const members = all.length === 1 ? [(all[0] as string).toLowerCase()] : [...new Set(all.map((member) => member.toLowerCase()))];
        return members.length > MOST_MEMBERS ? undefined : members;
      }
      case 'Assertion':
        return [''];
      case 'Group':
      case 'CapturingGroup':
        return union(element.alternatives.map(({ elements }) => this.#textsOfAll(elements)));
      case 'Quantifier': {
        const one = this.#textsOf(element.element);
        if (one === undefined || element.max > 4) return undefined;
        let texts: readonly string[] | undefined = element.min === 0 ? [''] : undefined;
        let all: readonly string[] = [''];
        for (let count = 1; count <= element.max; count += 1) {
          all = all.flatMap((head) => one.map((tail) => head + tail));
          if (all.length > MOST) return undefined;
          if (count >= element.min) texts = [...(texts ?? []), ...all];
        }
        return texts;
      }
      default:
        return undefined;
    }
  }

  #textsOfAll(elements: readonly AST.Element[]): readonly string[] | undefined {
    return elements.reduce<readonly string[] | undefined>((heads, element) => {
      const tails = heads === undefined ? undefined : this.#textsOf(element);
      if (heads === undefined || tails === undefined || heads.length * tails.length > MOST) return undefined;
      return heads.flatMap((head) => tails.map((tail) => head + tail));
    }, ['']);
  }
}

function isGroup(element: AST.Element): element is AST.Group | AST.CapturingGroup {
  return element.type === 'Group' || element.type === 'CapturingGroup';
}

function union(sets: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  return sets.some((set) => set === undefined) ? undefined : [...new Set(sets.flatMap((set) => set ?? []))];
}

/** Most characters that an element takes. */
function longestOf(element: AST.Element): number {
  switch (element.type) {
    case 'Assertion':
      return 0;
    case 'Group':
    case 'CapturingGroup':
      return Math.max(0, ...element.alternatives.map(({ elements }) => elements.reduce((sum, inner) => sum + longestOf(inner), 0)));
    case 'Quantifier': {
      const once = longestOf(element.element);
      return once === 0 ? 0 : once * element.max;
    }
    case 'Backreference':
      return Infinity;
    default:
      return 1;
  }
}
