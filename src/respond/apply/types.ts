import type { Action, ActionResult, Approval, Credential, Introspection, Mutation, Occurrence, WriteRecord } from '../../model/index.ts';
import type { Past } from './past.ts';

/** What `apply` may do in the world. All of it is given; it reaches nothing by itself. */
export interface ApplyDeps {
  /** Without it nothing is sent, neither a mutation nor a question. */
  readonly yes: boolean;
  /** The bytes at a place. Throws where they cannot be read. Must not leave the target. */
  readonly readAgain: (occurrence: Occurrence, action: Pick<Action, 'readAgain'>) => Promise<Uint8Array>;
  /** The credential with this fingerprint and rule in the bytes, if it is there. */
  readonly findSecret: (bytes: Uint8Array, fingerprint: string, rule: string) => Credential | undefined | Promise<Credential | undefined>;
  /** Bytes that the user gave (`--secret -`), tried where no place can be read again. */
  readonly given?: Uint8Array;
  readonly ask: (credential: Credential, action: Action) => Promise<Introspection>;
  /** Sends what the action says: revokes, deactivates or shortens. */
  readonly mutate: (credential: Credential, action: Action) => Promise<Mutation>;
  /** The same with our own credentials and the issuer's id of the token; absent: nobody can. */
  readonly byId?: {
    readonly ask: (action: Action) => Promise<Introspection>;
    readonly mutate: (action: Action) => Promise<Mutation>;
  };
  /** Takes the rotation that an action names one round further; absent: nobody can. */
  readonly rotate?: (action: Action, credential: Credential) => Promise<{ readonly status: 'finished' | 'waiting' | 'refused'; readonly detail: string }>;
  readonly now: () => Date;
  /** Ends early, either way, when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Returns once the line is on disk. If it throws, the whole apply ends there: nothing is done without a record. */
  readonly ledger: WriteRecord;
  /** What earlier applies did; absent: nothing. */
  readonly past?: Past;
  /** Why an action is not taken now, asked before anything is read and again, with the secret, before the intent; undefined where it may be. */
  readonly hold?: (action: Action, credential?: Credential) => string | undefined;
  /** On whose word, for the ledger; `automatic`: by a rule alone. */
  readonly authority?: Authority;
  readonly onStep: (step: Step) => void;
  readonly signal: AbortSignal;
}

/** On whose word a plan is carried out. */
export interface Authority {
  readonly kind: 'person' | 'approved' | 'automatic' | 'break-glass';
  /** Names of those whose signatures counted. */
  readonly by: readonly string[];
  readonly reason?: string;
  /** The signatures that counted, for the ledger. */
  readonly signed?: readonly Approval[];
}

export type StepKind = 'read' | 'ask' | 'intend' | 'send' | 'prove' | 'result';

/** Told before each step, and once with the result. */
export interface Step {
  readonly action: Action;
  /** 1-based. */
  readonly number: number;
  readonly of: number;
  readonly kind: StepKind;
  readonly result?: ActionResult;
}

export interface Applied {
  readonly dryRun: boolean;
  /** One for each action, in the plan's order. */
  readonly results: readonly ActionResult[];
  /** All is proven, or was dead before; in a dry run: all could be done. */
  readonly ok: boolean;
}
