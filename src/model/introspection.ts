/** `Date` is an instant, `never` is what the issuer said, absent is a silent issuer: three different facts. */
export interface ActiveFacts {
  /** RFC 7662 `sub` or `username`: who the token acts as. */
  readonly sub?: string;
  readonly clientId?: string;
  readonly scopes?: readonly string[];
  readonly iat?: Date;
  readonly exp?: Date | 'never';
  readonly lastUsedAt?: Date | 'never';
  /** The issuer's own id of the token, with which it can be revoked without the secret. Not secret. */
  readonly tokenId?: string;
  /** Token name or description at the issuer. */
  readonly name?: string;
  /** The person, team or service account that answers for the token, where that is not `sub` (a bot's owner, who made the key). */
  readonly owner?: string;
  /** Uses that the issuer's audit log holds since the token's first known exposure; absent is a silent issuer, empty is "none". */
  readonly uses?: readonly TokenUse[];
  /** Why `uses` may not be all of them; absent: they are. */
  readonly usesPartial?: string;
  /** Anything else the issuer said that is worth showing (uses left, allowed networks); never secret. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** One use of a token, from the audit log of its issuer. */
export interface TokenUse {
  readonly at: Date;
  /** Network address of the caller, as the issuer wrote it. */
  readonly address?: string;
  /** What was called, in the issuer's own words. */
  readonly action?: string;
  readonly result?: 'allowed' | 'denied';
}

export type UnknownWhy =
  | 'timeout'
  | 'network'
  | 'throttled'
  | 'server-error'
  | 'malformed'
  | 'unexpected-status'
  | 'refused-address'
  | 'redirect'
  | 'tls'
  | 'too-large'
  | 'own-credentials'
  | 'ambiguous';

export type NotAttemptedWhy =
  | 'no-issuer'
  | 'host-not-known'
  | 'denied'
  | 'not-allowed'
  | 'no-verify'
  | 'egress-only'
  | 'expired-offline'
  | 'no-introspection'
  | 'missing-companion'
  | 'no-client-credentials'
  | 'test-mode'
  /** A decoy: asking would alert whoever planted it. */
  | 'canary'
  | 'interrupted'
  /** Nothing is known of it but the name under which a CI system keeps it. */
  | 'name-only'
  /** Somebody may have been asked, and the reader is the public, whom that is not for. */
  | 'withheld';

/** What the issuer said, in four outcomes. Only a response that the issuer's code names may mean inactive. */
export type Introspection = (
  | { readonly status: 'active'; readonly facts: ActiveFacts }
  | { readonly status: 'inactive'; readonly reason: string }
  | { readonly status: 'unknown'; readonly why: UnknownWhy; readonly detail: string; readonly retryAfterSeconds?: number }
  | { readonly status: 'notAttempted'; readonly why: NotAttemptedWhy; readonly detail: string }
) & {
  readonly at: Date;
  /** How: `oauth:rfc7662`, `github:GET /user`, … Never holds a secret. */
  readonly method: string;
  /** Store id from configuration or issuer id. */
  readonly store?: string;
  /** Host asked, if one was. */
  readonly host?: string;
};

/** Answers of a short while ago, which `verify` may use instead of asking again. `ask` never does. */
export interface KeptAnswers {
  readonly get: (id: string) => Introspection | undefined;
  /** Told of every fresh answer; keeps those that are active or inactive. */
  readonly put: (id: string, answer: Introspection) => void;
}
