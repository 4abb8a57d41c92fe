import { hostOf } from '../../lib/http/address-guard.ts';
import { nearest } from '../../lib/nearest.ts';
import { WardenError } from '../../model/index.ts';
import type { AdminAsk, AdminOperation, Issuer, ListedToken, ListEnd, Mutation, Store, TokenUse, WriteRecord } from '../../model/index.ts';
import { refused, uncertain } from '../reading/answers.ts';
import { ownSecrets, UnrecordedError } from './conversation.ts';
import type { Conversations } from './conversation.ts';
import { scrubListed, scrubMutation, scrubUse } from './scrub.ts';

/** What our own credentials at a store can do there, by the store's id. */
export interface Administrator {
  /** Ids of the stores whose tokens can be listed. */
  readonly listable: () => readonly string[];
  /**
   * Every token the store shows us. What it returns at the end says whether that was all.
   * @throws {WardenError} STORE_UNKNOWN, STORE_NOT_LISTABLE.
   */
  readonly list: (storeId: string) => AsyncGenerator<ListedToken, ListEnd>;
  /** Who is asked for the list, and how. Sends nothing. Throws as `list` does. */
  readonly listing: (storeId: string) => { readonly host: string; /** All that may be asked for it: the store's own endpoints lie where its configuration says. */ readonly hosts: readonly string[]; readonly method: string };
  /** How a listed token would be revoked; undefined where it cannot be by its id. */
  readonly revocationById: (storeId: string) => { readonly method: string; readonly host: string; readonly reversible: boolean; readonly sideEffects: string } | undefined;
  /** Not proof: list again. */
  readonly revokeById: (storeId: string, tokenId: string) => Promise<Mutation>;
  /** Undefined: the store has no audit log that we can read, which says nothing. */
  readonly uses: (storeId: string, tokenId: string, since: Date) => AsyncGenerator<TokenUse, ListEnd> | undefined;
}

export interface AdministratorOptions {
  readonly stores: readonly Store[];
  readonly issuers: readonly Issuer[];
  readonly converse: Conversations;
  readonly record: WriteRecord;
  readonly signal: AbortSignal;
  /** As for the verifier: store or issuer ids; empty or absent: all. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** The door for questions that are about the store, not about a credential that was found. */
export function createAdministrator(options: AdministratorOptions): Administrator {
  const { stores, converse, record, signal } = options;
  const issuerOf = (store: Store): Issuer | undefined => options.issuers.find(({ id }) => id === store.type);

  const forbidden = ({ id, type }: Store): string | undefined => {
    if ([id, type].some((name) => options.deny?.includes(name))) return 'verify.deny names it';
    return options.allow === undefined || options.allow.length === 0 || [id, type].some((name) => options.allow?.includes(name)) ? undefined : 'verify.allow does not name it';
  };

  const storeOf = (storeId: string): Store => {
    const store = stores.find(({ id }) => id === storeId);
    if (store !== undefined) return store;
    const close = nearest(storeId, stores.map(({ id }) => id));
    throw new WardenError('STORE_UNKNOWN', `There is no store "${storeId}".`, { hint: close === undefined ? 'Add it under stores: in tokenwarden.yml.' : `Did you mean "${close}"?` });
  };

  async function* guarded<T>(store: Store, event: 'list' | 'uses', method: string, items: AsyncGenerator<T, ListEnd>, scrub: (item: T) => T): AsyncGenerator<T, ListEnd> {
    let count = 0;
    let nameless = 0;
    let end: ListEnd = { complete: false, why: 'network', detail: 'interrupted' };
    try {
      for (;;) {
        if (signal.aborted) break;
        const next = await items.next();
        if (next.done === true) {
          end = next.value;
          break;
        }
        if (isNameless(next.value)) nameless += 1;
        else {
          count += 1;
          yield scrub(next.value);
        }
      }
    } catch (error) {
      if (error instanceof UnrecordedError) throw error;
      end = signal.aborted ? end : { complete: false, why: 'malformed', detail: 'the answer could not be read' };
    }
    if (end.complete && nameless > 0) end = { complete: false, why: 'malformed', detail: `${nameless} of its entries had no id, so that they cannot be told apart` };
    record(`${event}.answered`, { host: hostOf(store.baseUrl), store: store.id, method, count, complete: end.complete, ...(end.complete ? {} : { why: end.why }) });
    return end;
  }

  const secretsOf = (store: Store): readonly string[] => ownSecrets(store.clientAuth).map((secret) => secret.reveal());
  const open = (store: Store, event: 'list' | 'uses'): AdminAsk => converse.administer(store, event);

  const listable = (storeId: string): { readonly store: Store; readonly operation: NonNullable<Issuer['list']> } => {
    const store = storeOf(storeId);
    const issuer = issuerOf(store);
    const operation = issuer?.list;
    const why = forbidden(store) ?? obstacle(operation, store);
    if (operation === undefined || why !== undefined) {
      const able = stores.filter((one) => forbidden(one) === undefined && obstacle(issuerOf(one)?.list, one) === undefined).map(({ id }) => id);
      throw new WardenError('STORE_NOT_LISTABLE', `The tokens of store "${storeId}" cannot be listed: ${why ?? 'its issuer offers no list'}.`, {
        hint: forbidden(store) !== undefined ? 'Change verify: in tokenwarden.yml if it is to be asked.' : able.length === 0 ? 'Give the store the auth: section of an account that may list tokens.' : `Stores that can: ${able.join(', ')}.`,
      });
    }
    return { store, operation };
  };

  return {
    listable: () => stores.filter((store) => forbidden(store) === undefined && obstacle(issuerOf(store)?.list, store) === undefined).map(({ id }) => id),

    listing: (storeId) => {
      const { store, operation } = listable(storeId);
      const further = Object.entries(store.endpoints ?? {}).flatMap(([name, url]) => (name.startsWith('region-') ? [] : [url]));
      return { host: hostOf(store.baseUrl), hosts: [...new Set([store.baseUrl, ...further].map(hostOf))], method: `${store.type}:${operation.method}` };
    },

    list(storeId) {
      const { store, operation } = listable(storeId);
      return guarded(store, 'list', operation.method, operation.run(open(store, 'list')), (token) => scrubListed(token, secretsOf(store)));
    },

    revocationById(storeId) {
      const store = storeOf(storeId);
      const operation = issuerOf(store)?.revokeById;
      if (operation === undefined || obstacle(operation, store) !== undefined) return undefined;
      return { method: `${store.type}:${operation.method}`, host: hostOf(store.baseUrl), reversible: operation.reversible, sideEffects: operation.sideEffects };
    },

    async revokeById(storeId, tokenId) {
      const store = storeOf(storeId);
      const operation = issuerOf(store)?.revokeById;
      const why = obstacle(operation, store);
      if (operation === undefined || why !== undefined) return refused(why ?? 'the issuer offers no revocation by id');
      let mutation: Mutation;
      try {
        mutation = scrubMutation(await operation.run(converse.administer(store, 'revoke'), tokenId), secretsOf(store));
      } catch (error) {
        if (error instanceof UnrecordedError) throw error;
        mutation = signal.aborted ? uncertain('network', 'interrupted while it was being sent') : uncertain('malformed', 'the answer could not be read');
      }
      record('revoke.answered', { host: hostOf(store.baseUrl), store: store.id, tokenId, status: mutation.status, ...('why' in mutation ? { why: mutation.why } : {}) });
      return mutation;
    },

    uses(storeId, tokenId, since) {
      const store = storeOf(storeId);
      const operation = issuerOf(store)?.uses;
      if (operation === undefined || obstacle(operation, store) !== undefined) return undefined;
      return guarded(store, 'uses', operation.method, operation.run(open(store, 'uses'), tokenId, since), (use) => scrubUse(use, secretsOf(store)));
    },
  };
}

/** See `listed`. */
function isNameless(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'tokenId' in item && item.tokenId === '';
}

function obstacle(operation: AdminOperation<unknown> | undefined, store: Store): string | undefined {
  if (operation === undefined) return 'the issuer offers no such call';
  if (operation.impossible !== undefined) return operation.impossible(store);
  return store.clientAuth === undefined || store.clientAuth.method === 'none' ? 'it needs credentials of our own (auth: in the store\'s section)' : undefined;
}
