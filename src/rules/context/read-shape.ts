/** What a shape says: the pattern of a value (for the flag `i`), the recipe of an example, and how long values are. */
export interface ReadShape {
  readonly pattern: string;
  readonly recipe: string;
  readonly shortest: number;
  /** Only capitals and digits: the validator looks, because patterns of this table ignore case. */
  readonly isUpper: boolean;
}

interface Alphabet {
  readonly members: string;
  readonly segment: string;
}

/** Letters of either case are meant unless the alphabet says otherwise: issuers print one kind in both. */
const ALPHABETS: Readonly<Record<string, Alphabet>> = {
  hex: { members: '0-9a-f', segment: 'hex' },
  hexupper: { members: '0-9a-f', segment: 'hexupper' },
  digits: { members: '0-9', segment: 'digits' },
  letters: { members: 'a-z', segment: 'letters' },
  base36: { members: '0-9a-z', segment: 'base36' },
  upper36: { members: '0-9a-z', segment: 'upper36' },
  base62: { members: '0-9a-z', segment: 'base62' },
  base64: { members: '0-9a-z+/', segment: 'base64' },
  base64url: { members: '0-9a-z_\\-', segment: 'base64url' },
};
/** Punctuation that may follow an alphabet's name: `base62=` is letters, digits and the equals sign. */
const EXTRAS = /[-_.=:/+%]*$/;
/** Any letters: some issuers cut their keys in the same way without counting in hex. */
const UUID = '[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12}';

/**
 * Reads a shape of `rules/context.yml`: `hex:32`, or several parts in angle brackets with literal text between them,
 * `<base62:8>.<base62:32>`. A part is `uuid`, or an alphabet with what punctuation it also has, and a length or a range:
 * `base62=:72`, `base64url:40-46`. Throws an Error that names the part it does not know.
 */
export function readShape(shape: string): ReadShape {
  const parts = (shape.includes('<') ? shape : `<${shape}>`).match(/<[^<>]*>|[^<>]+/g) ?? [];
  const read = parts.map((part) => (part.startsWith('<') ? readPart(part.slice(1, -1)) : literal(part)));
  return {
    pattern: read.map(({ pattern }) => pattern).join(''),
    recipe: read.map(({ recipe }) => recipe).join(''),
    shortest: read.reduce((sum, { shortest }) => sum + shortest, 0),
    isUpper: read.some(({ isUpper }) => isUpper) && read.every(({ isUpper, recipe }) => isUpper || !recipe.startsWith('<') || recipe.startsWith('<digits')),
  };
}

function literal(text: string): ReadShape {
  return { pattern: text.replace(/[.+*?()[\]{}|\\^$/]/g, '\\$&'), recipe: text, shortest: text.length, isUpper: false };
}

function readPart(part: string): ReadShape {
  if (part === 'uuid') return { pattern: UUID, recipe: '<uuid>', shortest: 36, isUpper: false };
  const [, name = '', low, high] = /^(.+):(\d{1,4})(?:-(\d{1,4}))?$/.exec(part) ?? [];
  const extras = EXTRAS.exec(name)?.[0] ?? '';
  const alphabet = ALPHABETS[name.slice(0, name.length - extras.length)];
  if (low === undefined || alphabet === undefined) {
    throw new Error(`the shape has "${part}"; expected uuid or ALPHABET:LENGTH with an alphabet of ${Object.keys(ALPHABETS).join(', ')}, which - _ . = : / + % may follow`);
  }
  if (high !== undefined && Number(high) <= Number(low)) throw new Error(`the shape has "${part}", whose range goes down`);
  const members = alphabet.members + [...extras].map((extra) => (extra === '-' ? '\\-' : extra)).join('');
  const length = high === undefined ? low : `${low}-${high}`;
  return {
    pattern: `[${members}]{${length.replace('-', ',')}}`,
    recipe: `<${alphabet.segment}:${length}>`,
    shortest: Number(low),
    isUpper: alphabet.segment.includes('upper'),
  };
}
