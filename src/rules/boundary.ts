/** What may not touch a match. `none`: the pattern says it itself. */
export type Boundary = 'word' | 'dash' | 'base64' | 'none';

/**
 * Ends of an escape or a control sequence that look like a letter or digit but are no part of the token: `\n`, `%3D`,
 * `\u0022`, the `m` of a terminal colour.
 */
const ESCAPES = String.raw`(?<=\\[nrt]|%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\[[0-9;]{1,6}m)`;

/** The same without assertions, for an engine that has none. */
export const ESCAPES_BEFORE = String.raw`\\[nrt]|%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\[[0-9;]{1,6}m`;

/** Characters that may not stand before and after, as the inside of a class. */
export const BOUNDARY_CLASSES: Readonly<Record<Exclude<Boundary, 'none'>, { readonly before: string; readonly after: string }>> = {
  word: { before: 'A-Za-z0-9_', after: 'A-Za-z0-9_' },
  dash: { before: 'A-Za-z0-9_\\-', after: 'A-Za-z0-9_\\-' },
  base64: { before: 'A-Za-z0-9_+/.\\-', after: 'A-Za-z0-9_+/=\\-' },
};

/** The pattern with its boundary spelt out as assertions. */
export function withBoundary(pattern: string, boundary: Boundary): string {
  if (boundary === 'none') return pattern;
  const { before, after } = BOUNDARY_CLASSES[boundary];
  const body = pattern.includes('|') ? `(?:${pattern})` : pattern;
  return `(?:(?<![${before}])|${ESCAPES})${body}(?![${after}])`;
}

/** The pattern without the boundary that `withBoundary` gave it, whichever it was. */
export function withoutBoundary(pattern: string): string {
  return splitBoundary(pattern).body;
}

/** What `withBoundary` was given. */
export function splitBoundary(pattern: string): { readonly body: string; readonly boundary: Boundary } {
  for (const boundary of ['word', 'dash', 'base64'] as const) {
    const { before, after } = BOUNDARY_CLASSES[boundary];
    const head = `(?:(?<![${before}])|${ESCAPES})`;
    const tail = `(?![${after}])`;
    if (pattern.startsWith(head) && pattern.endsWith(tail)) return { body: pattern.slice(head.length, -tail.length), boundary };
  }
  return { body: pattern, boundary: 'none' };
}
