/** A check that a token's own characters must pass. One file each in `checksums/`; a rule names it by `id`. */
export interface Checksum {
  readonly id: string;
  /** How it is computed and how we know, for `rules/README.md`. */
  readonly proof: string;
  /** The text that completes `head` (all of the token written so far) to a valid token. */
  readonly make: (head: string) => string;
  /** Pure and total: any text may be given. `invalid` means: no issuer ever made this token. */
  readonly check: (token: string) => 'valid' | 'invalid';
}
