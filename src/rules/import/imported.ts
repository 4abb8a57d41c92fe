import type { OwnKind } from '../own/own-kind.ts';

/** Something that was not carried over, or not as it was. */
export interface ImportNote {
  /** The field of the source, in its own words. */
  readonly field: string;
  readonly what: string;
}

/** A rule of another scanner, and what became of it. */
export interface ImportedRule {
  /** Its id in the source. */
  readonly from: string;
  /** Absent: not carried over; the notes say why. */
  readonly kind?: OwnKind;
  readonly notes: readonly ImportNote[];
}

/** A rule file of another scanner. */
export interface Imported {
  readonly rules: readonly ImportedRule[];
  /** What stands beside the rules: global allowlists, inheritance. */
  readonly notes: readonly ImportNote[];
}

/** What a reader of a format says of one rule, in our words as far as it can. */
export interface ForeignRule {
  readonly from: string;
  readonly name: string;
  readonly pattern: string;
  readonly secret?: number | string;
  readonly minEntropy?: number;
  readonly confidence?: 'high' | 'medium' | 'low';
  /** Words one of which stands near, if the pattern has no literal text. */
  readonly keywords: readonly string[];
  readonly companionOnly: boolean;
  /** By the source's ids. */
  readonly companions: readonly { readonly name: string; readonly from: string; readonly required: boolean; readonly withinBytes: number }[];
  readonly exceptWords: readonly string[];
  readonly exceptPatterns: readonly string[];
  readonly references: readonly string[];
  /** Literal texts that the rule should (not) find. They are tried, and never copied. */
  readonly examples: readonly string[];
  readonly nearMisses: readonly string[];
  readonly notes: readonly ImportNote[];
}
