/** A PEM-like block: label, header lines, and the bytes between. */
export interface Armor {
  readonly label: string;
  readonly headers: string;
  readonly bytes: Buffer;
}

/**
 * Reads `-----BEGIN X----- … -----END X-----` however it stands in source text: real or escaped line ends, indentation, quotes
 * and `+` at line ends, comment marks, JSON. Undefined when what remains is not base64.
 */
export function readArmor(text: string): Armor | undefined {
  const [, label, inside] = /^-----BEGIN ([A-Z0-9 ]{3,40})-----([\s\S]*)-----END \1-----$/.exec(text) ?? [];
  if (label === undefined || inside === undefined) return undefined;
  const lines = inside
    .replace(/(?:\\r)?\\{1,4}n|\\{1,4}r|&#(?:10|13|xA|xD);/gi, '\n')
    .split(/[\r\n]+/)
    .map(withoutMarks);
  const headers = lines.filter((line) => /^[A-Za-z-]{3,20}: /.test(line));
  const body = lines
    .filter((line) => !headers.includes(line) && !/^=[A-Za-z0-9+/]{4}$/.test(line)) // the CRC-24 line of PGP
    .join('')
    .replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body) || body.replace(/=+$/, '').length % 4 === 1) return undefined;
  return { label, headers: headers.join('\n'), bytes: Buffer.from(body, 'base64') };
}

const QUOTES = '"\'`';
const LEADING = `${QUOTES} \t#*>|(`;
const TRAILING = `${QUOTES} \t,;)\\`;

/** The line without indentation, quotes, comment marks and string operators; `+` and `/` at its ends may be base64. */
function withoutMarks(line: string): string {
  let from = 0;
  let to = line.length;
  const isMark = (at: number, marks: string): boolean => marks.includes(line.charAt(at));
  while (from < to && (isMark(from, LEADING) || ('+./'.includes(line.charAt(from)) && isMark(from + 1, `${QUOTES} \t`)) || line.startsWith('// ', from))) from += 1;
  while (to > from && (isMark(to - 1, TRAILING) || ('+.'.includes(line.charAt(to - 1)) && to - 2 >= from && isMark(to - 2, `${QUOTES} \t`)))) to -= 1;
  return line.slice(from, to);
}
