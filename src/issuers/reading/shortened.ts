/** Characters beyond the constant head that must agree: with fewer, another token would fit by chance. */
const ENOUGH = 6;

/**
 * Whether an issuer's shortened display of a token (`sk-proj-abc...xyz`, `hvs.ab****`, a first part alone) is of this one.
 * `head` is the constant part that all tokens of the kind begin with; it proves nothing.
 */
export function fitsShortened(shown: string | undefined, token: string, head = ''): boolean {
  if (shown === undefined) return false;
  const parts = shown.split(/(?:\.{2,}|…|\*+)/);
  const [first, last] = [parts[0] ?? '', parts.length > 1 ? (parts.at(-1) ?? '') : ''];
  const telling = (first.startsWith(head) ? first.length - head.length : 0) + last.length;
  return telling >= ENOUGH && token.length > first.length + last.length && token.startsWith(first) && token.endsWith(last);
}
