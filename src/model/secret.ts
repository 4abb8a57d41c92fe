import { inspect } from 'node:util';
import { redactorOf } from './redactor.ts';

/**
 * The only holder of a plaintext credential. String, JSON and inspect forms are the mask, so that a
 * `Secret` that reaches a log, an error or a report by mistake shows nothing. `reveal` is legal only in
 * `src/issuers` and `src/respond`, and in `src/github` of our own token (lint rule `tokenwarden/reveal`).
 */
export class Secret {
  readonly #value: string;
  /** Keyed hash, safe to show and to store: `tw1:` and 32 hex digits. See `lib/fingerprint`. */
  readonly fingerprint: string;
  /** What people see in place of the value, for example `ghp_************`. Never a part of the random body. */
  readonly masked: string;

  constructor(value: string, fingerprint: string, masked: string) {
    this.#value = value;
    this.fingerprint = fingerprint;
    this.masked = masked;
  }

  /** The plaintext. For a request to the issuer only: never store, print, log or put it into a URL or argv. */
  reveal(): string {
    return this.#value;
  }

  /**
   * Which kinds of characters it has and how many, as a recipe of made-up samples: `ghp_<base62:36>`. Of the value itself
   * only `publicPrefix`, which every token of the kind has, and the dots, colons and dashes between its parts. For what is
   * learnt of false positives; it narrows a guess, so it never stands in a report.
   */
  shape(publicPrefix: string): string {
    const head = this.#value.startsWith(publicPrefix) ? publicPrefix : '';
    const body = this.#value.slice(head.length);
    const isParted = (text: string, mark: RegExp, part: RegExp): boolean => mark.test(text) && text.split(mark).every((one) => part.test(one));
    const shapeOfGroups = (text: string): string => (isParted(text, /-/, /^[0-9A-Za-z]{4,}$/) ? text.split(/(-)/).map(shapeOf).join('') : shapeOf(text));
    return head.replaceAll('<', '<<') + (isParted(body, /[.:]/, /^[\w+/=-]+$/) ? body.split(/([.:])/).map(shapeOfGroups).join('') : shapeOfGroups(body));
  }

  /**
   * A function that replaces every given secret in a text by its mask: as it is, and its base64, base64url, hex and
   * percent-encoded forms. For strings that came from outside and reach people (a file named after a token, an issuer that
   * echoes it). Words without a digit and values under eight characters are left alone: hiding `password` in a
   * path would point at it, and damage the path. Time is linear in the text, however many secrets there are.
   */
  static redactor(secrets: Iterable<Secret>): (text: string) => string {
    return redactorOf([...secrets], (secret) => secret.#value);
  }

  toString(): string {
    return this.masked;
  }

  toJSON(): string {
    return this.masked;
  }

  [inspect.custom](): string {
    return `Secret(${this.masked})`;
  }
}

/** The narrowest alphabet that holds a part, by its name in recipes. */
const ALPHABETS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['digits', /^[0-9]+$/],
  ['hex', /^[0-9a-f]+$/],
  ['hexupper', /^[0-9A-F]+$/],
  ['lower', /^[a-z]+$/],
  ['upper', /^[A-Z]+$/],
  ['base36', /^[0-9a-z]+$/],
  ['upper36', /^[0-9A-Z]+$/],
  ['base62', /^[0-9A-Za-z]+$/],
  ['base64url', /^[0-9A-Za-z_-]+$/],
  ['base64', /^[0-9A-Za-z+/]+={0,2}$/],
];

function shapeOf(part: string): string {
  if (part === '' || /^[.:-]$/.test(part)) return part;
  const name = ALPHABETS.find(([, pattern]) => pattern.test(part))?.[0] ?? 'strong';
  return `<${name}:${part.length}>`;
}
