/** Longest part of a name that is looked at. */
export const LONGEST_BEFORE = 60;

/** The end of `text` before `at`, as far as it can be part of a name: letters, digits and `_ . - [ ]`. Walks backwards: it is asked for every name that may have a secret. */
export function nameBefore(text: string, at: number): string {
  const least = Math.max(0, at - LONGEST_BEFORE);
  let from = at;
  while (from > least && isOfName(text.charCodeAt(from - 1))) from -= 1;
  return at <= 0 ? '' : text.slice(from, at);
}

function isOfName(code: number): boolean {
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x5f || code === 0x2e || code === 0x2d || code === 0x5b || code === 0x5d;
}

/** The last part of a name of which `found` was found and `before` stands before it; `key` alone says nothing, so that the part before it comes along. */
export function lastPart(before: string, found: string): string {
  const parts = (before + found).split(/[.[\]]+/);
  const last = parts.at(-1) ?? '';
  return /^keys?$/i.test(last) && parts.length > 1 ? parts.slice(-2).join('-') : last;
}
