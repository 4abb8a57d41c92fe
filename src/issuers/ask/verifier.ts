import { concurrencyAt, createHostQueue } from '../../lib/http/host-queue.ts';
import { hostOf } from '../../lib/http/address-guard.ts';
import type { Http } from '../../lib/http/client.ts';
import { WardenError } from '../../model/index.ts';
import type { AdminAsk, Answer, Ask, Credential, EgressLine, Introspection, Issuer, KeptAnswers, Mutation, Replacement, ReplacementWish, Secret, Store, WriteRecord, WriteTogether } from '../../model/index.ts';
import { ISSUERS } from '../registry.ts';
import { uncertain, unknown } from '../reading/answers.ts';
import { createConversations, ownSecrets, secretCompanions, UnrecordedError } from './conversation.ts';
import { askedUrl, egressOf } from './egress.ts';
import { answerId } from './kept-answers.ts';
import { inParallel } from './in-parallel.ts';
import { impossibility, routeTo, whyNotAsked } from './route.ts';
import type { NotAttempted, Routed } from './route.ts';
import { createAdministrator } from './administrator.ts';
import type { Administrator } from './administrator.ts';
import { createIssuing } from './issuing.ts';
import type { Issuing } from './issuing.ts';
import { createLimiting } from './limiting.ts';
import type { Limiting } from './limiting.ts';
import { scrubAnswer, scrubMutation, scrubReplacement } from './scrub.ts';

export interface VerifierOptions {
  readonly stores: readonly Store[];
  /** Store or issuer ids; empty or absent: all. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly http: Http;
  readonly now: () => Date;
  /** Rejects when the signal aborts. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Each send is on record before it leaves; if the line cannot be written, nothing is sent and the call rejects. */
  readonly record: WriteRecord;
  /** For questions: many lines at once. Default: `record`. */
  readonly recordTogether?: WriteTogether;
  /** Credentials asked about at once at one store. Default: what its pace wants. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  /** Answers of earlier runs. Default: none. */
  readonly kept?: KeptAnswers;
  /** Default: every module of `src/issuers`. */
  readonly issuers?: readonly Issuer[];
}

interface Found<T> {
  readonly store: Store;
  readonly issuer: Issuer;
  readonly operation: T;
}

/** How a credential would be revoked, deactivated or replaced, for plans. */
export type Revocation =
  | { readonly possible: true; readonly store: string; readonly host: string; readonly method: string; readonly reversible: boolean; readonly sideEffects: string }
  | { readonly possible: false; readonly why: string };

export interface Verifier {
  /** Which store may be asked, or why none is. Sends nothing. */
  readonly route: (credential: Credential) => Routed;
  /** What `verify` would send, by host, rule and store. Sends nothing. */
  readonly egress: (credentials: readonly Credential[]) => readonly EgressLine[];
  /** Asks once per credential, however often it occurs. Keys: `credentialKey`. */
  readonly verify: (credentials: readonly Credential[]) => Promise<ReadonlyMap<string, Introspection>>;
  /** Asks now, whatever was answered before. */
  readonly ask: (credential: Credential) => Promise<Introspection>;
  readonly revocation: (credential: Credential) => Revocation;
  /** Sends the revocation. What it answers is not proof; `ask` again. */
  readonly revoke: (credential: Credential) => Promise<Mutation>;
  /** The same for switching off what can be switched on again. */
  readonly deactivation: (credential: Credential) => Revocation;
  readonly deactivate: (credential: Credential) => Promise<Mutation>;
  /** The same for a replacement, which lives in memory until a consumer has it. */
  readonly rotation: (credential: Credential) => Revocation;
  /** Whether replacing it ends the old one at once. */
  readonly rotationEndsOld: (credential: Credential) => boolean;
  readonly rotate: (credential: Credential, wish: ReplacementWish, makeSecret: (value: string) => Secret) => Promise<Replacement>;
  /** What our own credentials at the stores can do. */
  /** What a consumer that is one of the stores is talked to with. */
  readonly consume: (storeId: string) => AdminAsk | undefined;
  readonly administrator: Administrator;
  /** Less time, or fewer scopes, for a token that goes on living. */
  readonly limiting: Limiting;
  /** Narrow credentials for one command. */
  readonly issuing: Issuing;
  /** Requests sent so far, by host. */
  readonly requests: () => Readonly<Record<string, number>>;
}

/** A credential's key in the result of `verify`. */
export function credentialKey(credential: Credential): string {
  return `${credential.fingerprint}|${credential.rule.id}`;
}

/** The one door from credentials to their issuers. */
export function createVerifier(options: VerifierOptions): Verifier {
  const { now, record } = options;
  const recordTogether: WriteTogether = options.recordTogether ?? (async (...line) => record(...line));
  const signal = options.signal ?? new AbortController().signal;
  const counts = new Map<string, number>();
  const queue = createHostQueue({ now, sleep: options.sleep });
  const onSent = (host: string): unknown => counts.set(host, (counts.get(host) ?? 0) + 1);
  const converse = createConversations({ http: options.http, queue, now, record, recordTogether, signal, onSent });
  const routing = { stores: options.stores, issuers: options.issuers ?? ISSUERS, allow: options.allow ?? [], deny: options.deny ?? [], now };

  const route = (credential: Credential): Routed => {
    const routed = routeTo(credential, routing);
    if ('notAttempted' in routed) return routed;
    const impossible = whyNotAsked(credential, routed.store, routed.issuer, now());
    return impossible === undefined ? routed : { notAttempted: impossible };
  };

  const ask = async (credential: Credential): Promise<Introspection> => {
    const routed = route(credential);
    if ('notAttempted' in routed) return silent(routed.notAttempted, now());
    const { store, issuer } = routed;
    const operation = issuer.introspect;
    if (operation === undefined) return silent({ why: 'no-introspection', detail: `${issuer.name} offers no such call` }, now());
    if (signal.aborted) return silent(INTERRUPTED, now());
    const host = hostOf(askedUrl(store));
    const method = `${issuer.id}:${operation.particular?.({ ...credential, store }).method ?? operation.method}`;
    let answer: Answer;
    try {
      answer = scrubAnswer(await operation.run(converse.about(credential, store, 'introspect')), plaintexts(credential, store), issuer.publicIdOf?.(credential));
    } catch (error) {
      if (error instanceof UnrecordedError || isMisconfigured(error)) throw error;
      answer = signal.aborted ? { status: 'notAttempted', ...INTERRUPTED } : unknown('malformed', 'the answer could not be read');
    }
    await recordTogether('introspect.answered', { host, rule: credential.rule.id, store: store.id, method, status: answer.status, ...('why' in answer ? { why: answer.why } : {}) }, credential.fingerprint);
    return { ...answer, at: now(), method, store: store.id, host };
  };

  const askUnlessKept = async (credential: Credential): Promise<Introspection> => {
    const routed = options.kept === undefined ? undefined : route(credential);
    if (options.kept === undefined || routed === undefined || 'notAttempted' in routed) return ask(credential);
    const id = answerId(credential, routed.store);
    const kept = options.kept.get(id);
    if (kept !== undefined) return kept;
    const answer = await ask(credential);
    if (answer.status === 'active' || answer.status === 'inactive') options.kept.put(id, answer);
    return answer;
  };

  const verify: Verifier['verify'] = async (credentials) => {
    const unique = new Map(credentials.map((credential) => [credentialKey(credential), credential]));
    const results = new Map<string, Introspection>();
    let done = 0;
    const settle = async (credential: Credential): Promise<void> => {
      results.set(credentialKey(credential), await askUnlessKept(credential));
      done += 1;
      options.onProgress?.(done, unique.size);
    };
    const paceOf = ([first]: readonly Credential[]): number => {
      const routed = first === undefined ? undefined : route(first);
      return concurrencyAt(routed !== undefined && 'store' in routed ? routed.store.requestsPerSecond : 0);
    };
    // One line per store, so that a slow one keeps nobody else waiting.
    const lines = Map.groupBy(unique.values(), (credential) => {
      const routed = route(credential);
      return 'store' in routed ? routed.store.id : '';
    });
    await Promise.all([...lines.values()].map((line) => inParallel(line, options.concurrency ?? paceOf(line), settle)));
    return new Map([...unique.keys()].flatMap((key) => (results.has(key) ? [[key, results.get(key) as Introspection] as const] : [])));
  };

  const findOperation = <K extends 'revoke' | 'deactivate' | 'rotate'>(credential: Credential, kind: K): Found<NonNullable<Issuer[K]>> | { readonly why: string } => {
    const routed = routeTo(credential, routing);
    if ('notAttempted' in routed) return { why: routed.notAttempted.detail };
    const { store, issuer } = routed;
    const operation = issuer[kind];
    if (operation === undefined) return { why: `${issuer.name} offers no way to ${kind} it by machine` };
    const impossible = impossibility(operation, { ...credential, store }, issuer);
    return impossible === undefined ? { store, issuer, operation } : { why: impossible.detail };
  };

  const described = (credential: Credential, kind: 'revoke' | 'deactivate' | 'rotate'): Revocation => {
    const found = findOperation(credential, kind);
    if ('why' in found) return { possible: false, why: found.why };
    const { store, issuer, operation } = found;
    const particular = operation.particular?.({ ...credential, store }) ?? {};
    const method = `${issuer.id}:${particular.method ?? operation.method}`;
    return { possible: true, store: store.id, host: hostOf(store.baseUrl), method, reversible: 'reversible' in operation && operation.reversible, sideEffects: particular.sideEffects ?? operation.sideEffects };
  };

  /** Runs what changes something; the answer is on record, whatever it is. */
  const change = async <T extends { readonly status: string }>(credential: Credential, kind: 'revoke' | 'deactivate' | 'rotate', store: Store, issuer: Issuer, run: (ask: Ask) => Promise<T>): Promise<T | ReturnType<typeof uncertain>> => {
    let changed: T | ReturnType<typeof uncertain>;
    try {
      changed = await run(converse.about(credential, store, kind));
    } catch (error) {
      if (error instanceof UnrecordedError) throw error;
      changed = signal.aborted ? uncertain('network', 'interrupted while it was being sent') : uncertain('malformed', 'the answer could not be read');
    }
    record(`${kind}.answered`, { host: hostOf(store.baseUrl), rule: credential.rule.id, store: store.id, issuer: issuer.id, status: changed.status, ...('why' in changed ? { why: changed.why } : {}) }, credential.fingerprint);
    return changed;
  };

  const tell = async (credential: Credential, kind: 'revoke' | 'deactivate'): Promise<Mutation> => {
    const found = findOperation(credential, kind);
    if ('why' in found) return { status: 'refused', detail: found.why };
    const { store, issuer, operation } = found;
    return change<Mutation>(credential, kind, store, issuer, async (asking) => scrubMutation(await operation.run(asking), plaintexts(credential, store)));
  };

  const rotate: Verifier['rotate'] = async (credential, wish, makeSecret) => {
    const found = findOperation(credential, 'rotate');
    if ('why' in found) return { status: 'refused', detail: found.why };
    const { store, issuer, operation } = found;
    return change<Replacement>(credential, 'rotate', store, issuer, async (asking) => scrubReplacement(await operation.run(asking, wish, makeSecret), plaintexts(credential, store)));
  };

  const administrator = createAdministrator({ ...routing, converse, record, signal });

  return {
    route,
    egress: (credentials) => egressOf(credentials, route),
    verify,
    ask,
    revocation: (credential) => described(credential, 'revoke'),
    revoke: (credential) => tell(credential, 'revoke'),
    deactivation: (credential) => described(credential, 'deactivate'),
    deactivate: (credential) => tell(credential, 'deactivate'),
    rotation: (credential) => described(credential, 'rotate'),
    rotationEndsOld: (credential) => {
      const found = findOperation(credential, 'rotate');
      if (!('operation' in found)) return false;
      const { endsOld } = found.operation;
      return typeof endsOld === 'function' ? endsOld({ ...credential, store: found.store }) : endsOld === true;
    },
    rotate,
    consume: (storeId) => {
      const store = options.stores.find(({ id }) => id === storeId);
      return store === undefined ? undefined : converse.administer(store, 'consume');
    },
    administrator,
    limiting: createLimiting({ ...routing, converse, record, signal }),
    issuing: createIssuing({ stores: options.stores, issuers: routing.issuers, converse, record, now }),
    requests: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** What no issuer is to blame for, and nothing but the configuration can mend: said, and not taken for an answer. */
function isMisconfigured(error: unknown): boolean {
  return error instanceof WardenError && error.code === 'HTTP_PROXY_INVALID';
}

const INTERRUPTED: NotAttempted = { why: 'interrupted', detail: 'the run was interrupted before the issuer answered' };

function silent(notAttempted: NotAttempted, at: Date): Introspection {
  return { status: 'notAttempted', ...notAttempted, at, method: 'none' };
}

function plaintexts(credential: Credential, store: Store): readonly string[] {
  return [credential.secret, ...secretCompanions(credential), ...ownSecrets(store.clientAuth)].map((secret) => secret.reveal());
}
