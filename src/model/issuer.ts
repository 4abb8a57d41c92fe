import type { Companion, OfflineFacts } from './credential.ts';
import type { ActiveFacts, NotAttemptedWhy, TokenUse, UnknownWhy } from './introspection.ts';
import type { IssueOperation } from './issue.ts';
import type { Rule } from './rule.ts';
import type { Secret } from './secret.ts';

/** A request as data. Secrets stand in `headers` or `body` only, never in `url`. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether it may be sent once more when a kept-alive connection breaks before any answer. Default: GET and HEAD only. */
  readonly repeatable?: boolean;
}

/** Header names in lower case. `body` is text of at most the client's limit. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of a request: an answer, or a named way of not getting one. */
export type HttpOutcome =
  | { readonly ok: true; readonly response: HttpResponse }
  | { readonly ok: false; readonly why: UnknownWhy; readonly detail: string; readonly retryAfterSeconds?: number };

export type Send = (request: HttpRequest) => Promise<HttpOutcome>;

/**
 * Encryption of a connection that is not HTTP: from the first byte (`direct`), by the protocol's own upgrade (`later`), or
 * none. `verify`: whether the server must prove its name.
 */
export type SocketTls = { readonly mode: 'none' } | { readonly mode: 'direct' | 'later'; readonly verify: boolean };

/** A connected socket of Node, as far as issuers and their drivers look at it. */
export interface ByteStream {
  readonly destroyed: boolean;
  readonly remoteAddress?: string | undefined;
  write(bytes: Uint8Array): boolean;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  emit(event: string): boolean;
}

/** With what a protocol's own upgrade to TLS is to be done. */
export interface TlsParameters {
  readonly ca?: readonly string[];
  readonly rejectUnauthorized: boolean;
  readonly servername?: string;
}

/** Uses an open connection; `tls` is what the protocol's own upgrade is to be done with (mode `later`). */
export type Talk<T> = (stream: ByteStream, tls: TlsParameters | undefined) => Promise<T>;

/** What came of a conversation that is not HTTP. */
export type SocketOutcome<T> = { readonly ok: true; readonly value: T } | Extract<HttpOutcome, { readonly ok: false }>;

/** One conversation on the store's own host and port, for issuers that do not speak HTTP. `verb` is for the ledger. */
export type Open = <T>(verb: string, tls: SocketTls, talk: Talk<T>) => Promise<SocketOutcome<T>>;

/** A protocol other than HTTP that a store's URL names. */
export interface Protocol {
  /** `postgresql`, `postgres`: schemes of the URL, without the colon. */
  readonly schemes: readonly string[];
  readonly defaultPort: number;
  /** Parameters that the URL's query may have, and their values; for a value that nobody can list, what it must match whole. */
  readonly parameters?: Readonly<Record<string, readonly (string | RegExp)[]>>;
}

/** One issuing store, from configuration (`stores:`) or built in (a kind whose only host is public). */
export interface Store {
  readonly id: string;
  /** Name of the issuer module that knows how to talk to it. */
  readonly type: string;
  /** Origin or base URL, no trailing slash. */
  readonly baseUrl: URL;
  /** Which credentials are its own. */
  readonly claims: readonly Claim[];
  readonly clientAuth?: ClientAuth;
  /** Endpoints that override discovery. */
  readonly endpoints?: Readonly<Record<string, URL>>;
  /** Loopback, private and link-local addresses are refused unless this is set. */
  readonly allowPrivate: boolean;
  readonly requestsPerSecond: number;
  readonly source: 'configuration' | 'built-in';
  /** Built-in stores: host names that are this store, subdomains included. It does not claim a token that stands beside other hosts only. */
  readonly ownHosts?: readonly string[];
}

/** A credential belongs to a store if every given part holds. An empty claim holds for nothing. */
export interface Claim {
  readonly rule?: string;
  /** JWT `iss`, exact. */
  readonly jwtIssuer?: string;
  /** Regular expression over the whole secret. */
  readonly pattern?: string;
  /** Host that stands next to the token in the scanned content (an .npmrc line, a remote URL), exact. */
  readonly hintedHost?: string;
}

/** Our own credentials at a store; values come from the environment and live in `Secret`s. */
export type ClientAuth =
  | { readonly method: 'none' }
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly clientId: string; readonly clientSecret: Secret }
  | { readonly method: 'bearer'; readonly token: Secret };

/** What an issuer is given to build a request. */
export interface Ask {
  readonly rule: Rule;
  readonly secret: Secret;
  readonly companions: readonly Companion[];
  readonly facts?: OfflineFacts;
  readonly store: Store;
  readonly send: Send;
  /** Opens a connection to a store whose issuer says which `protocol` it speaks. */
  readonly open?: Open;
  readonly now: () => Date;
  /** Makes a value once per store and run (discovery metadata). One that is not worth keeping is made again next time. */
  readonly remember?: <T>(key: string, make: () => Promise<T>, isWorthKeeping: (value: T) => boolean) => Promise<T>;
}

/** What is known of a credential before anything is sent. */
export type Subject = Pick<Ask, 'rule' | 'secret' | 'companions' | 'facts' | 'store'>;

/** What is special about an operation for one credential; decided without a request. */
export interface Particular {
  readonly method?: string;
  readonly sideEffects?: string;
  /** Why it cannot be done for this credential at all. */
  readonly impossible?: { readonly why: NotAttemptedWhy; readonly detail: string };
}

/** An introspection without time and method, which the caller adds. */
export type Answer =
  | { readonly status: 'active'; readonly facts: ActiveFacts }
  | { readonly status: 'inactive'; readonly reason: string }
  | { readonly status: 'unknown'; readonly why: UnknownWhy; readonly detail: string; readonly retryAfterSeconds?: number }
  | { readonly status: 'notAttempted'; readonly why: NotAttemptedWhy; readonly detail: string };

/** What the issuer says of a mutation. `accepted` is not proof: only a second introspection is. */
export type Mutation =
  | { readonly status: 'accepted'; readonly detail: string }
  | { readonly status: 'refused'; readonly detail: string }
  | { readonly status: 'uncertain'; readonly why: UnknownWhy; readonly detail: string };

/** How a question or a mutation is described to people before it is sent. */
export interface Operation<T> {
  /** `POST introspection_endpoint (RFC 7662)`: for ledgers, plans and `--egress`. */
  readonly method: string;
  readonly run: (ask: Ask) => Promise<T>;
  /** Where kinds of one issuer differ. */
  readonly particular?: (subject: Subject) => Particular;
}

export interface RevokeOperation extends Operation<Mutation> {
  readonly reversible: boolean;
  /** What else dies with it; for the plan. */
  readonly sideEffects: string;
}

/** What a token that goes on living is limited to. Scopes in the words of its introspection; all that are dropped are the rest. */
export interface ScopeLimit {
  readonly keep: readonly string[];
  readonly drop: readonly string[];
}

/** What `shorten` and `narrow` are given. `secret` is there where the token was found, and the issuer's own id of it always. */
export interface LimitAsk extends AdminAsk {
  readonly tokenId: string;
  readonly secret?: Secret;
  /** What else is known of a token that was found. */
  readonly subject?: Subject;
}

/** Changes a token that goes on living: less time, or fewer scopes. Never more of either. What it answers is not proof. */
export interface LimitOperation<Limit> extends Pick<RevokeOperation, 'method' | 'reversible' | 'sideEffects'> {
  readonly run: (ask: LimitAsk, limit: Limit) => Promise<Mutation>;
  /** Why it cannot be done at a store as configured, for a token or for such a limit; decided without a request. */
  readonly impossible?: (about: LimitAbout, limit: Limit) => string | undefined;
}

/** What is known before anything is sent. Without `subject` the token was merely listed. */
export type LimitAbout = Pick<LimitAsk, 'store' | 'tokenId' | 'subject'> & { readonly rule: string };

/** What an operation on the store itself is given: no credential was found, our own at the store (`store.clientAuth`) asks. */
export type AdminAsk = Pick<Ask, 'store' | 'send' | 'open' | 'now' | 'remember'>;

/** How a listing ended. One that broke off says so: what was not seen is not absent. */
export type ListEnd = { readonly complete: true } | { readonly complete: false; readonly why: UnknownWhy; readonly detail: string };

/** One token that the store holds, leaked or not. The secret itself is not known. */
export interface ListedToken {
  /** Rule id of its kind. */
  readonly rule: string;
  /** The issuer's own id of the token, as `revokeById` takes it. Not secret. */
  readonly tokenId: string;
  readonly status: 'active' | 'inactive' | 'unknown';
  readonly facts: ActiveFacts;
}

/** An operation of our own credentials on the store. */
export interface AdminOperation<T> {
  /** `GET /orgs/ORG/personal-access-tokens`: for ledgers and `--egress`. */
  readonly method: string;
  readonly run: T;
  /** Why a store as configured cannot be asked; undefined where it can. */
  readonly impossible?: (store: Store) => string | undefined;
}

/** What the issuer gave in place of a credential. `secret` lives in memory only, until a consumer has it. */
export type Replacement = { readonly status: 'issued'; readonly secret: Secret; readonly facts: ActiveFacts; /** Whether the old one still works. */ readonly oldLives: boolean } | Exclude<Mutation, { readonly status: 'accepted' }>;

/** What the replacement should be. An issuer that cannot narrow refuses rather than making a broader one. */
export interface ReplacementWish {
  readonly scopes?: readonly string[];
  readonly expiresAt?: Date;
  readonly name?: string;
}

export interface RotateOperation {
  /** Set where the old one dies at once: there is a moment at which nobody who uses it has one that works. A function: for some credentials. */
  readonly endsOld?: true | ((subject: Subject) => boolean);
  readonly method: string;
  readonly sideEffects: string;
  /** `makeSecret` wraps what the issuer answers, at once. */
  readonly run: (ask: Ask, wish: ReplacementWish, makeSecret: (value: string) => Secret) => Promise<Replacement>;
  readonly particular?: (subject: Subject) => Particular;
}

export interface IssuerProof {
  /** `real-server`: a test talks to the real software. `document`: built from the issuer's document. */
  readonly how: 'real-server' | 'document';
  readonly reference: string;
}

/** One file of `src/issuers/`. */
export interface Issuer {
  readonly id: string;
  readonly name: string;
  /** Rule ids it can be asked about. `*`: whatever a configured store claims. */
  readonly kinds: readonly string[];
  /** The only host of these kinds, if there is just one in the world; else stores must be configured. */
  readonly publicBaseUrl?: string;
  /** The API's base URL for a URL as people write it in configuration (`https://github.com`). Default: the same. */
  readonly baseUrlOf?: (configured: URL) => URL;
  /** What the store's URL must be instead of https. */
  readonly protocol?: Protocol;
  /** Names that a store of this type may give its own URLs under `endpoints:`. Default: none. */
  readonly endpoints?: readonly string[];
  /** Where else the public store is asked (a login host beside the API's host): `ask.store.endpoints` of the built-in store. */
  readonly publicEndpoints?: Readonly<Record<string, string>>;
  readonly proof: IssuerProof;
  /**
   * Hosts that hold these kinds beside `publicBaseUrl`: exact names, or `*.vendor.example` where every name below it is the
   * vendor's own. What `locate` gives outside them is not asked.
   */
  readonly regionalHosts?: readonly string[];
  /** The base URL that the token itself or a companion names (a region in the key); for the built-in store only. Undefined: it names none, the built-in one is asked. */
  readonly locate?: (subject: Subject) => URL | undefined;
  /** The part of a token that is the issuer's own, public id of it (SendGrid's middle part). Only as `tokenId` it may be shown; anything else that repeats a piece of a token is withheld. */
  readonly publicIdOf?: (subject: Pick<Subject, 'secret'>) => string | undefined;
  readonly introspect?: Operation<Answer>;
  readonly revoke?: RevokeOperation;
  /** Switches it off so that it can be switched on again. */
  readonly deactivate?: RevokeOperation;
  readonly rotate?: RotateOperation;
  /** Brings the end of a living token forward. */
  readonly shorten?: LimitOperation<Date>;
  /** Takes scopes away from a living token. */
  readonly narrow?: LimitOperation<ScopeLimit>;
  /** Every token of the organisation or account that our own credentials at the store may see, leaked or not. */
  readonly list?: AdminOperation<(ask: AdminAsk) => AsyncGenerator<ListedToken, ListEnd>>;
  /** With our own credentials, by the issuer's id: for tokens whose secret nobody has. */
  readonly revokeById?: AdminOperation<(ask: AdminAsk, tokenId: string) => Promise<Mutation>> & Pick<RevokeOperation, 'reversible' | 'sideEffects'>;
  /** Uses of a token since an instant, from the issuer's audit log, newest first. */
  readonly uses?: AdminOperation<(ask: AdminAsk, tokenId: string, since: Date) => AsyncGenerator<TokenUse, ListEnd>>;
  /** A narrow credential for one command, with our own credentials. */
  readonly issue?: IssueOperation;
}
