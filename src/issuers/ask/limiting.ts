import { hostOf } from '../../lib/http/address-guard.ts';
import { formatInstant } from '../../lib/instant.ts';
import type { Credential, Issuer, LimitAbout, LimitAsk, LimitOperation, Mutation, ScopeLimit, Store, WriteRecord } from '../../model/index.ts';
import { refused, uncertain } from '../reading/answers.ts';
import { ownSecrets, secretCompanions, UnrecordedError } from './conversation.ts';
import type { Conversations } from './conversation.ts';
import { routeTo } from './route.ts';
import type { RouteOptions } from './route.ts';
import { scrubMutation } from './scrub.ts';

/** What a living token is to be limited to. */
export type Limit = { readonly kind: 'shorten'; readonly until: Date } | ({ readonly kind: 'narrow' } & ScopeLimit);

/** A token that was found, or one that its store merely lists. `tokenId` is the issuer's own id of it. */
export type Limited = { readonly tokenId: string } & ({ readonly credential: Credential } | { readonly store: string; readonly rule: string });

/** How it would be done, for plans. */
export type Limitation =
  | { readonly possible: true; readonly store: string; readonly host: string; readonly method: string; readonly reversible: boolean; readonly sideEffects: string }
  | { readonly possible: false; readonly why: string };

/** The door for changes of tokens that go on living. */
export interface Limiting {
  /** Sends nothing. */
  readonly describe: (token: Limited, limit: Limit) => Limitation;
  /** What it answers is not proof; ask again. */
  readonly carryOut: (token: Limited, limit: Limit) => Promise<Mutation>;
}

export interface LimitingOptions extends RouteOptions {
  readonly converse: Conversations;
  readonly record: WriteRecord;
  readonly signal: AbortSignal;
}

interface Found {
  readonly store: Store;
  readonly issuer: Issuer;
  readonly operation: Pick<LimitOperation<never>, 'method' | 'reversible' | 'sideEffects'>;
  readonly run: (ask: LimitAsk) => Promise<Mutation>;
}

export function createLimiting(options: LimitingOptions): Limiting {
  const { converse, record, signal } = options;

  const home = (token: Limited): { readonly store: Store; readonly issuer: Issuer } | { readonly why: string } => {
    if ('credential' in token) {
      const routed = routeTo(token.credential, options);
      return 'notAttempted' in routed ? { why: routed.notAttempted.detail } : routed;
    }
    const store = options.stores.find(({ id }) => id === token.store);
    const issuer = options.issuers.find(({ id }) => id === store?.type);
    if (store === undefined || issuer === undefined) return { why: `there is no store "${token.store}"` };
    const names = [store.id, store.type];
    const isShut = names.some((name) => options.deny.includes(name)) || (options.allow.length > 0 && !names.some((name) => options.allow.includes(name)));
    return isShut ? { why: `verify: does not let ${store.id} be asked` } : { store, issuer };
  };

  const find = (token: Limited, limit: Limit): Found | { readonly why: string } => {
    const at = home(token);
    if ('why' in at) return at;
    const { store, issuer } = at;
    const subject = 'credential' in token ? { ...token.credential, store } : undefined;
    const rule = 'credential' in token ? token.credential.rule.id : token.rule;
    const about: LimitAbout = { store, tokenId: token.tokenId, rule, ...(subject === undefined ? {} : { subject }) };
    const none = { why: `${issuer.name} offers no way to ${limit.kind === 'shorten' ? 'shorten the life' : 'narrow the scopes'} of a token that is in use` };
    if (limit.kind === 'shorten') {
      const operation = issuer.shorten;
      const why = operation?.impossible?.(about, limit.until);
      if (operation === undefined || why !== undefined) return why === undefined ? none : { why };
      return { store, issuer, operation, run: (ask) => operation.run(ask, limit.until) };
    }
    const operation = issuer.narrow;
    const why = operation?.impossible?.(about, limit);
    if (operation === undefined || why !== undefined) return why === undefined ? none : { why };
    return { store, issuer, operation, run: (ask) => operation.run(ask, { keep: limit.keep, drop: limit.drop }) };
  };

  return {
    describe(token, limit) {
      const found = find(token, limit);
      if ('why' in found) return { possible: false, why: found.why };
      const { store, issuer, operation } = found;
      return { possible: true, store: store.id, host: hostOf(store.baseUrl), method: `${issuer.id}:${operation.method}`, reversible: operation.reversible, sideEffects: operation.sideEffects };
    },

    async carryOut(token, limit) {
      const found = find(token, limit);
      if ('why' in found) return refused(found.why);
      const { store, run } = found;
      const credential = 'credential' in token ? token.credential : undefined;
      const secrets = [...(credential === undefined ? [] : [credential.secret, ...secretCompanions(credential)]), ...ownSecrets(store.clientAuth)].map((secret) => secret.reveal());
      let mutation: Mutation;
      try {
        mutation = scrubMutation(await run(askOf(token, store)), secrets);
      } catch (error) {
        if (error instanceof UnrecordedError) throw error;
        mutation = signal.aborted ? uncertain('network', 'interrupted while it was being sent') : uncertain('malformed', 'the answer could not be read');
      }
      const wanted = limit.kind === 'shorten' ? { until: formatInstant(limit.until) } : { keep: limit.keep };
      record(`${limit.kind}.answered`, { host: hostOf(store.baseUrl), store: store.id, tokenId: token.tokenId, ...wanted, status: mutation.status, ...('why' in mutation ? { why: mutation.why } : {}) }, credential?.fingerprint);
      return mutation;
    },
  };

  function askOf(token: Limited, store: Store): LimitAsk {
    if (!('credential' in token)) return { ...converse.administer(store, 'limit'), tokenId: token.tokenId };
    const { send, open, now, remember, ...subject } = converse.about(token.credential, store, 'limit');
    return { store, send, now, ...(open === undefined ? {} : { open }), ...(remember === undefined ? {} : { remember }), tokenId: token.tokenId, secret: subject.secret, subject };
  }
}
