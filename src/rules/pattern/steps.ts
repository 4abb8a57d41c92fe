import type { AST } from '@eslint-community/regexpp';
import { ANY_BYTE, areDisjoint, bytesOfClass, NO_BYTE } from './byte-set.ts';
import { parsePattern } from './parse-pattern.ts';
import { END, Spread, type Follow, type Tail } from './spread.ts';

/** An upper bound of what a backtracking engine does with a pattern. */
export interface StepBound {
  /** Steps for each byte of the worst text, amortised; `Infinity` where no bound was found. */
  readonly steps: number;
  /** Source of the part that costs most; empty if no repetition does. */
  readonly part: string;
}

/**
 * Bounds the work of a global search by a backtracking engine over any text. Pure and conservative: what it cannot prove
 * is `Infinity`. From left to right it counts in how many ways the parts so far can have matched (a repetition whose
 * characters can go on into what follows ends in many ways, others in one), and what each part costs for each way. A long
 * repetition costs as much as text is passed over by it from all starts together: that is bounded where a character that it
 * cannot take stands a bounded way before it, and the parts before it lead there from a bounded number of starts.
 *
 * `edge` is the class of characters that cannot stand before a match: the boundary of the rule, if it has one.
 */
export function stepBound(pattern: string, flags: string, edge: string | undefined): StepBound {
  const bound = new Bound(flags.replace(/[^is]/g, ''));
  const tails: readonly Tail[] = edge === undefined ? [] : [{ set: ANY_BYTE & ~bytesOfClass(edge, ''), most: ESCAPE_LENGTH }];
  const { steps } = bound.branch(parsePattern(pattern).alternatives, END, { tails, starts: 1, inLoop: false });
  return { steps, part: bound.part };
}

/** A boundary may also be an escape sequence (`src/rules/boundary.ts`), which reaches so far back at most. */
const ESCAPE_LENGTH = 8;

/** What leads to a part. */
interface Before {
  /** Nearest last. */
  readonly tails: readonly Tail[];
  /** From how many starts one place can be reached, at most. */
  readonly starts: number;
  /** Inside a repetition each round pays for itself. */
  readonly inLoop: boolean;
}

interface Cost {
  /** In how many ways it can match at one place and go on. */
  readonly ways: number;
  readonly steps: number;
}

class Bound {
  readonly #spread: Spread;
  #worst = 0;
  part = '';

  constructor(flags: string) {
    this.#spread = new Spread(flags);
  }

  branch(alternatives: readonly AST.Alternative[], follow: Follow, before: Before): Cost {
    const costs = alternatives.map(({ elements }) => this.#sequence(elements, follow, before));
    if (costs.length === 1) return costs[0] as Cost;
    return { steps: costs.reduce((sum, cost) => sum + cost.steps, 0), ways: this.#waysOfBranch(alternatives, costs, follow) };
  }

  /** Alternatives that begin differently exclude each other; of literal texts only those that begin another one go together. */
  #waysOfBranch(alternatives: readonly AST.Alternative[], costs: readonly Cost[], follow: Follow): number {
    const firsts = alternatives.map(({ elements }) => this.#spread.first(elements, follow));
    const texts = alternatives.map(({ elements }) => (elements.every(({ type }) => type === 'Character') ? `${elements.map(({ raw }) => raw.toLowerCase()).join('\0')}\0` : undefined));
    const mayBothMatch = (one: number, other: number): boolean => {
      const [a, b] = [texts[one], texts[other]];
      if (a !== undefined && b !== undefined) return a.startsWith(b) || b.startsWith(a);
      const [first, second] = [firsts[one] ?? END, firsts[other] ?? END];
      return first.nullable || second.nullable || !areDisjoint(first.first, second.first);
    };
    return Math.max(...costs.map((_, one) => costs.reduce((sum, { ways }, other) => (mayBothMatch(one, other) ? sum + ways : sum), 0)));
  }

  #sequence(elements: readonly AST.Element[], follow: Follow, before: Before): Cost {
    let ways = 1;
    let steps = 1;
    let here = before;
    for (const [index, element] of elements.entries()) {
      const next = this.#spread.first(elements.slice(index + 1), follow);
      const cost = this.#element(element, elements.slice(index + 1).some(isCostlyAssertion) ? { ...next, nullable: true } : next, here);
      steps += ways * cost.steps;
      ways *= cost.ways;
      here = { ...here, starts: here.starts * this.#backward(element, here.tails), tails: [...here.tails, this.#spread.tail(element)] };
    }
    return { ways, steps };
  }

  #element(element: AST.Element, follow: Follow, before: Before): Cost {
    switch (element.type) {
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet':
        return { ways: 1, steps: 1 };
      case 'Group':
      case 'CapturingGroup':
        return this.branch(element.alternatives, follow, before);
      case 'Assertion':
        // What an assertion found is never looked for in another way.
        return element.kind === 'lookahead' || element.kind === 'lookbehind' ? { ways: 1, steps: this.branch(element.alternatives, END, { tails: [], starts: 1, inLoop: false }).steps } : { ways: 1, steps: 1 };
      case 'Quantifier':
        return this.#repeat(element, follow, before);
      default:
        return this.#blame(element, { ways: Infinity, steps: Infinity });
    }
  }

  #repeat(quantifier: AST.Quantifier, follow: Follow, before: Before): Cost {
    const { element, min, max } = quantifier;
    if (max === 0) return { ways: 1, steps: 1 };
    if (max === 1) {
      const once = this.#element(element, follow, before);
      return { ways: once.ways + (min === 0 ? 1 : 0), steps: once.steps + 1 };
    }
    const own = this.#spread.first([element], END);
    const inner = this.#element(element, { first: own.first | follow.first, nullable: follow.nullable }, { tails: [], starts: 1, inLoop: true });
    if (own.nullable || inner.ways > 1) {
      // Each round multiplies the ways of the ones before.
      const ways = own.nullable || inner.ways === Infinity || max === Infinity ? Infinity : inner.ways ** max;
      return this.#blame(quantifier, { ways: ways * (max - min + 1), steps: ways * inner.steps }, true);
    }
    const ends = !follow.nullable && areDisjoint(this.#spread.all(element), follow.first);
    const rounds = before.inLoop ? Math.min(max, 1) : Math.min(isEndless(element) ? Infinity : max, this.#passes(element, before));
    return this.#blame(quantifier, { ways: ends ? 1 : max - min + 1, steps: rounds * (inner.steps + 2) });
  }

  /** How often the same text is passed over by a repetition, from all starts together; `Infinity` if nothing bounds that. */
  #passes(element: AST.QuantifiableElement, { tails, starts }: Before): number {
    const taken = this.#spread.all(element);
    let distance = 1;
    for (const { set, most } of tails.toReversed()) {
      if (set !== NO_BYTE && areDisjoint(set, taken)) return (distance + ESCAPE_LENGTH) * starts;
      distance += most;
      if (distance === Infinity) return Infinity;
    }
    return Infinity;
  }

  /** In how many ways an element that ends at one place can have begun. */
  #backward(element: AST.Element, tails: readonly Tail[]): number {
    if (element.type === 'Group' || element.type === 'CapturingGroup') {
      return element.alternatives.reduce((sum, { elements }) => sum + elements.reduce((ways, inner, index) => ways * this.#backward(inner, index === 0 ? tails : [this.#spread.tail(elements[index - 1] as AST.Element)]), 1), 0);
    }
    if (element.type === 'Backreference') return Infinity;
    if (element.type !== 'Quantifier' || element.min === element.max) return 1;
    const last = tails.at(-1);
    const begins = last !== undefined && last.set !== NO_BYTE && areDisjoint(last.set, this.#spread.all(element));
    return begins && isSimple(element.element) ? 1 : element.max - element.min + 1;
  }

  #blame(element: AST.Element, cost: Cost, always = false): Cost {
    const weight = cost.ways * cost.steps;
    if (weight > this.#worst || (always && weight === Infinity)) {
      this.#worst = weight;
      this.part = element.raw;
    }
    return cost;
  }
}

/** Nothing in it can be matched in more than one way. */
function isSimple({ type }: AST.Element): boolean {
  return type === 'Character' || type === 'CharacterClass' || type === 'CharacterSet';
}

function isEndless(element: AST.Element): boolean {
  if (element.type === 'Quantifier') return element.max === Infinity || isEndless(element.element);
  return (element.type === 'Group' || element.type === 'CapturingGroup') && element.alternatives.some(({ elements }) => elements.some(isEndless));
}

/** A look-around of more than one character costs at every place where it is tried, also where the rest fails at once. */
function isCostlyAssertion(element: AST.Element): boolean {
  if (element.type === 'Quantifier') return isCostlyAssertion(element.element);
  if (element.type === 'Group' || element.type === 'CapturingGroup') return element.alternatives.some(({ elements }) => elements.some(isCostlyAssertion));
  if (element.type !== 'Assertion' || (element.kind !== 'lookahead' && element.kind !== 'lookbehind')) return false;
  return element.alternatives.length > 1 || (element.alternatives[0]?.elements.length ?? 0) > 1 || element.alternatives.some(({ elements }) => elements.some((inner) => !isSimple(inner)));
}

