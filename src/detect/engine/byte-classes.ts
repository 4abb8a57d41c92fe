/** Numbers that `src/detect/wasm/prefilter.ts` knows as the class of an anchor. */
export const ANCHOR_CLASS = {
  /** Its presence is enough. */
  literal: 0,
  /** A run of token characters begins at the anchor. */
  shaped: 1,
  /** A run of token characters stands within the window after it. */
  near: 2,
  /** It is in a name that is given a value. */
  assignment: 3,
  /** `://` of a URL whose authority holds a password: `user:password@` (RFC 3986 §3.2.1). */
  authority: 4,
  /** A value of the right length and alphabet begins behind a mark (`= : " > (` …) within the window after it. */
  context: 5,
} as const;

const TOKEN = 1;
const DIGIT = 2;
const IDENT = 4;
const BLANK = 8;
const STOP = 16;
const SYMBOL = 32;
const QUOTE = 64;

/** Characters that tokens consist of; the same string serves `pattern-facts`. */
export const TOKEN_CHARACTERS = /^[A-Za-z0-9_\-+/=.~%:!@#$&*|]$/;

/** The table of 256 class bytes that the prefilter looks up. */
export function byteClasses(): Uint8Array {
  const table = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    const character = String.fromCharCode(byte);
    let bits = 0;
    if (byte < 128 && TOKEN_CHARACTERS.test(character)) bits |= TOKEN;
    if (/[0-9]/.test(character)) bits |= DIGIT;
    if (byte < 128 && /[A-Za-z0-9_\-.$]/.test(character)) bits |= IDENT;
    if (character === ' ' || character === '\t') bits |= BLANK;
    if (/[\r\n\0,;)\]}>]/.test(character)) bits |= STOP;
    if (/[!@#$%^&*~+=?]/.test(character) || byte >= 128) bits |= SYMBOL;
    if (/["'`]/.test(character)) bits |= QUOTE;
    table[byte] = bits;
  }
  return table;
}
