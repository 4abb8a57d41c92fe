import type { AST } from '@eslint-community/regexpp';
import { bytesOf, classOf, written } from './byte-set.ts';
import { parsePattern } from './parse-pattern.ts';

/** A pattern in RE2's syntax; look-arounds at its two ends are said apart, since RE2 knows none. */
export interface Re2Pattern {
  readonly source: string;
  /** The class that may not (or, `wanted`, must) stand directly before or after a match. */
  readonly before?: Neighbour;
  readonly after?: Neighbour;
}

export interface Neighbour {
  readonly class: string;
  /** Whether such a character must be there, rather than must not. */
  readonly wanted: boolean;
}

/** Why a pattern cannot be said in RE2's syntax. */
export class NotLinear extends Error {
  /** The part of the pattern. */
  readonly part: string;

  constructor(part: string, why: string) {
    super(why);
    this.part = part;
  }
}

/** RE2 repeats nothing more often by a count. */
const MOST = 1000;

/** Translates JavaScript's syntax. Throws `NotLinear` for what no linear-time engine offers: back references and most look-arounds. */
export function toRe2(pattern: string, flags: string): Re2Pattern {
  const { alternatives } = parsePattern(pattern);
  const only = alternatives.length === 1 ? alternatives[0]?.elements : undefined;
  const before = only === undefined ? undefined : neighbour(only[0], 'lookbehind', flags);
  const after = only === undefined ? undefined : neighbour(only.at(-1), 'lookahead', flags);
  const inner = only?.slice(before === undefined ? 0 : 1, after === undefined ? undefined : -1);
  const write = writer(flags);
  return {
    source: inner === undefined ? write.alternatives(alternatives) : inner.map(write.element).join(''),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

function neighbour(element: AST.Element | undefined, kind: 'lookbehind' | 'lookahead', flags: string): Neighbour | undefined {
  if (element?.type !== 'Assertion' || element.kind !== kind) return undefined;
  const one = onlyElement(element);
  return one === undefined ? undefined : { class: classOf(bytesOf(one, flags)), wanted: !element.negate };
}

/** The only character, class or set of a look-around. */
function onlyElement(element: AST.LookaroundAssertion): AST.Character | AST.CharacterClass | AST.CharacterSet | undefined {
  const [only, ...others] = element.alternatives;
  const [one, ...more] = only?.elements ?? [];
  if (others.length > 0 || more.length > 0) return undefined;
  return one?.type === 'Character' || one?.type === 'CharacterClass' || one?.type === 'CharacterSet' ? one : undefined;
}

function writer(flags: string): { readonly element: (element: AST.Element) => string; readonly alternatives: (all: readonly AST.Alternative[]) => string } {
  const alternatives = (all: readonly AST.Alternative[]): string => all.map(({ elements }) => elements.map(element).join('')).join('|');
  const element = (node: AST.Element): string => {
    switch (node.type) {
      case 'Character':
        return flags.includes('i') ? classOf(bytesOf(node, flags)) : node.value < 256 ? written(node.value) : refuse(node.raw, 'no byte is this character');
      case 'CharacterClass':
      case 'CharacterSet':
        return classOf(bytesOf(node, flags));
      case 'Group':
        return `(?:${alternatives(node.alternatives)})`;
      case 'CapturingGroup':
        return `(${node.name === null ? '' : `?P<${node.name}>`}${alternatives(node.alternatives)})`;
      case 'Quantifier':
        return repeat(node, element(node.element));
      case 'Assertion':
        return assertion(node);
      case 'Backreference':
        return refuse(node.raw, 'a back reference needs more than linear time');
      default:
        return refuse(node.raw, 'this is not known to a linear-time engine');
    }
  };
  return { element, alternatives };
}

/** Counts over RE2's limit in pieces. */
function repeat({ min, max, greedy, raw }: AST.Quantifier, inner: string): string {
  const lazy = greedy ? '' : '?';
  const one = `(?:${inner})`;
  if (max === Infinity && min <= 1) return `${one}${min === 0 ? '*' : '+'}${lazy}`;
  if (min > MOST * 10 || (max !== Infinity && max > MOST * 10)) return refuse(raw, `a linear-time engine repeats at most ${MOST * 10} times`);
  const times = (count: number, suffix: (n: number) => string): string => (count <= 0 ? '' : Array.from({ length: Math.ceil(count / MOST) }, (_, index) => one + suffix(Math.min(MOST, count - index * MOST))).join(''));
  const must = times(min, (n) => (n === 1 ? '' : `{${n}}`));
  return `${must}${max === Infinity ? `${one}*${lazy}` : times(max - min, (n) => `{0,${n}}${lazy}`)}`;
}

const EDGES: readonly (readonly [RegExp, string])[] = [
  [/^\(\?!\[(?:\^\]|\\s\\S\]|\\S\\s\]|\\d\\D\]|\\w\\W\])\)$/, '\\z'],
  [/^\(\?<!\[(?:\^\]|\\s\\S\]|\\S\\s\]|\\d\\D\]|\\w\\W\])\)$/, '\\A'],
  [/^\(\?!\[\^\\n\]\)$/, '(?m:$)'],
  [/^\(\?<!\[\^\\n\]\)$/, '(?m:^)'],
];

function assertion(node: AST.Assertion): string {
  if (node.kind === 'start') return '\\A';
  if (node.kind === 'end') return '\\z';
  if (node.kind === 'word') return node.negate ? '\\B' : '\\b';
  const edge = EDGES.find(([form]) => form.test(node.raw));
  if (edge !== undefined) return edge[1];
  return refuse(node.raw, 'a linear-time engine looks around only at the very beginning or end of a pattern, and for one character');
}

function refuse(part: string, why: string): never {
  throw new NotLinear(part, why);
}
