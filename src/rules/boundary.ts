/** What may not touch a match. `none`: the pattern says it itself. */
export type Boundary = 'word' | 'dash' | 'base64' | 'none';

/**
 * Ends of an escape or a control sequence that look like a letter or digit but are no part of the token: `\n`, `%3D`,
 * `\u0022`, the `m` of a terminal colour.
 */
const ESCAPES = String.raw`(?<=\\[nrt]|%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\[[0-9;]{1,6}m)`;

const SETS: Readonly<Record<Exclude<Boundary, 'none'>, { readonly before: string; readonly after: string }>> = {
  word: { before: 'A-Za-z0-9_', after: 'A-Za-z0-9_' },
  dash: { before: 'A-Za-z0-9_\\-', after: 'A-Za-z0-9_\\-' },
  base64: { before: 'A-Za-z0-9_+/.\\-', after: 'A-Za-z0-9_+/=\\-' },
};

/** The pattern with its boundary spelt out as assertions. */
export function withBoundary(pattern: string, boundary: Boundary): string {
  if (boundary === 'none') return pattern;
  const { before, after } = SETS[boundary];
  const body = pattern.includes('|') ? `(?:${pattern})` : pattern;
  return `(?:(?<![${before}])|${ESCAPES})${body}(?![${after}])`;
}

/** The pattern without the boundary that `withBoundary` gave it, whichever it was. */
export function withoutBoundary(pattern: string): string {
  for (const { before, after } of Object.values(SETS)) {
    const head = `(?:(?<![${before}])|${ESCAPES})`;
    const tail = `(?![${after}])`;
    if (pattern.startsWith(head) && pattern.endsWith(tail)) return pattern.slice(head.length, -tail.length);
  }
  return pattern;
}
