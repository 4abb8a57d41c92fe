/**
 * Whether what is given to a name at `at` of `text`, behind its quote, may be a token: false only where `judgeValue` would keep no token. One run of
 * eight or more characters of tokens, with a digit, or in both cases and longer, or as long as a UUID.
 */
export function mayBeToken(text: string, at: number): boolean {
  let from = at;
  while (from < at + 2 && isPrefix(text.charCodeAt(from))) from += 1;
  // a letter is a prefix only before a quote, and a part of the value otherwise
  if (from > at && !isQuote(text.charCodeAt(from))) from = at;
  if (text.startsWith('<![CDATA[', from)) return true;
  if (text.startsWith('&quot;', from)) from += 6;
  while (isQuote(text.charCodeAt(from))) from += 1;
  const most = Math.min(text.length, from + LONGEST);
  let seen = 0;
  let end = from;
  for (; end < most; end += 1) {
    const kind = KINDS[text.charCodeAt(end)] ?? 0;
    if (kind === 0) break;
    seen |= kind;
    if (end - from >= LEAST - 1 && ((seen & DIGIT) !== 0 || (end - from >= LEAST_MIXED - 1 && (seen & BOTH) === BOTH))) return true;
  }
  return end - from >= LENGTH_OF_UUID;
}

/** As far as a value is looked at. */
const LONGEST = 512;
const LEAST = 8;
const LEAST_MIXED = 20;
const LENGTH_OF_UUID = 36;

const DIGIT = 2;
const BOTH = 4 | 8;

/** What each character of a token is; 0 for others. */
const KINDS = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[0-9]/.test(character)) return DIGIT;
  if (/[a-z]/.test(character)) return 4;
  if (/[A-Z]/.test(character)) return 8;
  return /[_\-+/=.~:!@#$%^&*?|]/.test(character) ? 1 : 0;
});

/** The quote may be escaped. */
function isQuote(code: number): boolean {
  return code === 0x22 || code === 0x27 || code === 0x60 || code === 0x5c;
}

/** Before a quote, as Python, C#, Rust and others have it. */
function isPrefix(code: number): boolean {
  return PREFIXES.has(code);
}

const PREFIXES = new Set([...'bfru@LR$'].map((character) => character.charCodeAt(0)));
