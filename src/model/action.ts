import type { Introspection } from './introspection.ts';
import type { Origin } from './location.ts';

/** `deactivate` can be undone at the issuer; `shorten` brings the end of a token forward, `narrow` takes scopes away: both leave it alive. */
export type ActionKind = 'revoke' | 'deactivate' | 'shorten' | 'narrow' | 'rotate' | 'issue';

/** Whether a token goes on living when an action is done. */
export function leavesAlive({ kind }: { readonly kind: ActionKind }): boolean {
  return kind === 'shorten' || kind === 'narrow';
}

/** Where `apply` can read the secret again; the secret itself is never in a plan. */
export interface Occurrence {
  /** Absolute path of the target that was scanned. */
  readonly target: string;
  readonly origin: Origin;
  readonly startLine: number;
}

/** One line of a plan. */
export interface Action {
  readonly id: string;
  readonly kind: ActionKind;
  readonly findingId: string;
  readonly fingerprint: string;
  readonly rule: string;
  readonly store: string;
  readonly host: string;
  readonly method: string;
  readonly why: readonly string[];
  readonly reversible: boolean;
  readonly sideEffects: string;
  /** Who the token acts as, if the issuer said. */
  readonly identity?: string;
  readonly scopes?: readonly string[];
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly readAgain: readonly Occurrence[];
  /** Issuer-side id with which the store can be told without the secret. */
  readonly tokenId?: string;
  /** `id`: our own credentials tell the store by `tokenId`, as nobody has the secret. Absent: `secret`. */
  readonly through?: 'secret' | 'id';
  /** How the store could be told by `tokenId` once no place holds the secret any more. */
  readonly byId?: { readonly method: string; readonly reversible: boolean; readonly sideEffects: string };
  /** Where the token lies, for people: `path:line`; at most 20. */
  readonly places?: readonly string[];
  /** Environments whose paths hold it; without `none`. */
  readonly environments?: readonly string[];
  /** Who answers for its places, or for the token. */
  readonly owners?: readonly string[];
  /** What stops working, as far as it is known; an empty list is "nothing is known". */
  readonly breakage?: readonly string[];
  /** Requests that carrying it out takes at most, and how many a second the store allows. */
  readonly cost?: { readonly requests: number; readonly perSecond: number };
  /** What `apply` can still use of it, best first, and until when: the plan's end, or the token's own where that is sooner. Absent: an older plan. */
  readonly usable?: { readonly with: readonly ('occurrence' | 'given' | 'id')[]; readonly until: string };
  /** Since when somebody could read it, as far as it is known. RFC 3339. */
  readonly exposedSince?: string;
  /** What the rules of `respond:` make of it. Absent: nobody asked them. Never believed by `apply`, which asks again. */
  readonly decision?: Decision;
  /** New end of the token, for `shorten`. RFC 3339. */
  readonly until?: string;
  /** Entry of `rotations:` that replaces it, for `rotate`. */
  readonly rotation?: string;
  /** Scopes that are left, for `narrow`; those of `scopes` that are not here go. */
  readonly keep?: readonly string[];
}

/** Whether an action may be taken without a person. */
export type Decision =
  | { readonly automatic: true; /** Name of the entry of `respond.rules` that says so. */ readonly rule: string }
  | { readonly automatic: false; /** Why not, one sentence each. */ readonly held: readonly string[] };

/** What a signature on a plan says. `request`: I ask for it. `approve`: do it. `break-glass`: I do it alone, and answer for it. */
export type ApprovalRole = 'request' | 'approve' | 'break-glass';

/** A person's signed word on one plan. Signed is the canonical JSON of everything but `signature`. */
export interface Approval {
  readonly schemaVersion: 1;
  readonly role: ApprovalRole;
  /** Digest of the plan. */
  readonly plan: string;
  /** The name that policy gives to the key. */
  readonly by: string;
  readonly at: string;
  /** Until when it counts. */
  readonly until: string;
  readonly reason?: string;
  /** Ed25519, base64. */
  readonly signature: string;
}

/** A credential that policy wants answered but no machine may: what a person does. */
export interface ManualStep {
  readonly findingId: string;
  readonly rule: string;
  readonly why: string;
  readonly steps: string;
  /** Pages that explain the steps. */
  readonly references?: readonly string[];
  readonly owners?: readonly string[];
  /** Where the token lies, for people: `path:line`; at most 20. */
  readonly places?: readonly string[];
  /** With what the issuer can be asked whether the token is dead. Absent: nobody can be asked. */
  readonly recheck?: { readonly fingerprint: string; readonly store: string; readonly host: string; readonly tokenId?: string; readonly readAgain: readonly Occurrence[] };
}

export interface Plan {
  readonly schemaVersion: 1;
  /** SHA-256 over the canonical JSON of everything else. */
  readonly digest: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly tool: string;
  /** Who had it made: a login, or the actor of a CI job. */
  readonly requestedBy?: string;
  /** Digest of the `respond:` section it was made under. */
  readonly respondDigest?: string;
  readonly actions: readonly Action[];
  readonly manual: readonly ManualStep[];
}

export type ActionResult =
  | { readonly status: 'done'; readonly action: Action; readonly confirmedBy: Introspection; /** What is otherwise than planned, and no worse. */ readonly detail?: string }
  /** A living token was as short or narrow as planned before anything was sent. */
  | { readonly status: 'already-limited'; readonly action: Action; readonly confirmedBy: Introspection }
  /** It was inactive before anything was sent: a second apply is harmless. */
  | { readonly status: 'already-inactive'; readonly action: Action; readonly confirmedBy: Introspection }
  /** Sent, but not (yet) proven. */
  | { readonly status: 'requested'; readonly action: Action; readonly detail: string }
  | { readonly status: 'would'; readonly action: Action; readonly detail: string }
  | { readonly status: 'unable'; readonly action: Action; readonly detail: string }
  | { readonly status: 'refused'; readonly action: Action; readonly detail: string }
  /** Left for a person: policy lets no machine do it now. */
  | { readonly status: 'held'; readonly action: Action; readonly detail: string };

/** One line of the append-only, hash-chained ledger. Never holds a secret. */
export interface AuditRecord {
  readonly seq: number;
  /** SHA-256 of the previous line's bytes, hex; 64 zeros for the first. */
  readonly prev: string;
  readonly at: string;
  readonly run: string;
  readonly actor: string;
  readonly event: string;
  readonly fingerprint?: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** As `WriteRecord`, resolving once the line is on disk: lines that come at the same time share a visit to it. */
export type WriteTogether = (event: string, detail: Readonly<Record<string, unknown>>, fingerprint?: string) => Promise<void>;

/** What stage rooms are given to write with. Returns once the line is on disk. */
export type WriteRecord = (event: string, detail: Readonly<Record<string, unknown>>, fingerprint?: string) => void;
