import type { SeededRandom } from '../seeded-random.ts';
import { pem, putty } from './keys.ts';
import { obscure } from '../encoding/rclone.ts';
import { jwt, uuid } from './structures.ts';
import { base64of, flyMacaroon, gitlabPayload, macaroon } from './tokens.ts';

/** Makes one part of a token from the text after the colon. Throws an Error that says what was expected. */
export type Segment = (argument: string, random: SeededRandom) => string;

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const SYMBOLS = '!#%*+-.?@_~';

const ALPHABETS: Readonly<Record<string, string>> = {
  base62: DIGITS + UPPER + LOWER,
  base36: DIGITS + LOWER,
  upper36: UPPER + DIGITS,
  lower: LOWER,
  upper: UPPER,
  letters: UPPER + LOWER,
  digits: DIGITS,
  hex: `${DIGITS}abcdef`,
  hexupper: `${DIGITS}ABCDEF`,
  base32: `${UPPER}234567`,
  base32lower: `${LOWER}234567`,
  base58: '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
  bech32: '023456789ACDEFGHJKLMNPQRSTUVWXYZ',
  bech32lower: '023456789acdefghjklmnpqrstuvwxyz',
  base64: `${UPPER}${LOWER}${DIGITS}+/`,
  base64url: `${UPPER}${LOWER}${DIGITS}-_`,
};

function ofAlphabet(alphabet: string): Segment {
  return (argument, random) => random.text(alphabet, count(argument, random));
}

/** `30` or `109-269`. */
function count(argument: string, random: SeededRandom): number {
  const [, low, high] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(argument) ?? [];
  if (low === undefined) throw new Error(`a segment length is a number or a range like 20-40, not "${argument}"`);
  const from = Number(low);
  return high === undefined ? from : from + random.below(Number(high) - from + 1);
}

/** Every kind of character at least once, as a person's strong password has. */
function strongPassword(argument: string, random: SeededRandom): string {
  const length = count(argument, random);
  const must = [LOWER, UPPER, DIGITS, SYMBOLS].map((alphabet) => random.pick(alphabet));
  const rest = Array.from({ length: Math.max(0, length - must.length) }, () => random.pick(LOWER + UPPER + DIGITS));
  return [...rest.slice(0, 2), ...must, ...rest.slice(2)].join('').slice(0, length);
}

/** The parts a recipe may be made of. `base64bytes:64` is 64 random bytes in padded base64, `base64urlbytes` unpadded base64url. */
export const SEGMENTS: Readonly<Record<string, Segment>> = {
  ...Object.fromEntries(Object.entries(ALPHABETS).map(([name, alphabet]) => [name, ofAlphabet(alphabet)])),
  base64bytes: (argument, random) => random.bytes(count(argument, random)).toString('base64'),
  base64urlbytes: (argument, random) => random.bytes(count(argument, random)).toString('base64url'),
  strong: strongPassword,
  choice: (argument, random) => argument.split('|')[random.below(argument.split('|').length)] ?? '',
  repeat: (argument) => {
    const [, text, times] = /^(.+)\*(\d{1,4})$/.exec(argument) ?? [];
    if (text === undefined) throw new Error(`<repeat:TEXT*TIMES> expected, not "${argument}"`);
    return text.repeat(Number(times));
  },
  uuid: (_, random) => uuid(random),
  percent: (argument, random) => encodeURIComponent(random.bytes(count(argument, random)).toString('base64')),
  jwt,
  pem,
  putty,
  macaroon,
  'gitlab-payload': gitlabPayload,
  'fly-macaroon': flyMacaroon,
  /** A password of so many characters as `rclone obscure` writes it. */
  rclone: (argument, random) => obscure(strongPassword(argument, random), random.bytes(16)),
  base64of,
};
