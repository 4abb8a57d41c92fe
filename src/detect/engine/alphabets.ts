import { TOKEN_CHARACTERS } from './byte-classes.ts';

/** Sets of characters that a value may consist of, the narrowest first; each with both cases of its letters. */
const NAMED = {
  hex: /^[0-9A-Fa-f]$/,
  alphanumeric: /^[0-9A-Za-z]$/,
  word: /^[0-9A-Za-z_-]$/,
  base64: /^[0-9A-Za-z_+/=-]$/,
  token: TOKEN_CHARACTERS,
} as const;

/** Name of a set of characters that the prefilter finds runs of. */
export type AlphabetName = keyof typeof NAMED;

/** The narrowest alphabet that holds all of these characters; undefined if even the widest does not. */
export function alphabetOf(members: Iterable<string>): AlphabetName | undefined {
  const all = [...members];
  return (Object.keys(NAMED) as AlphabetName[]).find((name) => all.every((member) => NAMED[name].test(member)));
}

/** Sixteen bytes for the prefilter: bit `h` of byte `l` says whether the character `h << 4 | l` is a member. Nothing beyond ASCII is. */
export function alphabetRow(name: AlphabetName): Uint8Array {
  return rowOf((character) => NAMED[name].test(character));
}

/** The row of letters, digits and these marks. */
export function valueRow(marks: string): Uint8Array {
  return rowOf((character) => NAMED.alphanumeric.test(character) || marks.includes(character));
}

/** The row of these characters alone. */
export function membersRow(members: string): Uint8Array {
  return rowOf((character) => members.includes(character));
}

function rowOf(isMember: (character: string) => boolean): Uint8Array {
  const row = new Uint8Array(16);
  for (let code = 0; code < 128; code += 1) if (isMember(String.fromCharCode(code))) row[code & 15] = (row[code & 15] as number) | (1 << (code >> 4));
  return row;
}
