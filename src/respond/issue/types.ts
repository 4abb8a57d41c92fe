import type { Ending, FoundByName, HeldIssue, Introspection, Issued, IssuedPart, IssueWish, Mutation, Secret, WriteRecord } from '../../model/index.ts';
import type { ByteMask } from '../../lib/byte-mask.ts';
import type { IssueGrant, IssueRequest } from './grants.ts';

/** What the issuers offer for it; one store after the other, nothing is sent before it is asked. */
export interface IssuingDoor {
  /** Throws `STORE_UNKNOWN` or `STORE_NOT_ISSUING`. */
  readonly describe: (store: string, scopes: readonly string[]) => { readonly host: string; readonly method: string; readonly keepsTtl: boolean; readonly variables: Readonly<Record<string, string>> };
  readonly refuses: (store: string, wish: IssueWish) => string | undefined;
  readonly obtain: (store: string, wish: IssueWish) => Promise<Issued>;
  readonly revoke: (store: string, held: HeldIssue) => Promise<Mutation>;
  readonly ask: (store: string, held: HeldIssue) => Promise<Introspection>;
  /** Undefined: the issuer keeps no names, or none for these scopes. */
  readonly find: (store: string, name: string, scopes: readonly string[]) => Promise<FoundByName> | undefined;
  /** Seals a secret so that only who has our own credentials at the store can open it; undefined where there are none. */
  readonly seal: (store: string, id: string, secret: Secret) => string | undefined;
  /** Undefined where it does not open. */
  readonly unseal: (store: string, id: string, sealed: string) => Secret | undefined;
}

/** Where sealed secrets and locks of running commands lie. */
export interface IssueStorage {
  /** Held until released or until the process dies; undefined where another process holds it. */
  readonly hold: (id: string) => Promise<(() => void) | undefined>;
  /** On disk when it returns. */
  readonly keep: (id: string, sealed: string) => void;
  readonly kept: (id: string) => string | undefined;
  readonly forget: (id: string) => void;
}

/** What a command is handed. */
export interface Handed {
  /** Added to its environment. */
  readonly variables: Readonly<Record<string, string>>;
  readonly mask: () => ByteMask;
}

export type Ended = { readonly exitCode: number } | { readonly signal: string } | { readonly failed: string };

export interface IssueDeps {
  readonly door: IssuingDoor;
  readonly storage: IssueStorage;
  readonly ledger: WriteRecord;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  readonly newId: () => string;
  /** For people. */
  readonly say: (text: string) => void;
  /** Starts the command and waits for it; never throws. */
  readonly run: (handed: Handed, id: string) => Promise<Ended>;
  /** Whether somebody asked us to stop before the command began. */
  readonly isStopped: () => boolean;
}

export interface IssueCall extends IssueRequest {
  readonly grants: readonly IssueGrant[];
  readonly secrets: IssueWish['secrets'];
  readonly deliver: 'env' | 'file';
  /** By the part's name; `''` is the only part there is. */
  readonly variables: Readonly<Record<string, string>>;
  /** The program's name, without its arguments: those may hold secrets. */
  readonly program: string;
}

/** How it went with the credential in the end. */
export type Closed = { readonly status: 'revoked'; readonly confirmedBy: Introspection } | { readonly status: 'expires'; readonly at: Date | undefined } | { readonly status: 'requested'; readonly detail: string };

export type IssueResult =
  | { readonly status: 'denied' | 'refused' | 'uncertain'; readonly id?: string; readonly detail: string; readonly closed?: Closed }
  | { readonly status: 'ran'; readonly id: string; readonly ended: Ended; readonly closed: Closed };

export interface Obtained {
  readonly id: string;
  readonly store: string;
  readonly parts: readonly IssuedPart[];
  readonly ending: Ending;
  readonly held: HeldIssue;
  readonly expiresAt: Date | undefined;
}
