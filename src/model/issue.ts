import type { ActiveFacts } from './introspection.ts';
import type { AdminAsk, Answer, Mutation, Store } from './issuer.ts';
import type { Secret } from './secret.ts';

/** What a narrow, short-lived credential for one command should be. */
export interface IssueWish {
  /** In the issuer's own words; at least one. */
  readonly scopes: readonly string[];
  readonly ttlSeconds: number;
  /** `tokenwarden-` and 16 hex digits: where an issuer keeps a name, the credential is found by it after a crash. */
  readonly name: string;
  /** What the grant says beside scopes (`role-arn`), by the names of `IssueOperation.parameters`. Never secret. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Values of the variables that parameters ending in `-env` name. */
  readonly secrets: Readonly<Record<string, Secret>>;
}

/** One part of an issued credential: a token, or a user's name and a password. */
export interface IssuedPart {
  readonly name: string;
  readonly value: Secret;
  /** Whether it is masked in what the command prints. A user's name is not. */
  readonly isSecret: boolean;
}

/** How an issued credential ends: by its id with our own credentials, by itself, or by time alone. */
export type Ending = 'by-id' | 'by-secret' | 'expires';

export type Issued =
  | { readonly status: 'issued'; readonly parts: readonly IssuedPart[]; readonly ending: Ending; /** The issuer's id of it, for `by-id`. Not secret. */ readonly handle?: string; readonly facts: ActiveFacts }
  | Exclude<Mutation, { readonly status: 'accepted' }>;

/** What ends an issued credential. */
export interface HeldIssue {
  readonly handle?: string;
  /** For `by-secret`. */
  readonly secret?: Secret;
}

/** Credentials that are known at the issuer by a name; one that could not be searched whole says so. */
export type FoundByName = { readonly status: 'found'; readonly handles: readonly string[] } | Exclude<Answer, { readonly status: 'active' } | { readonly status: 'inactive' }>;

/** Obtaining a narrow credential with our own credentials at a store, and ending it. */
export interface IssueOperation {
  /** `POST auth/token/create`: for ledgers and people. */
  readonly method: string;
  /** What a grant may say under `with:`, each with one line for people. A name that ends in `-env` names a variable that holds a secret. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The variable in which tools expect a part, by the part's name. Others are called TOKENWARDEN_PART. */
  readonly variables: Readonly<Record<string, string>>;
  /** Why a store as configured cannot issue; undefined where it can. */
  readonly impossible: (store: Store) => string | undefined;
  /** Why this wish cannot be met as it is; decided without a request. */
  readonly refuses: (wish: IssueWish) => string | undefined;
  readonly run: (ask: AdminAsk, wish: IssueWish, makeSecret: (value: string) => Secret) => Promise<Issued>;
  /** Not proof: `ask` again. */
  readonly revoke?: (ask: AdminAsk, held: HeldIssue) => Promise<Mutation>;
  readonly ask?: (ask: AdminAsk, held: HeldIssue) => Promise<Answer>;
  /** Whether the issuer keeps to the ttl that was asked for, so that one whose answer was lost is dead after it. */
  readonly keepsTtl: boolean;
  /** For these scopes it bears no name of ours and lives as long as its issuer likes: a lost one is neither found nor known to end. */
  readonly anonymous?: (scopes: readonly string[]) => boolean;
  /** Those that bear the name, for one whose answer was lost. */
  readonly find?: (ask: AdminAsk, name: string) => Promise<FoundByName>;
}
