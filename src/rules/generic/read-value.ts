import { isIdentifier } from './not-a-secret.ts';

/** A value as source code or configuration writes it. */
export interface ReadValue {
  readonly value: string;
  /** The quotation mark (`<` of a CDATA section), empty for a bare value. */
  readonly quote: string;
  /** What follows the value (and its closing quote) on the line. */
  readonly rest: string;
}

const QUOTES = ['\\"', "\\'", '&quot;', '"""', "'''", '"', "'", '`'] as const;
/** What ends a bare value: white space, closing brackets, separators, quotes. */
const BARE = /^[^\s,;&|<>()[\]{}"'`]+/;

/** Reads one value from the start of `text`. Undefined where none begins or its quote is not closed. */
export function readValue(text: string): ReadValue | undefined {
  const prefix = /^(?:[bfru@LR$]{1,2}(?=["']))?/.exec(text)?.[0] ?? '';
  const body = text.slice(prefix.length);
  const data = /^<!\[CDATA\[([^\]\r\n]{0,400})\]\]>/.exec(body);
  if (data !== null) return { value: data[1] ?? '', quote: '<', rest: body.slice(data[0].length) };
  const quote = QUOTES.find((mark) => body.startsWith(mark));
  if (quote === undefined) {
    const value = BARE.exec(body)?.[0];
    return value === undefined ? undefined : { value, quote: '', rest: body.slice(value.length) };
  }
  const end = closing(body, quote);
  if (end === -1) return undefined;
  return { value: body.slice(quote.length, end), quote, rest: body.slice(end + quote.length) };
}

/** Offset of the closing quote; a backslash before a plain quote escapes it. */
function closing(body: string, quote: string): number {
  for (let at = body.indexOf(quote, quote.length); at !== -1; at = body.indexOf(quote, at + 1)) {
    const escapes = /\\*$/.exec(body.slice(quote.length, at))?.[0].length ?? 0;
    if (quote.startsWith('\\') || escapes % 2 === 0) return at;
  }
  return -1;
}

/** A bare value that is all of its line save a comment; separators may stand in it, brackets, quotes and pipes not. */
const WHOLE = /^([^\s|<>()[\]{}"'`]+)((?:[ \t]+[#;][^\r\n]*)?[ \t]*)$/;
/** Where a separator begins something else: the next setting or parameter, a command, an HTML entity, or nothing. */
const CONTINUES = /[;,&](?:[A-Za-z][\w.-]*[=:]|&|(?:amp|lt|gt|quot|apos|nbsp|#\d+);|$)/;

/**
 * Reads the value of a line that is one setting, `NAME=value` or `name: value`: a password there may hold `&`, `;` and `,`.
 * Undefined where the line holds more or the separators divide words or numbers (passwords of letters alone are not told from code); then `readValue` tells.
 */
export function readWholeValue(text: string): ReadValue | undefined {
  const [, value, rest] = WHOLE.exec(text) ?? [];
  if (value === undefined || rest === undefined || !/[;,&]/.test(value) || !/\d/.test(value) || CONTINUES.test(value)) return undefined;
  const isDivided = value.split(/[;,&]/).every((part) => /^\d*$/.test(part) || isIdentifier(part));
  return isDivided ? undefined : { value, quote: '', rest };
}
