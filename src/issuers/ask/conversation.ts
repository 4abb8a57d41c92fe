import type { Http } from '../../lib/http/client.ts';
import { hostOf } from '../../lib/http/address-guard.ts';
import { textHoldsSecret } from '../../lib/http/secret-forms.ts';
import type { HostQueue } from '../../lib/http/host-queue.ts';
import type { Ask, ClientAuth, Credential, Secret, Send, Store, WriteRecord } from '../../model/index.ts';

export interface ConversationOptions {
  readonly http: Http;
  readonly queue: HostQueue;
  readonly now: () => Date;
  readonly record: WriteRecord;
  readonly signal: AbortSignal;
  /** Told of each request that goes out. */
  readonly onSent: (host: string) => void;
}

/** The ledger could not take a line; nothing may be sent that is not on record. */
export class UnrecordedError extends Error {
  constructor(cause: unknown) {
    super('The ledger could not be written, so nothing was sent.', { cause });
    this.name = 'UnrecordedError';
  }
}

/** What issuers get to talk with: requests that are paced, confined to the store's hosts, and on record before they leave. */
export function createConversations(options: ConversationOptions): (credential: Credential, store: Store, event: 'introspect' | 'revoke') => Ask {
  const remembered = new Map<string, Promise<unknown>>();

  return (credential, store, event) => {
    const allowedHosts = [store.baseUrl, ...Object.values(store.endpoints ?? {})].map(hostOf);
    const secrets = [credential.secret, ...secretCompanions(credential), ...ownSecrets(store.clientAuth)].map((secret) => secret.reveal());
    const send: Send = (request) => {
      const host = hostOf(request.url);
      const limits = { requestsPerSecond: store.requestsPerSecond };
      const task = async (): ReturnType<Send> => {
        try {
          const carriesCredential = [...Object.values(request.headers), request.body ?? ''].some((text) => textHoldsSecret(text, [credential.secret.reveal()]));
          options.record(`${event}.sent`, { host, rule: credential.rule.id, store: store.id, verb: request.method, carriesCredential }, credential.fingerprint);
        } catch (error) {
          throw new UnrecordedError(error);
        }
        options.onSent(host);
        return options.http.send(request, { allowPrivate: store.allowPrivate, allowedHosts, secrets, signal: options.signal });
      };
      return options.queue.run(host, limits, task, options.signal);
    };
    const remember: NonNullable<Ask['remember']> = <T>(key: string, make: () => Promise<T>, isWorthKeeping: (value: T) => boolean) => {
      const whole = `${store.id} ${store.baseUrl.href} ${key}`;
      const known = remembered.get(whole) as Promise<T> | undefined;
      if (known !== undefined) return known;
      const making = make();
      remembered.set(whole, making);
      const forget = (): boolean => remembered.delete(whole);
      making.then((value) => isWorthKeeping(value) || forget(), forget);
      return making;
    };
    const { rule, secret, companions, facts } = credential;
    return { rule, secret, companions, ...(facts === undefined ? {} : { facts }), store, send, now: options.now, remember };
  };
}

/** Other parts that are secrets themselves, not ids (an AWS session token beside the secret key). */
export function secretCompanions({ companions }: Credential): readonly Secret[] {
  return companions.filter(({ name }) => /secret|password|token|private|cookie|key/.test(name) && !/^(?:public|consumer)-key$|(?:^|-)s?id$/.test(name)).map(({ secret }) => secret);
}

/** Our own secrets at a store. */
export function ownSecrets(auth: ClientAuth | undefined): readonly Secret[] {
  switch (auth?.method) {
    case 'bearer':
      return [auth.token];
    case 'client_secret_basic':
    case 'client_secret_post':
      return [auth.clientSecret];
    default:
      return [];
  }
}
