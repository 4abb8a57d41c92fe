/**
 * Why a value is an illustration rather than a secret, or undefined. For the body of shaped tokens (prefix cut off): chances
 * that a random body of 200 characters trips it are below one in 100,000. Passwords and assigned values have stricter
 * rules of their own (`generic/`).
 */
export function placeholderReason(body: string): string | undefined {
  if (body.length === 0) return 'empty';
  const word = WORDS.exec(body);
  if (word !== null) return 'says that it is an example';
  if (/^[\W_]*$/.test(body)) return 'has no letter or digit';
  if (body.length > LONGEST) return undefined;
  if (hasRun(body)) return 'repeats one character';
  if (hasSequence(body) || (/[-_. ]/.test(body) && hasSequence(body.replace(/[-_. ]/g, '')))) return 'counts up or down';
  if (isPeriodic(body)) return 'repeats a few characters';
  return undefined;
}

/** Beyond this a run of one character is data (zero bytes in a key), not a placeholder. */
const LONGEST = 220;
const WORDS = /anoncvs|anonymous|example|sample_?|placeholder|change_?me|redacted|dummy|your[-_]|[-_]here\b|replace[-_]?(?:me|with)|xxxxx|not[-_]?(?:a[-_]?)?real|insert[-_]|fake[-_]|[-_]fake|testtest|secretsecret|removed/i;

function hasRun(body: string): boolean {
  return /(.)\1{6}/s.test(body) || /^(.)\1*$/s.test(body);
}

/** Nine characters in a row that go up (or down) by one, for example `123456789`, `abcdefghi`; `0` follows `9`. */
function hasSequence(body: string): boolean {
  for (const step of [1, -1]) {
    let length = 1;
    for (let index = 1; index < body.length; index += 1) {
      const before = body.charCodeAt(index - 1);
      const now = body.charCodeAt(index);
      const follows = now - before === step || (step === 1 && before === NINE && now === ZERO) || (step === -1 && before === ZERO && now === NINE);
      length = follows ? length + 1 : 1;
      if (length >= 8) return true;
    }
  }
  return false;
}

const ZERO = 48;
const NINE = 57;

/** The whole body is one piece of at most eight characters over and over, at least three times. */
function isPeriodic(body: string): boolean {
  for (let period = 1; period <= 8 && period * 3 <= body.length; period += 1) {
    if (body.slice(period) === body.slice(0, -period)) return true;
  }
  return false;
}
