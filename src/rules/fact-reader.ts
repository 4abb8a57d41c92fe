import type { OfflineFacts } from '../model/index.ts';

/** Reads what a token says of itself. One file each in `facts/`; a rule names it by `id`. Asks nobody, verifies no signature. */
export interface FactReader {
  readonly id: string;
  /** What it reads and from which document, for `rules/README.md`. */
  readonly reads: string;
  /** Undefined when the token does not say anything readable. Total: any text may be given. */
  readonly read: (token: string) => OfflineFacts | undefined;
}
