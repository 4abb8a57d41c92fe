import type { AnchorClass, Confidence, Lifetime, TokenType } from '../model/index.ts';
import type { Boundary } from './boundary.ts';

/** A sample as written: a bare string is a recipe. */
export type SampleEntry = string | { readonly recipe: string; readonly seed?: number; readonly in?: string; readonly why?: string };

/** One kind as written in `rules/<issuer>.yml`, already valid by `rule-schema.ts`. */
export interface KindEntry {
  readonly id: string;
  readonly name: string;
  readonly type: TokenType;
  readonly lifetime: Lifetime;
  readonly pattern: string;
  readonly boundary?: Boundary;
  readonly flags?: string;
  readonly anchors: readonly string[];
  readonly paths?: readonly string[];
  readonly 'anchor-class'?: AnchorClass;
  readonly lead?: number;
  readonly 'window-before'?: number;
  readonly 'window-after'?: number;
  readonly checksum?: string;
  readonly validator?: string;
  readonly facts?: string;
  readonly 'min-entropy'?: number;
  readonly confidence: Confidence;
  readonly 'public-prefix'?: string;
  readonly companions?: readonly { readonly name: string; readonly rule: string; readonly 'within-bytes'?: number; readonly required?: boolean }[];
  readonly priority?: number;
  readonly 'companion-only'?: boolean;
  readonly opens: string;
  readonly 'revoke-by-hand': string;
  readonly references: readonly string[];
  readonly since?: string;
  readonly examples: readonly SampleEntry[];
  readonly 'near-misses': readonly SampleEntry[];
}

export interface RuleFile {
  readonly issuer: string;
  readonly name: string;
  readonly kinds: readonly KindEntry[];
}
