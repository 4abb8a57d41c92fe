import { judgeValue } from '../generic/judge-value.ts';
import { readValue, readWholeValue } from '../generic/read-value.ts';
import { nameBefore } from '../generic/name-before.ts';
import { kindOfName } from '../generic/secret-name.ts';
import { isInTestVector } from '../generic/test-vector.ts';
import type { CandidateText, Judgement, Validator } from '../validator.ts';

/** Lines that carry hashes and public material in plenty. */
const NOT_SECRET_LINES = /integrity["']?\s*[:=]|sha(?:1|256|384|512)-|checksum|publishable|public[_-]?key|-----BEGIN (?:PUBLIC|CERT)|fingerprint|-----END/i;

const MAX_VALUE = 512;
const MAX_LINE = 1024;

const drop = (why: string): Judgement => ({ keep: false, features: { value: why } });

export const validator: Validator = {
  id: 'assigned-secret',
  demands: 'A name that promises a secret, and a value that is no placeholder, reference, identifier, word, path, hash or label, and random enough for what the name promises.',
  judge: (candidate) => {
    const name = nameOf(candidate);
    const kind = kindOfName(name);
    if (kind === 'other') return drop('the name promises no secret');
    if (NOT_SECRET_LINES.test(candidate.line.slice(0, MAX_LINE))) return drop('the line is about something public');
    const text = candidate.value.slice(0, MAX_VALUE);
    const read = (kind === 'password' && isSetting(candidate) ? readWholeValue(text) : undefined) ?? readValue(text);
    if (read === undefined) return drop('no whole value');
    const isBare = read.quote === '';
    const value = isBare ? read.value.replace(/[.:\\]+$/, '') : read.value;
    if (isListed(candidate, read.rest)) return drop('a word in a list');
    if (isBetweenColons(candidate)) return drop('a part of a longer name');
    if ((candidate.groups['separator'] ?? '').startsWith('>') && !read.rest.startsWith('<')) return drop('no element closes after it');
    if (isBare && isCode(read.rest, candidate)) return drop('code');
    if (!isBare && /^\s{0,3}(?:\+|\.\s?\$|\.format|%\s|\?\?|\|\|)/.test(read.rest)) return drop('a part of an expression');
    if (kind === 'token' && isInTestVector(value, candidate.before, candidate.value.slice(candidate.value.indexOf(value) + value.length) + candidate.after)) return drop('a number of a test vector');
    const verdict = judgeValue(kind, value, name, isBare);
    if (!verdict.keep) return drop(verdict.why);
    return {
      keep: true,
      confidence: verdict.confidence,
      value,
      features: { name: kind === 'password' ? 'says password' : 'says key or token', value: verdict.why, form: isBare ? 'bare' : 'quoted' },
    };
  },
};

/** The whole name: what the pattern found of it, and the part before that. */
function nameOf({ before, groups }: CandidateText): string {
  const found = groups['name'] ?? '';
  const at = before.lastIndexOf(found);
  return (nameBefore(before, at) + found).replace(/^.*[.[\]]/, '');
}

/** Whether nothing but a name stands before the value on its line: a line of YAML, INI, properties, or of an environment. */
function isSetting({ before, groups }: CandidateText): boolean {
  const separator = groups['separator'] ?? '';
  if (!/^[ \t]*[:=][ \t]*$|\n[ \t]+value:[ \t]+$/.test(separator)) return false;
  const head = before.slice(before.lastIndexOf('\n') + 1);
  return /^[ \t]*(?:- +|(?:export|set|ENV|ARG)[ \t]+)?[\w.-]{1,100}[ \t]*[:=][ \t]*$/.test(head);
}

/** A bare value after which the line goes on is an expression or a sentence, save for comments and the next of several settings. */
function isCode(rest: string, { before, groups }: CandidateText): boolean {
  const separator = groups['separator'] ?? '';
  if (/^\s*={2,3}\s*$/.test(separator) || (rest.startsWith('<') && !separator.includes('>'))) return true;
  if (separator === '=' && (/^[A-Z0-9_]+$/.test(groups['name'] ?? '') || /(?:^|\s)--[a-z-]{0,40}$/.test(before.slice(0, Math.max(0, before.lastIndexOf(groups['name'] ?? '')))))) return !/^[\s;&|]/.test(rest) && rest !== '';
  if (separator === '=' && /^\s/.test(rest) && /(?:^|\s)[A-Za-z_][\w.-]{0,40}=[^\s=]{1,80}[ \t]{1,4}$/.test(before.slice(0, Math.max(0, before.lastIndexOf(groups['name'] ?? ''))))) return false;
  if (/^\s*$/.test(rest) || /^[ \t]+(?:#|\/\/|;|--|\\$|&&|\||>)/.test(rest) || /^\s*\\?$/.test(rest)) return false;
  if (/^[;&<"'`\r\n,]/.test(rest)) return /^[,]/.test(rest) ? (groups['separator'] ?? '').includes('=') === false : false;
  if (/^[ \t]+[A-Za-z_][\w.-]{0,60}=/.test(rest) || /^[ \t]+--?[a-z]/.test(rest)) return false;
  return true;
}

/** `["password", "token"]` is a list of words; `set("password", "…")` gives a value. */
function isListed({ before, groups }: CandidateText, rest: string): boolean {
  if (!(groups['separator'] ?? '').includes(',')) return false;
  const head = before.slice(0, Math.max(0, before.lastIndexOf(groups['name'] ?? '')));
  return !/\(\s{0,4}["'`][A-Za-z0-9_.-]{0,40}$/.test(head) || !/^\s{0,4}[),]/.test(rest);
}

/** `arn:aws:secretsmanager:eu-west-1:1234:secret:name`. */
function isBetweenColons({ before, groups }: CandidateText): boolean {
  const name = groups['name'] ?? '';
  const at = before.lastIndexOf(name);
  return (groups['separator'] ?? '') === ':' && at > 0 && before[at - 1] === ':';
}
