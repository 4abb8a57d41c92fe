import { judgeValue } from '../generic/judge-value.ts';
import { readValue, readWholeValue } from '../generic/read-value.ts';
import { assignmentScout } from '../generic/assignment-scout.ts';
import { lastPart, nameBefore } from '../generic/name-before.ts';
import { kindOfName } from '../generic/secret-name.ts';
import { wordsOf } from '../generic/wordiness.ts';
import { isInTestVector } from '../generic/test-vector.ts';
import type { CandidateText, Judgement, Validator } from '../validator.ts';

/** Lines that carry hashes and public material in plenty. */
const NOT_SECRET_LINES = /integrity["']?\s*[:=]|sha(?:1|256|384|512)-|checksum|publishable|public[_-]?key|-----BEGIN (?:PUBLIC|CERT)|fingerprint|-----END/i;

const MAX_VALUE = 512;
const MAX_LINE = 1024;

const drop = (why: string): Judgement => ({ keep: false, features: { value: why } });
const NO_SECRET = drop('the name promises no secret');

export const validator: Validator = {
  id: 'assigned-secret',
  demands: 'A name that promises a secret, and a value that is no placeholder, reference, identifier, word, path, hash or label, and random enough for what the name promises.',
  scout: assignmentScout,
  judge: (candidate) => {
    const head = headOf(candidate);
    const name = nameOf(candidate, head);
    const kind = kindOfName(name);
    if (kind === 'other') return NO_SECRET;
    if (NOT_SECRET_LINES.test(candidate.line.slice(0, MAX_LINE))) return drop('the line is about something public');
    const separator = candidate.groups['separator'] ?? '';
    const text = candidate.value.slice(0, MAX_VALUE);
    const read = (kind === 'password' && isSetting(candidate, head) ? readWholeValue(text) : undefined) ?? readValue(text);
    if (read === undefined) return drop('no whole value');
    const isBare = read.quote === '';
    const value = isBare ? read.value.replace(/[.:\\]+$/, '') : read.value;
    if (isListed(separator, head, read.rest)) return drop('a word in a list');
    if (/^(?:OLD)?PWD$/.test(name) && /[\\/]/.test(value)) return drop('a working directory');
    if (/^["'`]\s{0,4},/.test(separator) && value.length < 6) return drop('a short word behind another');
    if (isTestResult(candidate, head)) return drop('the result of a test');
    // `arn:aws:secretsmanager:eu-west-1:1234:secret:name`
    if (separator === ':' && head.endsWith(':')) return drop('a part of a longer name');
    if (/\bencoding="crypt"/.test(separator)) return drop('encrypted');
    if (/^[A-Z0-9]{2,12}(?:-[A-Z0-9]{2,12}){1,4}$/.test(value) && /\b(?:HMAC|SHA\d{1,3}|AES\d{0,3}|RSA|ECDSA|PKCS\d)\b/.test(value)) return drop('the name of an algorithm');
    if (isBare && /^[A-Z][a-z]+(?:[A-Z][a-z]+)+\d{0,4}$/.test(value) && read.rest.startsWith(';')) return drop('the name of a type');
    if (/^[ \t]+\|/.test(separator) && !/(?:^|\n)[ \t]*\|[^\n]*$/.test(head)) return drop('one of several, not a cell of a table');
    if (isElement(separator) && !read.rest.startsWith('<')) return drop('no element closes after it');
    if (isCall(separator) && !isGiven(name, read.rest)) return drop('the argument of a call that gives no secret');
    if (isBare && isCode(read.rest, candidate, head)) return drop('code');
    if (!isBare && /^\s{0,3}(?:\+|\.\s?\$|\.format|%\s|\?\?|\|\|)/.test(read.rest)) return drop('a part of an expression');
    if (kind === 'token' && isInTestVector(value, candidate.before, candidate.value.slice(candidate.value.indexOf(value) + value.length) + candidate.after)) return drop('a number of a test vector');
    if (/^ {1,3}$|^[ \t]+\|/.test(separator) && /^[A-Za-z]+$/.test(value) && !OPTION.test(head)) return drop('a word');
    const form = !isBare || isElement(separator) ? 'literal' : isShell(candidate, head) || (isSetting(candidate, head) && isEnd(read.rest)) ? 'setting' : 'bare';
    const verdict = judgeValue(kind, value, name, form);
    if (!verdict.keep) return drop(verdict.why);
    return {
      keep: true,
      confidence: isSaid(separator, read.rest) && !/\d/.test(value) ? 'low' : verdict.confidence,
      value,
      features: { name: kind === 'password' ? 'says password' : 'says key or token', value: verdict.why, form: isBare ? 'bare' : 'quoted' },
    };
  },
};

/** What stands before the found part of the name, on any line. */
function headOf({ before, groups }: CandidateText): string {
  const found = `${groups['name'] ?? ''}${groups['separator'] ?? ''}`;
  const at = before.endsWith(found) ? before.length - found.length : before.lastIndexOf(found);
  return before.slice(0, Math.max(0, at));
}

/** The last part of the whole name; `key` alone says nothing, so that the part before it comes along. */
function nameOf(candidate: CandidateText, head: string): string {
  return lastPart(nameBefore(head, head.length), candidate.groups['name'] ?? '');
}

/** Whether nothing but a name stands before the value on its line: a line of YAML, INI, properties, a table, or of an environment. */
function isSetting(candidate: CandidateText, head: string): boolean {
  const separator = candidate.groups['separator'] ?? '';
  if (/^\n[ \t]+value:[ \t]+$|^[ \t]{1,3}$|^[ \t]+\|[ \t]+$|^\}[ \t]{2,}$/.test(separator)) return true;
  if (!/^[ \t]*[:=][ \t]*$/.test(separator)) return false;
  return /^[ \t]*(?:[-*#] +|\/\/ +|(?:export|set|ENV|ARG)[ \t]+)?(?:[\w.:-]{1,100}|(?:default|admin|root|the|user|my|initial)[ \t])?$/i.test(head.slice(head.lastIndexOf('\n') + 1));
}

/** Whether the value was the last thing of its line or cell. */
function isEnd(rest: string): boolean {
  return /^(?:[ \t]+[#;].*)?[ \t]*(?:\||$)/.test(rest);
}

/** `PASS: name` of a test log, in which `PASS` says how it went. */
function isTestResult({ groups }: CandidateText, head: string): boolean {
  return groups['name'] === 'PASS' && /^:[ \t]/.test(groups['separator'] ?? '') && /(?:^|\n|[|>\]m][ \t]{0,8}|\dZ? )X?$/.test(head);
}

/** Shells, command lines and JVM options write values without quotes. */
function isShell({ groups }: CandidateText, head: string): boolean {
  const separator = groups['separator'] ?? '';
  return (separator === '=' && (/^[A-Z0-9_]+$/.test(groups['name'] ?? '') || OPTION.test(head))) || (/^ {1,3}$/.test(separator) && OPTION.test(head));
}

const OPTION = /(?:^|\s)-(?:-|D)[\w.-]{0,60}$/;

/** The text of an XML element. */
function isElement(separator: string): boolean {
  return /^["']?(?:\s*>|\s[^>]{1,120}="[^>]{0,120}>)/.test(separator) || separator.startsWith('</key>');
}

function isCall(separator: string): boolean {
  return separator.trim().startsWith('(');
}

/** `withPassword("…")` gives one; `getPassword("…")`, `validatePassword("…")` and `describe` ask for one or about one. */
function isGiven(name: string, rest: string): boolean {
  if (/^(?:[A-Z0-9_]+|\w*pass)$/.test(name) && !/^(?:set|with)/i.test(name)) return false;
  return !ASKING.has((wordsOf(name)[0] ?? '').toLowerCase()) && /^\s{0,4}[),.]/.test(rest);
}

const ASKING = new Set('get read find fetch load look lookup resolve retrieve is has from parse require ask prompt input by hash encrypt encode decode decrypt derive to on expect assert check validate verify describe remove delete add create new make generate store match test show format convert wrong missing invalid'.split(' '));

/** A name, blanks and a literal behind which the line goes on: prose unless the literal looks like a password. */
function isSaid(separator: string, rest: string): boolean {
  return /^[ \t]+(?:is[ \t]+)?$/.test(separator) && !/^\s{0,4}(?:[;}]|$)/.test(rest);
}

/** A bare value after which the line goes on is an expression or a sentence, save for comments and the next of several settings. */
function isCode(rest: string, { groups }: CandidateText, head: string): boolean {
  const separator = groups['separator'] ?? '';
  if (/^\s*={2,3}\s*$/.test(separator) || (rest.startsWith('<') && !separator.includes('>'))) return true;
  if (rest.startsWith('}') && /\$\{[\w.-]{0,60}$/.test(head)) return false;
  if (separator === '=' && (/^[A-Z0-9_]+$/.test(groups['name'] ?? '') || OPTION.test(head))) return !/^[\s;&|]/.test(rest) && rest !== '';
  if (separator === '=' && /^\s/.test(rest) && /(?:^|\s)[A-Za-z_][\w.-]{0,40}=[^\s=]{1,80}[ \t]{1,4}$/.test(head)) return false;
  if (/^\s*$/.test(rest) || /^[ \t]+(?:#|\/\/|;|--|\\$|&&|\||>)/.test(rest) || /^\s*\\?$/.test(rest)) return false;
  if (/^[;&<"'`\r\n,]/.test(rest)) return /^[,]/.test(rest) ? separator.includes('=') === false : false;
  if (/^[ \t]+[A-Za-z_][\w.-]{0,60}=/.test(rest) || /^[ \t]+--?[a-z]/.test(rest)) return false;
  return true;
}

/** `["password", "token"]` is a list of words; `set("password", "…")`, `["--password", "…"]` and `{password, "…"}` give a value. */
function isListed(separator: string, head: string, rest: string): boolean {
  if (!/^["'`]?\s{0,4},/.test(separator) || /(?:default|value)["']?\s{0,4}[=:]/.test(separator)) return false;
  if (/["'`]--?[a-z-]{0,40}$/.test(head)) return !/^\s{0,4}[\],]/.test(rest);
  if (/\{[a-z_]{0,40}$/.test(head) && !/^["'`]/.test(separator)) return !/^\s{0,4}\}/.test(rest);
  return !/\(\s{0,4}["'`][#.]?[A-Za-z0-9_.-]{0,40}$/.test(head) || !/^\s{0,4}[),]/.test(rest);
}
