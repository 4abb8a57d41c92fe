import { isPlainSecret, judgeName } from '../context/judge-name.ts';
import { readName } from '../context/read-name.ts';
import { entropyOf } from '../entropy.ts';
import { notASecret } from '../generic/not-a-secret.ts';
import { hasSealedPrefix } from '../generic/sealed-prefix.ts';
import { wordiness } from '../generic/wordiness.ts';
import type { CandidateText, Judgement, Validator } from '../validator.ts';

/** Lines of hashes and public material. */
const NOT_SECRET_LINES = /integrity["']?\s*[:=]|sha(?:1|256|384|512)[-:_ ]|checksum|publishable|public[_-]?key|-----BEGIN (?:PUBLIC|CERT)|fingerprint|gitHead|["']?resolved["']?:/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Heads of lists of hashes. */
const CHECKSUMS = /checksums?\b|sha(?:1|256|512)sums?\b|\bhashes\b/i;
/** What may follow an issuer's word in the name of its key: an account, a team or a project has an id. */
const BARE = /^[\W_]*(?:(?:api|auth|oauth2?|access|config|env|value|header|param|prod|production|live|dev|test|staging|default|service|client|v?\d)[\W_]*){0,3}$/i;
/** What may follow a word that is written without a break: `imaggakey`, `imaggaapitoken`. */
const CONTINUES = /^(?:$|[^a-z]|[A-Z]|api|app|key|token|secret|auth|access|client|pass|pwd|cred|private|personal|account|user|server|service|prod|live|test|dev|io|hq|com|url)/;

const drop = (why: string): Judgement => ({ keep: false, features: { value: why } });

export const validator: Validator = {
  id: 'context-value',
  demands: 'The issuer\'s word in the value\'s own name, or a little before a name that says key, token or secret and nothing else; the value random for its length, and no hash, word, placeholder or encoded text.',
  judge: (candidate) => {
    const place = placeOf(candidate);
    if (typeof place === 'string') return drop(place);
    const { value, line, groups } = candidate;
    if (NOT_SECRET_LINES.test(line)) return drop('the line is about something public');
    if (groups['upper'] !== undefined && /[a-z]/.test(value)) return drop('small letters in a kind of capitals');
    const reason = judgeRandom(value, place.says === 'secret');
    if (reason !== undefined) return drop(reason);
    return { keep: true, confidence: place.isSure ? 'medium' : 'low', features: { name: place.says === 'secret' ? 'says key or token' : 'is the issuer\'s', place: place.own ? 'in the value\'s name' : 'near the value' } };
  },
};

/** What a client of the service is made with: `new AcmeClient("…")`, `acme.NewClient("…")`, `require('acme')('…')`. */
const FIRST_ARGUMENT = /^[^\r\n]{0,50}?(?:client|sdk|api|connection|connect|configure|init|initiali[sz]e|login|authenticate)\(["'`]$|^["'`]\)\(["'`]$/i;

interface Place {
  readonly own: boolean;
  readonly says: 'secret' | 'nothing';
  readonly isSure: boolean;
}

/** How the word and the value belong together, or why they do not. */
function placeOf({ value, before, after, groups }: CandidateText): Place | string {
  const word = groups['near'] ?? groups['named'] ?? '';
  const gap = groups['gap'] ?? '';
  if (!standsAlone(word, gap, before.slice(0, Math.max(0, before.length - word.length - gap.length)))) return 'the word is a part of another';
  if (FIRST_ARGUMENT.test(gap) && gap.length <= 60) return { own: true, says: 'secret', isSure: value.length >= 16 };
  const given = readName(word + gap);
  if (given === undefined) return 'no name';
  if (given.start === 0) return ownName(value, given.name.slice(word.length), given.by, groups['named'] !== undefined, word, () => CHECKSUMS.test(before) || isOneOfMany(value, before + after));
  if (groups['named'] !== undefined) return 'the name does not hold the word';
  if (!isPlainSecret(given.name)) return 'the name promises no secret';
  if (given.by === 'list' || (given.by === 'blank' && gap.length > 40)) return 'a list or a sentence';
  return { own: false, says: 'secret', isSure: value.length >= 16 };
}

function ownName(value: string, rest: string, by: string, isOrdinary: boolean, word: string, isListed: () => boolean): Place | string {
  const says = judgeName(rest);
  if (says === 'other') return 'the name promises no secret';
  if (says === 'secret') return { own: true, says, isSure: value.length >= 12 };
  if (isOrdinary || UUID.test(value) || value.length < 20) return 'the name promises no secret';
  if (by === 'blank' || by === 'list') return 'a list or a sentence';
  const isRandom = /^[0-9a-f]+$/i.test(value) ? value.length >= 32 : wordShare(value) < 0.3 && ((value.match(/[0-9]/g) ?? []).length >= 3 || (/[0-9]/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value)));
  return { own: true, says, isSure: isRandom && BARE.test(rest) && !isListed() };
}

/** Whether another value of the same length and letters stands nearby: a table of hashes or ids, of which none is a key. */
function isOneOfMany(value: string, around: string): boolean {
  const isHex = /^[0-9a-f]+$/i.test(value);
  return (around.match(isHex ? /[0-9a-f]{20,}/gi : /[\w+/-]{20,}/g) ?? []).some((other) => other.length === value.length && /[0-9]/.test(other) && other !== value);
}

/** Neither the word's head nor its tail belongs to a longer one, save where case changes. */
function standsAlone(word: string, gap: string, before: string): boolean {
  const previous = before.slice(-1);
  if (/[a-z]/i.test(previous) && !(/[a-z]/.test(previous) && /^[A-Z]/.test(word))) return false;
  return CONTINUES.test(gap) || (word === word.toUpperCase() && CONTINUES.test(gap.toLowerCase()));
}

/** Why a value is not random, or undefined. */
function judgeRandom(value: string, isNamed: boolean): string | undefined {
  if (!UUID.test(value)) {
    // A shape that begins with 0x means it: elsewhere that is an address or a number.
    const reason = notASecret(value.replace(/^0x(?=[0-9a-f]{32})/i, ''), '');
    if (reason !== undefined) return reason;
  } else if (!isNamed) return 'a UUID';
  if (/^[0-9a-f-]+$/i.test(value) && /[a-f]/.test(value) && /[A-F]/.test(value)) return 'hex in letters of both cases';
  if (hasSealedPrefix(value)) return 'the prefix of a kind with a checksum, which was wrong';
  if (!/[0-9]/.test(value) && !(/[a-z]/.test(value) && /[A-Z]/.test(value) && wordShare(value) < 0.3)) return 'no digit';
  if (!UUID.test(value) && !/^[0-9]+$/.test(value) && !/[a-z]/i.test(value)) return 'digits only';
  if (!/^[0-9a-f-]+$/i.test(value) && wordShare(value) > 0.5) return 'made of words';
  if (entropyOf(value) < (value.length >= 20 ? 2.9 : 2.3)) return 'not random enough';
  return undefined;
}

/** Share of all characters that stand in words. */
function wordShare(value: string): number {
  return (wordiness(value) * value.replace(/[^A-Za-z]/g, '').length) / value.length;
}
