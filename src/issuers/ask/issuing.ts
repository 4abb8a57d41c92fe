import { nearest } from '../../lib/nearest.ts';
import { hostOf } from '../../lib/http/address-guard.ts';
import { WardenError } from '../../model/index.ts';
import type { Answer, FoundByName, HeldIssue, Introspection, Issued, IssueOperation, Issuer, IssueWish, Mutation, Secret, Store, WriteRecord } from '../../model/index.ts';
import { refused, uncertain, unknown } from '../reading/answers.ts';
import { ownSecrets, UnrecordedError } from './conversation.ts';
import type { Conversations } from './conversation.ts';
import { scrubAnswer, scrubIssued, scrubMutation } from './scrub.ts';
import { openSealed, seal } from './seal.ts';

/** Obtaining and ending narrow credentials, by the store's id. Nothing is sent before it is asked for. */
export interface Issuing {
  /** Throws `STORE_UNKNOWN` or `STORE_NOT_ISSUING`. */
  readonly describe: (storeId: string, scopes: readonly string[]) => { readonly host: string; readonly method: string; readonly keepsTtl: boolean; readonly variables: Readonly<Record<string, string>> };
  /** Why a wish cannot be met; decided without a request. */
  readonly refuses: (storeId: string, wish: IssueWish) => string | undefined;
  readonly obtain: (storeId: string, wish: IssueWish, makeSecret: (value: string) => Secret) => Promise<Issued>;
  /** Not proof: `ask` again. */
  readonly revoke: (storeId: string, held: HeldIssue) => Promise<Mutation>;
  readonly ask: (storeId: string, held: HeldIssue) => Promise<Introspection>;
  /** Undefined: the issuer keeps no names. */
  readonly find: (storeId: string, name: string, scopes: readonly string[]) => Promise<FoundByName> | undefined;
  readonly seal: (storeId: string, id: string, secret: Secret) => string | undefined;
  readonly unseal: (storeId: string, id: string, sealed: string, makeSecret: (value: string) => Secret) => Secret | undefined;
}

export interface IssuingOptions {
  readonly stores: readonly Store[];
  readonly issuers: readonly Issuer[];
  readonly converse: Conversations;
  readonly record: WriteRecord;
  readonly now: () => Date;
}

/** The door for credentials that are made for one command. */
export function createIssuing(options: IssuingOptions): Issuing {
  const { stores, issuers, converse, record, now } = options;

  const find = (storeId: string): { readonly store: Store; readonly issuer: Issuer; readonly operation: IssueOperation } => {
    const store = stores.find(({ id }) => id === storeId);
    if (store === undefined) {
      const close = nearest(storeId, stores.map(({ id }) => id));
      throw new WardenError('STORE_UNKNOWN', `There is no store "${storeId}".`, { hint: close === undefined ? 'Add it under stores: in tokenwarden.yml.' : `Did you mean "${close}"?` });
    }
    const issuer = issuers.find(({ id }) => id === store.type);
    const operation = issuer?.issue;
    const why = operation === undefined ? `${issuer?.name ?? store.type} is not one that we know how to ask for one` : operation.impossible(store);
    if (issuer === undefined || operation === undefined || why !== undefined) {
      throw new WardenError('STORE_NOT_ISSUING', `Store "${storeId}" cannot issue a credential: ${why ?? ''}.`, { hint: `Types that can: ${issuers.filter(({ issue }) => issue !== undefined).map(({ id }) => id).join(', ')}.` });
    }
    return { store, issuer, operation };
  };
  const plaintexts = (store: Store, held: HeldIssue): readonly string[] => [...ownSecrets(store.clientAuth), ...(held.secret === undefined ? [] : [held.secret])].map((secret) => secret.reveal());
  const lineOf = (store: Store, operation: IssueOperation): Readonly<Record<string, unknown>> => ({ host: hostOf(store.baseUrl), store: store.id, method: `${store.type}:${operation.method}` });

  return {
    describe(storeId, scopes) {
      const { store, operation } = find(storeId);
      return { host: hostOf(store.baseUrl), method: `${store.type}:${operation.method}`, keepsTtl: operation.keepsTtl && operation.anonymous?.(scopes) !== true, variables: operation.variables };
    },

    refuses(storeId, wish) {
      const { operation } = find(storeId);
      const strange = Object.keys(wish.parameters).find((name) => !Object.hasOwn(operation.parameters, name));
      if (strange !== undefined) return `its grant has with: ${strange}, and what there is here is ${Object.keys(operation.parameters).join(', ') || 'nothing'}`;
      return operation.refuses(wish);
    },

    async obtain(storeId, wish, makeSecret) {
      const { store, operation } = find(storeId);
      const secrets = [...plaintexts(store, {}), ...Object.values(wish.secrets).map((secret) => secret.reveal())];
      let issued: Issued;
      try {
        issued = scrubIssued(await operation.run(converse.administer(store, 'issue'), wish, makeSecret), secrets);
      } catch (error) {
        if (error instanceof UnrecordedError) throw error;
        issued = uncertain('malformed', 'the answer could not be read');
      }
      record('issue.answered', { ...lineOf(store, operation), status: issued.status, ...('why' in issued ? { why: issued.why } : {}) });
      return issued;
    },

    async revoke(storeId, held) {
      const { store, operation } = find(storeId);
      if (operation.revoke === undefined) return refused('the issuer ends no single one of these');
      let mutation: Mutation;
      try {
        mutation = scrubMutation(await operation.revoke(converse.administer(store, 'revoke'), held), plaintexts(store, held));
      } catch (error) {
        if (error instanceof UnrecordedError) throw error;
        mutation = uncertain('malformed', 'the answer could not be read');
      }
      record('revoke.answered', { ...lineOf(store, operation), status: mutation.status, ...('why' in mutation ? { why: mutation.why } : {}) });
      return mutation;
    },

    async ask(storeId, held) {
      const { store, operation } = find(storeId);
      const base = { at: now(), method: `${store.type}:${operation.method}`, store: store.id, host: hostOf(store.baseUrl) };
      if (operation.ask === undefined) return { status: 'notAttempted', why: 'no-introspection', detail: 'the issuer cannot be asked about it', ...base };
      let answer: Answer;
      try {
        answer = scrubAnswer(await operation.ask(converse.administer(store, 'introspect'), held), plaintexts(store, held));
      } catch (error) {
        if (error instanceof UnrecordedError) throw error;
        answer = unknown('malformed', 'the answer could not be read');
      }
      return { ...answer, ...base, at: now() };
    },

    find(storeId, name, scopes) {
      const { store, operation } = find(storeId);
      if (operation.anonymous?.(scopes) === true) return undefined;
      return operation.find?.(converse.administer(store, 'list'), name).catch((error: unknown): FoundByName => {
        if (error instanceof UnrecordedError) throw error;
        return { status: 'unknown', why: 'malformed', detail: 'the answer could not be read' };
      });
    },

    seal(storeId, id, secret) {
      const store = stores.find((one) => one.id === storeId);
      return store === undefined ? undefined : seal(store, id, secret);
    },
    unseal(storeId, id, sealed, makeSecret) {
      const store = stores.find((one) => one.id === storeId);
      const value = store === undefined ? undefined : openSealed(store, id, sealed);
      return value === undefined ? undefined : makeSecret(value);
    },
  };
}
