const OTHER = /[\u0080-\uffff]/g;
const RAW = /String\.raw`[^`]*[\u0080-\uffff]/;

/**
 * The same program in ASCII. esbuild escapes what stands in strings, but not in regular expressions and tagged templates, and one such character makes V8 hold,
 * hash and parse the whole file as two bytes a character. Throws where an escape would mean something else.
 */
export function asAscii(code: string): string {
  const raw = RAW.exec(code)?.[0];
  if (raw !== undefined) throw new Error(`an escape in ${raw.slice(0, 80)} would not be the character: write it otherwise`);
  return code.replaceAll(OTHER, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
