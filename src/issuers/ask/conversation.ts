import type { Http, RequestPolicy } from '../../lib/http/client.ts';
import { hostOf } from '../../lib/http/address-guard.ts';
import { textHoldsSecret } from '../../lib/http/secret-forms.ts';
import { concurrencyAt, type HostQueue } from '../../lib/http/host-queue.ts';
import type { AdminAsk, Ask, ClientAuth, Credential, Open, Secret, Send, SocketOutcome, SocketTls, Store, Talk, WriteRecord, WriteTogether } from '../../model/index.ts';

export interface ConversationOptions {
  readonly http: Http;
  readonly queue: HostQueue;
  readonly now: () => Date;
  readonly record: WriteRecord;
  /** For questions, of which many may be under way. */
  readonly recordTogether: WriteTogether;
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

/** Some issuers list all tokens of an organization in one answer; ten thousand of them are some megabytes. */
const MAX_LIST_BYTES = 32 * 1024 * 1024;

/** What a request is about: a credential, or the store itself. */
export type AskEvent = 'introspect' | 'revoke' | 'deactivate' | 'rotate' | 'limit' | 'list' | 'uses' | 'issue' | 'consume';

export interface Conversations {
  /** About a credential that was found. */
  readonly about: (credential: Credential, store: Store, event: AskEvent) => Ask;
  /** With our own credentials, about the store's own tokens. */
  readonly administer: (store: Store, event: AskEvent) => AdminAsk;
}

/** What issuers get to talk with: requests that are paced, confined to the store's hosts, and on record before they leave. */
export function createConversations(options: ConversationOptions): Conversations {
  const remembered = new Map<string, Promise<unknown>>();

  const talk = (store: Store, event: AskEvent, credential?: Credential): AdminAsk => {
    const allowedHosts = [store.baseUrl, ...Object.values(store.endpoints ?? {})].map(hostOf);
    const parts = credential === undefined ? [] : [credential.secret, ...secretCompanions(credential)];
    const secrets = [...parts, ...ownSecrets(store.clientAuth)].map((secret) => secret.reveal());
    const limits = { requestsPerSecond: store.requestsPerSecond, concurrency: concurrencyAt(store.requestsPerSecond) };
    /** What is refused before it leaves is not on record as sent. */
    const policyFor = (host: string, verb: string, carriesCredential: boolean): RequestPolicy => ({
      allowPrivate: store.allowPrivate,
      allowedHosts,
      secrets,
      signal: options.signal,
      ...(event === 'list' ? { maxBodyBytes: MAX_LIST_BYTES } : {}),
      onAdmitted: async () => {
        try {
          const rule = credential === undefined ? {} : { rule: credential.rule.id };
          const record = event === 'introspect' ? options.recordTogether : options.record;
          await record(`${event}.sent`, { host, ...rule, store: store.id, verb, carriesCredential }, credential?.fingerprint);
        } catch (error) {
          throw new UnrecordedError(error);
        }
        options.onSent(host);
      },
    });
    const send: Send = (request) => {
      const host = hostOf(request.url);
      const plain = credential?.secret.reveal();
      const carriesCredential = plain !== undefined && [...Object.values(request.headers), request.body ?? ''].some((text) => textHoldsSecret(text, [plain]));
      const task = (): ReturnType<Send> => options.http.send(request, policyFor(host, request.method, carriesCredential));
      return options.queue.run(host, limits, task, options.signal);
    };
    const open: Open = async <T>(verb: string, tls: SocketTls, talk: Talk<T>) => {
      const host = hostOf(store.baseUrl);
      let came: SocketOutcome<T> | undefined;
      const task = async (): ReturnType<Send> => {
        const outcome = (came = await options.http.converse(store.baseUrl, tls, talk, policyFor(host, verb, credential !== undefined && event === 'introspect')));
        // The queue wants to know how the host is, not what it said.
        return outcome.ok ? { ok: true, response: { status: 200, headers: {}, body: '' } } : outcome;
      };
      const outcome = await options.queue.run(host, limits, task, options.signal);
      return came ?? (outcome.ok ? { ok: false, why: 'network', detail: 'the conversation did not begin' } : outcome);
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
    return { store, send, open, now: options.now, remember };
  };

  return {
    about(credential, store, event) {
      const { rule, secret, companions, facts } = credential;
      return { rule, secret, companions, ...(facts === undefined ? {} : { facts }), ...talk(store, event, credential) };
    },
    administer: (store, event) => talk(store, event),
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
