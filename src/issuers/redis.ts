import { createHash } from 'node:crypto';
import type { LimitAbout, LimitAsk, ScopeLimit, AdminAsk, Answer, Ask, Issuer, ListedToken, ListEnd, Mutation, Replacement, SocketTls, Store, Subject } from '../model/index.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { administratorOf, answerOf, mutationOf, openTo, userOf } from './exchange/database.ts';
import type { Login } from './exchange/database.ts';
import { cannotChoose } from './exchange/issue-once.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnPair } from './exchange/own-credentials.ts';
import { newPassword } from './exchange/postgresql-session.ts';
import { errorIn, redisSession } from './exchange/redis-session.ts';
import type { RedisCommand, RedisValue } from './exchange/redis-session.ts';
import { accepted, active, inactive, refused, unknown } from './reading/answers.ts';

const KIND = 'redis-url-password';
const KEPT = 'It holds until the server starts anew, unless ACL SAVE (an ACL file) or CONFIG REWRITE follows: ACL SAVE is tried.';

/**
 * Users of a Redis or Valkey server, whose address is the store's URL (`rediss://cache.example.com:6379`; `redis:` without TLS, on
 * private addresses only). A user may have several passwords: one is taken away or added without the others noticing. Passwords
 * never leave in clear for that: the server takes their SHA-256.
 */
export const issuer: Issuer = {
  id: 'redis',
  name: 'Redis and Valkey',
  kinds: [KIND, 'redis-acl-password', 'url-credentials'],
  protocol: { schemes: ['rediss', 'redis', 'valkeys', 'valkey'], defaultPort: 6379, parameters: { tls: ['unproven'] } },
  proof: { how: 'real-server', reference: 'Redis 7.0: AUTH, ACL WHOAMI, ACL GETUSER, ACL SETUSER, ACL LIST; Redis documentation, ACL' },
  introspect: { method: 'AUTH, ACL WHOAMI, ACL GETUSER', run: introspect },
  revoke: {
    method: 'ACL SETUSER !SHA256',
    reversible: false,
    sideEffects: `This password of the user goes, others stay. Connections that are open go on. ${KEPT}`,
    particular: needsPair,
    run: (ask) => setUser(ask, nameOf(ask), `!${hashOf(ask.secret.reveal())}`),
  },
  deactivate: { method: 'ACL SETUSER off', reversible: true, sideEffects: `The user cannot sign in with any password until ACL SETUSER … on. Connections that are open go on. ${KEPT}`, particular: needsAnother, run: (ask) => setUser(ask, nameOf(ask), 'off') },
  rotate: { method: 'ACL SETUSER #SHA256', sideEffects: `The user has both passwords until the old one is revoked. ${KEPT}`, particular: needsPair, run: rotate },
  narrow: {
    method: 'ACL SETUSER nocommands resetkeys resetchannels …',
    reversible: true,
    sideEffects: `The user loses it with all its passwords, at once, in open connections, too. What it keeps is given again in the same command. ${KEPT}`,
    impossible: cannotNarrowTo,
    run: narrow,
  },
  list: { method: 'ACL USERS, ACL GETUSER', impossible: (store) => needsOwnPair(store, 'user name and password'), run: list },
  revokeById: {
    method: 'ACL SETUSER off resetpass',
    impossible: (store) => needsOwnPair(store, 'user name and password'),
    reversible: false,
    sideEffects: `The user loses all its passwords and is switched off. Connections that are open go on. ${KEPT}`,
    run: (ask, user) => (user === administratorOf(ask)?.user ? Promise.resolve(refused('it is the user that we sign in as')) : setUser(ask, user, 'off', 'resetpass')),
  },
};

/** Without a user's name a password is that of `default`. */
const nameOf = (subject: Subject): string => userOf(subject) ?? 'default';
const hashOf = (password: string): string => createHash('sha256').update(password).digest('hex');

function needsPair(subject: Subject): ReturnType<NonNullable<NonNullable<Issuer['revoke']>['particular']>> {
  const detail = needsOwnPair(subject.store, 'user name and password');
  if (detail !== undefined) return { impossible: { why: 'no-client-credentials', detail } };
  const own = administratorOf(subject);
  const isOurs = own?.user === nameOf(subject) && own.password === subject.secret.reveal();
  return isOurs ? { impossible: { why: 'no-client-credentials', detail: `it is the password that store "${subject.store.id}" itself signs in with: we would shut ourselves out` } } : {};
}

function needsAnother(subject: Subject): ReturnType<typeof needsPair> {
  const isOurs = administratorOf(subject)?.user === nameOf(subject);
  return isOurs ? { impossible: { why: 'no-client-credentials', detail: `it is the user that store "${subject.store.id}" itself signs in as: we would shut ourselves out` } } : needsPair(subject);
}

function cannotNarrowTo({ store, tokenId }: LimitAbout, { keep, drop }: ScopeLimit): string | undefined {
  const wider = drop.filter((word) => word.startsWith('-'));
  if (wider.length > 0) return `to take "${wider.join(' ')}" away would let it do more`;
  if ([...keep, ...drop].some((word) => !/^[-+~&%][^\s()]*$/.test(word))) return 'its rights are not said in words of ACL SETUSER';
  return needsOwnPair(store, 'user name and password') ?? (tokenId === administratorOf({ store })?.user ? `it is the user that store "${store.id}" itself signs in as` : undefined);
}

/** One command, so that there is no moment at which it may do nothing, or more. */
async function narrow(ask: LimitAsk, { keep }: ScopeLimit): Promise<Mutation> {
  const of = (marks: RegExp): readonly string[] => keep.filter((word) => marks.test(word));
  return setUser(ask, ask.tokenId, 'nocommands', ...of(/^[-+]/), 'resetkeys', ...of(/^[~%]/), 'resetchannels', ...of(/^&/));
}

function tlsFor({ baseUrl }: Store): SocketTls {
  return baseUrl.protocol === 'rediss:' || baseUrl.protocol === 'valkeys:' ? { mode: 'direct', verify: baseUrl.searchParams.get('tls') !== 'unproven' } : { mode: 'none' };
}

/** Signs in; `read` speaks then, `judge` says what a refusal means. */
function signIn<T>(ask: AdminAsk, login: Login, read: (command: RedisCommand) => Promise<T>, judge: (error: string) => T): ReturnType<typeof openTo<T>> {
  return openTo(ask, 'redis', tlsFor(ask.store), async (stream) => {
    const command = redisSession(stream);
    // Servers before 6 know no users, and take the password alone.
    let answer = await command('AUTH', login.user, login.password);
    if (login.user === 'default' && /wrong number of arguments/i.test(errorIn(answer) ?? '')) answer = await command('AUTH', login.password);
    const error = errorIn(answer);
    if (error !== undefined) return judge(error);
    if (answer !== 'OK') throw Object.assign(new Error('not Redis'), { code: 'UND_ERR_RESPONSE' });
    return read(command);
  });
}

async function introspect(ask: Ask): Promise<Answer> {
  const login = { user: nameOf(ask), password: ask.secret.reveal() };
  return answerOf(await signIn(ask, login, (command) => factsOf(command, login), judged));
}

/** Redis source, `src/acl.c` (authCommand) and `src/server.c`: the first word is the code. */
function judged(error: string): Answer {
  if (/^WRONGPASS /.test(error)) return inactive('Redis answers WRONGPASS: not a password of this user, or the user is off or does not exist');
  if (/^ERR invalid password$/.test(error)) return inactive('Redis answers "invalid password"');
  if (/^ERR AUTH .*without any password/.test(error) || /^ERR Client sent AUTH, but no password is set/.test(error)) return unknown('ambiguous', 'the server asks nobody for a password, so that it proves nothing');
  if (/^(?:LOADING|MASTERDOWN|BUSY|CLUSTERDOWN|ERR max number of clients)/.test(error)) return unknown('server-error', 'the server takes no commands now');
  return unknown('ambiguous', 'answered with an error that says nothing of the password');
}

const LETS_ANYBODY_IN = unknown('ambiguous', 'this user is let in with any password (nopass), so that it proves nothing');

async function factsOf(command: RedisCommand, { user }: Login): Promise<Answer> {
  const who = await command('ACL', 'WHOAMI');
  const sub = typeof who === 'string' ? who : user;
  const rights = await command('ACL', 'GETUSER', sub);
  if (errorIn(rights) !== undefined || !Array.isArray(rights)) {
    // It may not look at itself; whether any password would do, only a made-up one tells.
    const taken = (await command('AUTH', user, newPassword())) === 'OK';
    return taken ? LETS_ANYBODY_IN : active({ sub, tokenId: sub });
  }
  const fields = fieldsOf(rights);
  if (flagsOf(fields).includes('nopass')) return LETS_ANYBODY_IN;
  return active({ sub, tokenId: sub, ...rightsOf(fields) });
}

/** `ACL GETUSER`: names and values in turn. The hashes of passwords are not kept. */
function fieldsOf(value: RedisValue): ReadonlyMap<string, RedisValue> {
  const items = Array.isArray(value) ? value : [];
  return new Map(items.flatMap((name, index) => (index % 2 === 0 && typeof name === 'string' && name !== 'passwords' ? [[name, items[index + 1] ?? null] as const] : [])));
}

function flagsOf(fields: ReadonlyMap<string, RedisValue>): readonly RedisValue[] {
  const flags = fields.get('flags');
  return Array.isArray(flags) ? flags : [];
}

/** Commands, keys and channels, in Redis's own words. Version 6 gives lists, 7 a string. */
function rightsOf(fields: ReadonlyMap<string, RedisValue>): GivenFacts {
  const words = (name: string, mark: string): readonly string[] => {
    const value = fields.get(name);
    const items = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : typeof value === 'string' ? value.split(' ') : [];
    return items.filter((item) => item !== '').map((item) => (/^[~%&+-]/.test(item) ? item : `${mark}${item}`));
  };
  // Every user begins with no command: that is no right of its own.
  const commands = words('commands', '').filter((word) => word !== '-@all');
  return { scopes: [...commands, ...words('keys', '~'), ...words('channels', '&')] };
}

async function asAdministrator<T extends Mutation | Replacement>(ask: AdminAsk, act: (command: RedisCommand) => Promise<T>): Promise<T | Extract<Mutation, { readonly status: 'refused' | 'uncertain' }>> {
  const own = administratorOf(ask);
  if (own === undefined) return refused('it needs a user of our own');
  return mutationOf<T | Extract<Mutation, { readonly status: 'refused' }>>(await signIn<T | Extract<Mutation, { readonly status: 'refused' }>>(ask, own, act, () => refused('our own sign-in was refused')));
}

async function setUser(ask: AdminAsk, user: string, ...how: readonly string[]): Promise<Mutation> {
  return asAdministrator<Mutation>(ask, async (command) => {
    // SETUSER would make a user that does not exist.
    if ((await command('ACL', 'GETUSER', user)) === null) return refused('there is no such user');
    const answer = await command('ACL', 'SETUSER', user, ...how);
    return answer === 'OK' ? accepted(await saved(command)) : refused(reasonOf(answer));
  });
}

async function saved(command: RedisCommand): Promise<string> {
  return (await command('ACL', 'SAVE')) === 'OK' ? 'answered OK, and saved it' : 'answered OK; there is no ACL file to save it in, so it ends with the next start of the server';
}

/** Its own words hold no password: we sent none. */
function reasonOf(answer: RedisValue): string {
  return `answered ${(errorIn(answer) ?? 'something else than OK').slice(0, 100)}`;
}

async function rotate(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): Promise<Replacement> {
  const cannot = cannotChoose(wish);
  if (cannot !== undefined) return refused(cannot);
  const user = nameOf(ask);
  const password = newPassword();
  return asAdministrator<Replacement>(ask, async (command) => {
    if ((await command('ACL', 'GETUSER', user)) === null) return refused('there is no such user');
    const answer = await command('ACL', 'SETUSER', user, `#${hashOf(password)}`);
    if (answer !== 'OK') return refused(reasonOf(answer));
    await saved(command);
    return { status: 'issued', secret: makeSecret(password), facts: { sub: user, tokenId: user }, oldLives: true };
  });
}

async function* list(ask: AdminAsk): AsyncGenerator<ListedToken, ListEnd> {
  const own = administratorOf(ask);
  if (own === undefined) return { complete: false, why: 'own-credentials', detail: 'no user of our own' };
  const read = async (command: RedisCommand): Promise<readonly ListedToken[] | string> => {
    const users = await command('ACL', 'USERS');
    if (!Array.isArray(users)) return errorIn(users) === undefined ? 'malformed' : 'own-credentials';
    const tokens: ListedToken[] = [];
    for (const user of users as readonly RedisValue[]) {
      if (typeof user !== 'string') return 'malformed';
      const fields = fieldsOf(await command('ACL', 'GETUSER', user));
      if (fields.size === 0) continue;
      const flags = flagsOf(fields);
      tokens.push(...listed(KIND, user, { sub: user, ...rightsOf(fields), ...(flags.includes('nopass') ? { notes: { password: 'takes any password (nopass)' } } : {}) }, flags.includes('off') ? 'inactive' : 'active'));
    }
    return tokens;
  };
  const outcome = await signIn<readonly ListedToken[] | string>(ask, own, read, () => 'own-credentials');
  if (!outcome.ok) return { complete: false, why: outcome.why, detail: outcome.detail };
  if (typeof outcome.value === 'string') return { complete: false, why: outcome.value === 'malformed' ? 'malformed' : 'own-credentials', detail: 'our own user may not list users' };
  yield* outcome.value;
  return { complete: true };
}
