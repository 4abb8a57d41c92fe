import { RegExpParser } from '@eslint-community/regexpp';
import type { AST } from '@eslint-community/regexpp';

/** One rule is looked at from several sides, one after another: its patterns need be parsed once. */
const MOST_KEPT = 8;
const KNOWN = new Map<string, AST.Pattern>();

/** A pattern as a tree, which others may hold, too. Throws the parser's SyntaxError. */
export function parsePattern(pattern: string): AST.Pattern {
  const known = KNOWN.get(pattern);
  if (known !== undefined) return known;
  const tree = new RegExpParser({ ecmaVersion: 2024 }).parsePattern(pattern, 0, pattern.length, { unicode: false, unicodeSets: false });
  if (KNOWN.size >= MOST_KEPT) KNOWN.clear();
  KNOWN.set(pattern, tree);
  return tree;
}
