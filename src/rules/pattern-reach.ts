import type { AST } from '@eslint-community/regexpp';
import { parsePattern } from './pattern/parse-pattern.ts';

/** Bytes that an unbounded or very long repetition is granted. */
export const MAX_REACH = 16_384;

/** How far a pattern looks, in characters, and the literal text that every match begins with. */
export interface PatternReach {
  /** Longest match, assertions at its end included. */
  readonly length: number;
  /** Farthest a look-behind sees before the match. */
  readonly before: number;
  /** Constant head of every match; empty if there is none. */
  readonly head: string;
}

/** Throws the parser's SyntaxError when `source` is no regular expression. */
export function reachOf(source: string, flags: string): PatternReach {
  const ast = parsePattern(source);
  const reach = { before: 0 };
  const length = longest(ast.alternatives, reach);
  return { length: Math.min(length, MAX_REACH), before: Math.min(reach.before, MAX_REACH), head: flags.includes('i') ? '' : headOf(ast) };
}

function longest(alternatives: readonly AST.Alternative[], reach: { before: number }): number {
  return Math.max(0, ...alternatives.map((alternative) => alternative.elements.reduce((sum, element) => sum + longestElement(element, reach), 0)));
}

function longestElement(element: AST.Element, reach: { before: number }): number {
  switch (element.type) {
    case 'Assertion':
      if (element.kind === 'lookbehind') reach.before = Math.max(reach.before, longest(element.alternatives, reach));
      else if (element.kind === 'word') reach.before = Math.max(reach.before, 1);
      return element.kind === 'lookahead' ? longest(element.alternatives, reach) : element.kind === 'word' ? 1 : 0;
    case 'Group':
    case 'CapturingGroup':
      return longest(element.alternatives, reach);
    case 'Quantifier': {
      const once = longestElement(element.element, reach);
      return once === 0 ? 0 : Math.min(MAX_REACH, once * element.max);
    }
    case 'Backreference':
      return MAX_REACH;
    default:
      return 1;
  }
}

/** Literal characters at the start, past assertions and into groups of one alternative. */
function headOf(node: AST.Pattern | AST.Group | AST.CapturingGroup): string {
  const [only] = node.alternatives;
  return node.alternatives.length === 1 && only !== undefined ? headOfElements(only.elements).text : '';
}

function headOfElements(elements: readonly AST.Element[]): { readonly text: string; readonly whole: boolean } {
  let text = '';
  for (const element of elements) {
    if (element.type === 'Assertion' || isAssertions(element)) continue;
    if (element.type === 'Character') text += String.fromCodePoint(element.value);
    else if ((element.type === 'Group' || element.type === 'CapturingGroup') && element.alternatives.length === 1) {
      const inner = headOfElements(element.alternatives[0]?.elements ?? []);
      text += inner.text;
      if (!inner.whole) return { text, whole: false };
    } else return { text, whole: false };
  }
  return { text, whole: true };
}

function isAssertions(element: AST.Element): boolean {
  return element.type === 'Group' && element.alternatives.every(({ elements }) => elements.every((inner) => inner.type === 'Assertion' || isAssertions(inner)));
}
