export type TokenType =
  | 'access-token'
  | 'refresh-token'
  | 'api-key'
  | 'client-secret'
  | 'session'
  | 'password'
  | 'private-key'
  | 'webhook'
  | 'signed-url'
  | 'id';

export type Confidence = 'high' | 'medium' | 'low';

/** How long tokens of this kind are meant to live: `temporary` (48 h by default policy), `persistent` (14 d), `static` (no expiry by design). */
export type Lifetime = 'temporary' | 'persistent' | 'static';

/** How candidates of a rule are recognised before its pattern is tried. See `src/detect/README.md`. */
export type AnchorClass = 'shaped' | 'assignment' | 'literal' | 'authority' | 'context';

/** A sample: generator recipe, text around it, and the seed. Never a literal token. Grammar in `src/rules/recipe.ts`. */
export interface Sample {
  readonly recipe: string;
  readonly seed: number;
  /** Text with one `{}` where the token goes. Default `token = "{}"`. */
  readonly in?: string;
  /** For near misses: why it must not be reported. */
  readonly why?: string;
}

/** A part that belongs to the same credential, for example the id of an AWS secret key. */
export interface CompanionSpec {
  readonly name: string;
  /** Rule id whose match is the companion. */
  readonly rule: string;
  readonly withinBytes: number;
  readonly required: boolean;
}

/** One token kind, as compiled from `rules/<issuer>.yml`. */
export interface Rule {
  readonly id: string;
  readonly issuer: string;
  readonly issuerName: string;
  readonly name: string;
  readonly tokenType: TokenType;
  readonly lifetime: Lifetime;
  /** JavaScript regular expression source, tried on a latin1 window. Group `secret`, else the first group, else all of it is the secret. */
  readonly pattern: string;
  readonly flags: string;
  /** Literals, at least three bytes, at least one of which stands in or near every match. Case-insensitive. */
  readonly anchors: readonly string[];
  /** Ends of paths (`config/master.key`, `*.acl`): the rule has no anchors and is tried over the head of such files, and nowhere else. In a history that is so for blobs of at most 4 KiB, by a path that the walk or the index gives them. */
  readonly paths?: readonly string[];
  readonly anchorClass: AnchorClass;
  /** Bytes of window before and after an anchor. */
  readonly windowBefore: number;
  readonly windowAfter: number;
  /** Every match holds one of the anchors, which begins at most so many characters behind the match's start: no match need be looked for elsewhere. Absent where that is not sure. */
  readonly lead?: number;
  /** Name of a unit in `src/rules/checksums/`; a match that fails it is dropped. */
  readonly checksum?: string;
  /** Name of a unit in `src/rules/validators/`: structure beyond a regular expression (JWT, PEM, URL, generic value). */
  readonly validator?: string;
  /** Name of a unit in `src/rules/facts/`: what the token's own bytes say (expiry, scope, principal). */
  readonly facts?: string;
  /** Shannon entropy of the secret in bits per character, at least. */
  readonly minEntropy?: number;
  readonly confidence: Confidence;
  /** The constant head of the token, which may be shown. */
  readonly publicPrefix: string;
  readonly companions: readonly CompanionSpec[];
  /** Rules that this one yields to when both match the same bytes. Higher wins. */
  readonly priority: number;
  /** A part of a credential that is not one alone (an AWS key id): matched for companions, never a finding. */
  readonly companionOnly: boolean;
  /** `linear`: the pattern runs on an engine whose time grows with the text alone. Absent: JavaScript's own engine. People's own rules only. */
  readonly engine?: 'linear';
  /** Secrets that are none: what holds one of the words (any case), or matches one of the patterns. People's own rules only. */
  readonly except?: { readonly words: readonly string[]; readonly patterns: readonly string[] };
  readonly opens: string;
  readonly revokeByHand: string;
  readonly references: readonly string[];
  readonly since: string;
  readonly examples: readonly Sample[];
  readonly nearMisses: readonly Sample[];
}
