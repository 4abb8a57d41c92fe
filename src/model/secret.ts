import { inspect } from 'node:util';

/**
 * The only holder of a plaintext credential. String, JSON and inspect forms are the mask, so that a
 * `Secret` that reaches a log, an error or a report by mistake shows nothing. `reveal` is legal only in
 * `src/issuers` and `src/respond` (lint rule `tokenwarden/reveal`).
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
