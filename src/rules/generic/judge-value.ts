import type { Confidence } from '../../model/index.ts';
import { entropyOf } from '../entropy.ts';
import { placeholderReason } from '../placeholder.ts';
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

/** How a value is written: bare in what may be code, bare as the whole rest of a line of settings, or as a literal. */
export type ValueForm = 'bare' | 'setting' | 'literal';

/** Whether a value fits what its name promises. Pure; `name` is the last part of the name. */
export function judgeValue(kind: NameKind, value: string, name: string, form: ValueForm): ValueVerdict {
  if (value.length > LONGEST) return no('too long');
  if (kind === 'other') return no('the name promises no secret');
  const special = kind === 'token' ? (form !== 'bare' || RANDOM_UUID.test(value) ? judgeUuid(value, name) : undefined) : form === 'bare' ? undefined : judgePin(value, name, form);
  if (special !== undefined) return special;
  const reason = notASecret(value, name);
  if (reason !== undefined) return no(reason);
  if (hasSealedPrefix(value)) return no('the prefix of a kind with a checksum, which was wrong');
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(value)) return no('not text');
  return kind === 'token' ? judgeToken(value, name, form) : judgePassword(decodePercent(value), form);
}

/** What a value with several percent escapes says. */
function decodePercent(value: string): string {
  if (!/%[0-9a-f]{2}.{0,8}%[0-9a-f]{2}/i.test(value)) return value;
  try {
    return Buffer.from(decodeURIComponent(value), 'utf8').toString('latin1');
  } catch {
    return value;
  }
}

/** Client secrets and API keys of many services are UUIDs; what else is one is an identifier. */
function judgeUuid(value: string, name: string): ValueVerdict | undefined {
  if (!UUID.test(value) || !/secret|api[_.-]?key|passw|access[_.-]?key|app[_.-]?key/i.test(name)) return undefined;
  return placeholderReason(value.replace(/-/g, '')) === undefined && entropyOf(value) >= 3 ? yes('medium', 'a UUID under a name for keys') : no('a UUID that counts or repeats');
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** In a header or a query nothing says that a value ends where it does; random ones are no part of a path or a list. */
const RANDOM_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Digits alone are a password where nothing else can be meant; `pass` also counts what went well. */
function judgePin(value: string, name: string, form: ValueForm): ValueVerdict | undefined {
  if (!/^\d{6,20}$/.test(value) || (form === 'setting' && /(?:^|[^a-z])pass$/i.test(name))) return undefined;
  const steps = new Set([...value].slice(1).map((digit, index) => (Number(digit) - Number(value[index]) + 10) % 10));
  return steps.size < 3 || placeholderReason(value) !== undefined ? no('digits that count or repeat') : yes('medium', 'digits only');
}

function judgeToken(value: string, name: string, form: ValueForm): ValueVerdict {
  if (isJwt(value)) return no('a JWT, which its own rule judges');
  if (value.length < 8) return no('too short for a token');
  if (!/^[A-Za-z0-9_\-+/=.~:!@#$%^&*?|]+$/.test(value)) return no('not one run of token characters');
  const digits = value.replace(/[^0-9]/g, '').length;
  const letters = value.replace(/[^A-Za-z]/g, '').length;
  if (letters === 0) return no('digits only');
  const isWordy = (wordiness(value) >= 0.45 && digits < value.length / 4) || (wordiness(value) * letters) / value.length > 0.55;
  if (value.length < 16) return isWordy && !isChosen(value) ? no('made of words') : judgeShortToken(value, name, form, digits);
  if (isWordy && !hasRandomRest(value)) return no('made of words');
  const entropy = entropyOf(value);
  const isMixed = digits > 0 || (/[a-z]/.test(value) && /[A-Z]/.test(value) && value.length >= 20);
  if (!isMixed) return no('one class of characters');
  const floor = value.length >= 24 ? 3.2 : /^[0-9a-f]+$/i.test(value) ? 2.7 : 3;
  if (entropy < floor) return no('not random enough');
  if (digits === 0 && wordiness(value) > 0.15) return yes('low', 'random, but without digits');
  return yes('medium', `random (${entropy.toFixed(1)} bits a character)`);
}

/** Below sixteen characters only what a literal or a setting gives to a secret or a key counts; a token of such length is rarely one. */
function judgeShortToken(value: string, name: string, form: ValueForm, digits: number): ValueVerdict {
  const isRandom = digits > 0 && entropyOf(value) >= (value.length >= 12 ? 2.8 : 2.5);
  if (!isRandom) return no('not random enough');
  if (form === 'bare' || isTechnical(value) || !/(?:secret|api[_.-]?key|access[_.-]?key|private[_.-]?key|token)$/i.test(name)) return value.length < 12 ? no('too short for a token') : yes('low', 'short, but random');
  if (value.length < 12 && !/secret$/i.test(name)) return no('too short for a token');
  if (isIdentifier(value) || isDummy(value)) return yes('low', 'words and digits');
  return digits >= 2 || /[a-z]/.test(value.replace(/[^A-Za-z]/g, '')) !== /[A-Z]/.test(value) ? yes('medium', 'short, but random') : yes('low', 'short, but random');
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

function judgePassword(value: string, form: ValueForm): ValueVerdict {
  if (value.length > 100) return no('too long for a password');
  if (value.length < 5) return no('too short for a password');
  if (isProse(value)) return no('prose');
  if (/[\x80-\xff]/.test(value) && !/[0-9]/.test(value)) return no('a label in another language');
  const isBare = form === 'bare';
  const classes = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((of) => of.test(value)).length;
  const hasDigit = /[0-9]/.test(value);
  const hasSymbol = /[^A-Za-z0-9_.\-\s']/.test(value);
  if ((wordiness(value) * value.replace(/[^A-Za-z]/g, '').length) / value.length > 0.85 && wordsOf(value).length >= 4) return no('a sentence');
  if (/\s/.test(value)) return hasDigit && hasSymbol ? yes('low', 'with spaces') : no('prose');
  if (!hasDigit && !hasSymbol) {
    if (isIdentifier(value) || wordiness(value) >= 0.6) return form === 'literal' ? yes('low', 'letters that make words') : no('a word');
    if (form === 'bare') return no('letters only');
    if (/^[A-Z]+$/.test(value) && value.length < 12) return yes('low', 'capitals, as names of parameters');
    return value.length >= (form === 'literal' ? 5 : 6) ? yes('medium', 'random letters') : yes('low', 'letters only');
  }
  if (/[\x00-\x1f\x7f]/.test(value)) return no('not text');
  if (!hasDigit && !/[^A-Za-z_.\-:/,;?*'"()&|]/.test(value) && wordiness(value) >= 0.6) return no('words');
  if (isTechnical(value)) return no('a technical word');
  if (isDummy(value) && classes < 4) return yes('low', 'a word that stands for a password');
  if (isBare && value.length < 6) return yes('low', 'short');
  if (isIdentifier(value) && (/[-_.]/.test(value) || (form !== 'literal' && /[a-z\d][A-Z]/.test(value)))) {
    return !isBare && isChosen(value) ? yes('medium', 'words and digits') : no('an identifier');
  }
  if (form === 'setting' && /^[a-z]+\d$/i.test(value) && isIdentifier(value)) return yes('low', 'a word and a digit');
  if (isBare && /[()[\]{}<>]|==|=>|\|\|/.test(value)) return no('code');
  return yes('medium', `${classes} classes of characters`);
}

/** Words of which nothing is left but filling: `test-pass1`, `mySecret99`, `P@ssw0rd!`. */
function isDummy(value: string): boolean {
  const plain = value.toLowerCase().replace(/[-_]/g, '').replace(/@/g, 'a').replace(/0/g, 'o').replace(/\$/g, 's');
  if (!/^\d{0,4}[a-z]+\d{0,6}[!.*#?]{0,2}[\do]{0,4}$/.test(plain)) return false;
  const letters = plain.replace(/[^a-z]/g, '');
  return letters.replace(/passw(?:or)?d|pwd|passphrase|passcode|pass|secret|tests?|testing|demo|example|sample|user(?:name)?|token|foo|bar|baz|dummy|fake|mock|your|hello|world|abcd?e?f?|value|key|super|valid|wrong|invalid|correct|some|new|old|the|my|a$/g, '').length < 3;
}

/** Two or three plain words with a number, as people choose them; words that programs name things by are none. */
function isChosen(value: string): boolean {
  return /^[A-Za-z]{3,24}(?:[-_][A-Za-z]{3,12}){0,3}[-_]?\d{1,6}$/.test(value) && !NAMING.test(value);
}

const NAMING = /pass|secret|key|token|cred|name|test|file|path|user|auth|config|service|server|client|account|cluster|node|host|group|role|example|sample|default|data|prod|stag|dev|env|app|api|web|vault|version|type|field|value|param|input|output|label|title|button|form|page|view|item|list|step|phase|level|mode|text|string|error|message|model|state/i;

/** Names of algorithms, encodings and versions that end in digits. */
function isTechnical(value: string): boolean {
  return /^(?:oauth[12]?a?|o?auth-?v?\d|sha-?\d+\w*|md\d|utf-?\d+|base-?\d+|http\d?|ipv[46]|x509|pkcs\d+|pbkdf2\w*|argon2\w*|[ehr]s\d{3}|aes-?\d*\w*|rsa-?\d*|scram-sha-\d+\w*|ntlmv?2?|ed25519|curve25519|secp\d+\w\d|v\d+\w*|u?int\d+|float\d+|latin\d|iso\d+|cp\d+|win\d+|level\d+|h\d|mp[34]|s3|ec2|k8s|i18n|l10n|utf8mb4)$/i.test(value);
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
