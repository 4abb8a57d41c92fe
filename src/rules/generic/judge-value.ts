import type { Confidence } from '../../model/index.ts';
import { entropyOf } from '../entropy.ts';
import { isIdentifier, isProse, notASecret } from './not-a-secret.ts';
import { hasSealedPrefix } from './sealed-prefix.ts';
import type { NameKind } from './secret-name.ts';
import { wordiness, withoutFirstWords, wordsOf } from './wordiness.ts';

export type ValueVerdict =
  | { readonly keep: false; readonly why: string }
  | { readonly keep: true; readonly confidence: Confidence; readonly why: string };

const no = (why: string): ValueVerdict => ({ keep: false, why });
const yes = (confidence: Confidence, why: string): ValueVerdict => ({ keep: true, confidence, why });

/** Longer than any token of a header; keeps the tests below bounded. */
const LONGEST = 4096;

/** Whether a value fits what its name promises. Pure; `name` is only compared with the value. */
export function judgeValue(kind: NameKind, value: string, name: string, isBare: boolean): ValueVerdict {
  if (value.length > LONGEST) return no('too long');
  if (kind === 'other') return no('the name promises no secret');
  const reason = notASecret(value, name);
  if (reason !== undefined) return no(reason);
  if (hasSealedPrefix(value)) return no('the prefix of a kind with a checksum, which was wrong');
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(value)) return no('not text');
  return kind === 'token' ? judgeToken(value) : judgePassword(value, isBare);
}

function judgeToken(value: string): ValueVerdict {
  if (isJwt(value)) return no('a JWT, which its own rule judges');
  if (value.length < 12) return no('too short for a token');
  if (!/^[A-Za-z0-9_\-+/=.~:!@#$%^&*?|]+$/.test(value)) return no('not one run of token characters');
  const digits = value.replace(/[^0-9]/g, '').length;
  const letters = value.replace(/[^A-Za-z]/g, '').length;
  if (letters === 0) return no('digits only');
  const isWordy = (wordiness(value) >= 0.45 && digits < value.length / 4) || (wordiness(value) * letters) / value.length > 0.55;
  if (isWordy && !hasRandomRest(value)) return no('made of words');
  const entropy = entropyOf(value);
  const isMixed = digits > 0 || (/[a-z]/.test(value) && /[A-Z]/.test(value) && value.length >= 20);
  if (!isMixed) return no('one class of characters');
  const floor = value.length >= 24 ? 3.2 : value.length >= 16 ? 3 : 2.8;
  if (entropy < floor) return no('not random enough');
  if (value.length < 16) return yes('low', 'short, but random');
  if (digits === 0 && wordiness(value) > 0.15) return yes('low', 'random, but without digits');
  return yes('medium', `random (${entropy.toFixed(1)} bits a character)`);
}

/** Shortest rest that tells random characters from the end of an identifier. */
const SHORTEST_REST = 20;

/** Whether random characters follow the words that a value begins with: `internalservice` or `my_api_` name a token, and hide none. */
function hasRandomRest(value: string): boolean {
  const rest = withoutFirstWords(value, SHORTEST_REST);
  if (rest.length === value.length) return false;
  const digits = rest.replace(/[^0-9]/g, '').length;
  const isMixed = /[a-z]/.test(rest) && /[A-Z]/.test(rest) ? digits > 0 : digits >= rest.length / 6;
  return isMixed && /^[A-Za-z0-9+/_=-]+$/.test(rest) && wordiness(rest) < 0.3 && entropyOf(rest) >= 3.2;
}

function judgePassword(value: string, isBare: boolean): ValueVerdict {
  if (value.length > 100) return no('too long for a password');
  if (isProse(value)) return no('prose');
  if (/[\x80-\xff]/.test(value) && !/[0-9]/.test(value)) return no('a label in another language');
  const classes = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((of) => of.test(value)).length;
  const hasDigit = /[0-9]/.test(value);
  const hasSymbol = /[^A-Za-z0-9_.\-\s]/.test(value);
  if ((wordiness(value) * value.replace(/[^A-Za-z]/g, '').length) / value.length > 0.85 && wordsOf(value).length >= 4) return no('a sentence');
  if (/\s/.test(value)) return hasDigit && hasSymbol ? yes('low', 'with spaces') : no('prose');
  if (!hasDigit && !hasSymbol) {
    if (isIdentifier(value) || wordiness(value) >= 0.6) return isBare ? no('a word') : yes('low', 'letters that make words');
    return value.length >= 8 && !isBare ? yes('medium', 'random letters') : yes('low', 'letters only');
  }
  if (/pass|secret|test|demo|admin|example|user|token|guest|default|welcome|foo|hello|1234|abc/i.test(value) && classes < 4) return yes('low', 'a word that guessing tries first');
  if (value.length < 6) return yes('low', 'short');
  if (isIdentifier(value) && (/[-_.]/.test(value) || (isBare && /[a-z][A-Z]/.test(value)))) return no('an identifier');
  if (isBare && /[()[\]{}<>]|==|=>|\|\|/.test(value)) return no('code');
  return yes('medium', `${classes} classes of characters`);
}

/** Its head says so, and so do its claims or the lack of them: three long parts whose middle is no JSON are some issuer's own form. */
function isJwt(value: string): boolean {
  const [head = '', claims = '', signature = ''] = value.split('.');
  if (!/^ey[A-Za-z0-9_-]{10,}$/.test(head) || !/^\{\s{0,4}"(?:alg|typ|kid|enc|cty|x5t|jku)"/.test(decoded(head))) return false;
  return claims.length < 24 || signature.length < 24 || decoded(claims).trimStart().startsWith('{');
}

function decoded(part: string): string {
  return Buffer.from(part, 'base64url').toString('latin1');
}
