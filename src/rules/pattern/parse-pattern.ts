import { RegExpParser } from '@eslint-community/regexpp';
import type { AST } from '@eslint-community/regexpp';

/** A pattern as a tree. Throws the parser's SyntaxError. */
export function parsePattern(pattern: string): AST.Pattern {
  return new RegExpParser({ ecmaVersion: 2024 }).parsePattern(pattern, 0, pattern.length, { unicode: false, unicodeSets: false });
}
