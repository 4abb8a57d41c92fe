import type { Answer, Ask, Mutation, Particular, Protocol, Replacement, SocketOutcome, SocketTls, Store, Subject, Talk } from '../../model/index.ts';
import { uncertain, unknown } from '../reading/answers.ts';
import { companionOf } from './companions.ts';
import { needsOwnPair, ownPair } from './own-credentials.ts';

/** Name and password with which a database is entered. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** Whose password it is: what stands beside it, or what its connection string says. */
export function userOf(subject: Subject): string | undefined {
  return companionOf(subject, 'user') ?? subject.facts?.subject;
}

/** The database that the connection string names, else that of the store's URL. */
export function databaseOf({ facts, store }: Pick<Subject, 'facts' | 'store'>): string | undefined {
  return facts?.notes?.['database'] ?? (decodeURIComponent(store.baseUrl.pathname.replace(/^\//, '')) || undefined);
}

/** For `particular`: without a user a password opens nothing. */
export function needsUser(subject: Subject): Particular {
  return userOf(subject) === undefined ? { impossible: { why: 'missing-companion', detail: 'the user whose password it is was not found beside it' } } : {};
}

/** For `particular` of what an administrator does to another account. */
export function needsAdministrator(subject: Subject): Particular {
  const detail = needsOwnPair(subject.store, 'user name and password');
  if (detail !== undefined) return { impossible: { why: 'no-client-credentials', detail } };
  if (userOf(subject) === undefined) return needsUser(subject);
  return userOf(subject) === administratorOf(subject)?.user ? { impossible: { why: 'no-client-credentials', detail: `it is the account that store "${subject.store.id}" itself signs in as: we would shut ourselves out` } } : {};
}

export function administratorOf({ store }: { readonly store: Store }): Login | undefined {
  const own = ownPair({ store });
  return own === undefined ? undefined : { user: own.clientId, password: own.clientSecret.reveal() };
}

/** TLS as the store's URL says: with proof of the name unless it says otherwise. */
export function tlsOf(store: Store, parameter: string): SocketTls {
  const said = store.baseUrl.searchParams.get(parameter);
  if (said === 'disable' || said === 'disabled') return { mode: 'none' };
  return { mode: 'later', verify: said === null || !/^require/.test(said) };
}

/** Opens the connection; a verifier that has none says so. */
export async function openTo<T>(ask: Pick<Ask, 'open'>, verb: string, tls: SocketTls, talk: Talk<T>): Promise<SocketOutcome<T>> {
  return ask.open === undefined ? { ok: false, why: 'network', detail: 'no connection can be opened here' } : ask.open(verb, tls, talk);
}

export function answerOf(outcome: SocketOutcome<Answer>): Answer {
  return outcome.ok ? outcome.value : unknown(outcome.why, outcome.detail, outcome.retryAfterSeconds);
}

export function mutationOf<T extends Mutation | Replacement>(outcome: SocketOutcome<T>): T | Extract<Mutation, { readonly status: 'uncertain' }> {
  return outcome.ok ? outcome.value : uncertain(outcome.why, outcome.detail);
}

/** A protocol whose store says the grade of TLS in a parameter. */
export function protocolOf(schemes: readonly string[], defaultPort: number, parameters: NonNullable<Protocol['parameters']>): Protocol {
  return { schemes, defaultPort, parameters };
}
