import type { Confidence, OfflineFacts, Role } from '../model/index.ts';

/** A candidate and what stands around it, in latin1 characters (one per byte). */
export interface CandidateText {
  /** What the rule's pattern called the secret. */
  readonly value: string;
  /** At most `CONTEXT_BYTES` before the value, on any lines. */
  readonly before: string;
  /** At most `CONTEXT_BYTES` after the value, on any lines. */
  readonly after: string;
  /** The line of the value's first byte, as far as `before` and `after` reach. */
  readonly line: string;
  /** Named groups of the pattern that took part. */
  readonly groups: Readonly<Record<string, string>>;
}

export interface Judgement {
  readonly keep: boolean;
  /** Replaces the rule's own confidence. */
  readonly confidence?: Confidence;
  /** Why it was kept or dropped, for `explain`. Never secret. */
  readonly features: Readonly<Record<string, string>>;
  readonly facts?: OfflineFacts;
  /** A part of `value`, where the pattern took too much. */
  readonly value?: string;
  readonly role?: Exclude<Role, 'log'>;
}

/** Drops candidates before their groups and surroundings are cut out of the text. */
export interface Scout {
  /** The pattern without groups that are not needed; undefined for a pattern that the scout does not know. */
  readonly patternOf: (pattern: string) => string | undefined;
  /** False only where `judge` would drop for certain what was found by that pattern: `length` characters from `at` on, of which the first are `name`. */
  readonly mayKeep: (text: string, at: number, length: number, name: string) => boolean;
}

/** Structure and context beyond a regular expression. One file each in `validators/`; pure, total, linear in its input. */
export interface Validator {
  readonly id: string;
  /** One sentence for `rules/README.md`: what it demands. */
  readonly demands: string;
  readonly judge: (candidate: CandidateText) => Judgement;
  /** A cheaper look at most candidates, for the engine alone. */
  readonly scout?: Scout;
}

/** How far before and after a value a validator may look. Windows of rules with a validator hold this much more. */
export const CONTEXT_BYTES = 256;
