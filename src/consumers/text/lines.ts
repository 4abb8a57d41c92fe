/** Where a value stands in a text. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly value: string;
  /** The quotes that it stands in, or nothing. */
  readonly quote: string;
}

/**
 * The value behind `KEY=`, quotes left where they are. The last of several counts, as it does for shells. With `section`, only lines
 * below `[SECTION]` count, as in the credentials file of AWS.
 */
export function valueSpan(text: string, key: string, section?: string): Span | undefined {
  let found: Span | undefined;
  let start = 0;
  let isInside = section === undefined;
  for (const line of text.split('\n')) {
    if (section !== undefined && line.startsWith('[')) isInside = line.trim() === `[${section}]`;
    const equals = line.indexOf('=');
    if (isInside && equals !== -1 && line.slice(0, equals).trim().replace(/^export\s+/, '') === key) {
      const after = line.slice(equals + 1);
      const bare = after.trim();
      const quote = bare.length > 1 && /^["']/.test(bare) && bare.endsWith(bare.charAt(0)) ? bare.charAt(0) : '';
      const value = bare.slice(quote.length, bare.length - quote.length);
      const from = start + equals + 1 + (after.length - after.trimStart().length) + quote.length;
      found = { from, to: from + value.length, value, quote };
    }
    start += line.length + 1;
  }
  return found;
}

/** What ends a value, or is read as something else, for a shell or for readers of `.env`, by the quotes that it stands in. */
const BREAKING: Readonly<Record<string, RegExp>> = { '': /[\s"'`$\\#;&|<>()]/, '"': /[\n\r"`$\\]/, "'": /[\n\r']/ };

/** Whether a value cannot stand where another one stood without changing the line around it. */
export function breaksLine({ quote }: Span, value: string): boolean {
  return BREAKING[quote]?.test(value) !== false;
}
