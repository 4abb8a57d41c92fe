import type { Confidence, Rule } from './rule.ts';
import type { Location } from './location.ts';
import type { Secret } from './secret.ts';

/** Facts read from the token's own bytes, without asking anyone (JWT claims, routable GitLab tokens, SAS expiry). */
export interface OfflineFacts {
  readonly issuedAt?: Date;
  readonly expiresAt?: Date | 'never';
  readonly subject?: string;
  readonly clientId?: string;
  readonly issuerUrl?: string;
  readonly audience?: readonly string[];
  readonly scopes?: readonly string[];
  readonly algorithm?: string;
  readonly testMode?: boolean;
  /** Whether the signature of a JWT verifies under a word that everybody tries first; absent: not signed by HMAC, or not tried. */
  readonly commonKey?: boolean;
  /** Anything else worth showing; never secret. */
  readonly notes?: Readonly<Record<string, string>>;
}

export interface Companion {
  readonly name: string;
  readonly secret: Secret;
  readonly location?: Location;
}

/** One place in one blob where one rule matched. */
export interface Match {
  readonly rule: Rule;
  readonly secret: Secret;
  readonly location: Location;
  readonly companions: readonly Companion[];
  readonly confidence: Confidence;
  readonly facts?: OfflineFacts;
  /** Shannon bits per character × length: how hard the value is to guess at most. */
  readonly entropyBits: number;
  /** Why a generic match was kept; shown by `explain`. Never secret. */
  readonly features: Readonly<Record<string, string>>;
  /** Hosts that stand beside the token in the scanned content, lower case. Never contacted unless configuration names them. */
  readonly hosts: readonly string[];
}

/** The unique thing behind one or many matches. */
export interface Credential {
  readonly fingerprint: string;
  readonly rule: Rule;
  readonly issuer: string;
  readonly secret: Secret;
  readonly companions: readonly Companion[];
  readonly confidence: Confidence;
  readonly facts?: OfflineFacts;
  /** Set where nothing is known but the names under which a CI system keeps it and hands it to a workflow; `secret` then stands for them. */
  readonly reference?: { readonly names: readonly string[] };
  readonly entropyBits: number;
  readonly features: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
  /** All of them, sorted by origin, path and region. */
  readonly occurrences: readonly Location[];
}
