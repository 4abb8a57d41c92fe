import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, ListedToken, Mutation, Particular, Subject } from '../model/index.ts';
import { tell, tellById } from './exchange/ask-once.ts';
import { listPages, nextLink } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, onlyWithOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { below, get, remove } from './exchange/requests.ts';
import { active, inactive, refused, unknown } from './reading/answers.ts';
import { instant, orNever, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';
import { publicKeyOfLine, sshFingerprint, sshPublicKey } from './reading/ssh-public-key.ts';

/** The kind of a listed key. In which format its private half is kept, the forge does not know. */
const LISTED_AS = 'private-key-openssh';

/**
 * SSH keys that a forge knows. The store's URL is the listing itself, which GitHub, GitLab, Gitea and Forgejo answer alike:
 * `…/user/keys` and a repository's deploy keys with a token of our own, `…/users/NAME/keys` without. The public half is computed
 * here and compared; nothing of the private key is sent. A key that is not listed there may open another door.
 */
export const issuer: Issuer = {
  id: 'forge-keys',
  name: 'SSH keys of a forge',
  kinds: ['private-key-openssh', 'private-key-rsa', 'private-key-ec', 'private-key-pkcs8', 'private-key-dsa', 'private-key-putty'],
  baseUrlOf: (configured) => new URL(configured.href.replace(/\/+$/, '')),
  proof: { how: 'real-server', reference: 'Gitea 1.26.0 (npm run test:slow): user/keys (list, delete). By document: GitHub REST: user/keys, users/{username}/keys, repos/{owner}/{repo}/keys; GitLab REST: user/keys (expires_at, last_used_at), users/:id/keys, projects/:id/deploy_keys; Gitea API description: userCurrentListKeys, userListKeys; RFC 4253 section 6.6, PROTOCOL.key of OpenSSH' },
  introspect: { method: 'GET the listing of public keys', run: introspect, particular },
  revoke: {
    method: 'DELETE the listed key',
    reversible: false,
    sideEffects: 'Ends every use of this key pair at this forge; other servers that trust it go on to do so.',
    particular: (subject) => ({ ...onlyWithOwnToken(subject), ...particular(subject) }),
    run: revoke,
  },
  list: { method: 'GET the listing of public keys', impossible: needsOwnToken, run: (ask) => listKeys(ask) },
  revokeById: {
    method: 'DELETE the listed key',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'Ends every use of this key pair at this forge; other servers that trust it go on to do so.',
    run: tellById({ request: (ask, id) => remove(keyUrl(ask, id), ownAuthorization(ask)), accepted: [204] }),
  },
};

const keyUrl = (ask: AdminAsk, id: string): URL => below(ask.store.baseUrl, encodeURIComponent(id));

function particular({ secret }: Pick<Subject, 'secret'>): Particular {
  return sshPublicKey(secret.reveal()) === undefined ? { impossible: { why: 'no-introspection', detail: 'its public half cannot be computed: it is under a passphrase, or of a kind that SSH does not use' } } : {};
}

/** Keys of one listing by their fingerprint, and how it ended. */
interface Listing {
  readonly end: { readonly complete: true } | Extract<Answer, { readonly status: 'unknown' }>;
  readonly byFingerprint: ReadonlyMap<string, ListedToken>;
}

async function introspect(ask: Ask): Promise<Answer> {
  const { fingerprint, listing } = await lookUp(ask);
  const key = fingerprint === undefined ? undefined : listing.byFingerprint.get(fingerprint);
  if (key === undefined) return 'complete' in listing.end ? unknown('ambiguous', 'this listing does not hold its public half: it may open another door, or none') : listing.end;
  return key.status === 'inactive' ? inactive('the forge lists it as expired') : active(key.facts);
}

async function revoke(ask: Ask): Promise<Mutation> {
  const { fingerprint, listing } = await lookUp(ask);
  const key = fingerprint === undefined ? undefined : listing.byFingerprint.get(fingerprint);
  return key === undefined ? refused('the listing does not hold its public half') : tell(ask, remove(keyUrl(ask, key.tokenId), ownAuthorization(ask)), { accepted: [204] });
}

/** Read anew for each question: what was revoked a moment ago must not be found again. */
async function lookUp(ask: Ask): Promise<{ readonly fingerprint: string | undefined; readonly listing: Listing }> {
  const publicKey = sshPublicKey(ask.secret.reveal());
  const byFingerprint = new Map<string, ListedToken>();
  const keys = listKeys(ask);
  for (;;) {
    const next = await keys.next();
    if (next.done === true) {
      const end = next.value;
      return { fingerprint: publicKey === undefined ? undefined : sshFingerprint(publicKey), listing: { byFingerprint, end: end.complete ? { complete: true } : { status: 'unknown', why: end.why, detail: end.detail } } };
    }
    byFingerprint.set(next.value.facts.notes?.['fingerprint'] ?? '', next.value);
  }
}

const pages = listPages({
  first: (ask) => request(ask, new URL(`${ask.store.baseUrl.href.replace(/\/+$/, '')}?per_page=100`)),
  read: (body, response, ask) => {
    if (!Array.isArray(body) || !body.every((entry) => isObject(entry) && publicKeyOfLine(entry['key']) !== undefined)) return undefined;
    const next = nextLink(response, { url: ask.store.baseUrl });
    return { tokens: objectsOf(body).flatMap((entry) => keyOf(entry, ask)), next: next === undefined ? undefined : request(ask, next) };
  },
});

function listKeys(ask: AdminAsk): ReturnType<typeof pages> {
  return pages(ask);
}

function request(ask: AdminAsk, url: URL): HttpRequest {
  return get(url, ownAuthorization(ask));
}

/** GitLab dates expiry and last use (null: never); GitHub and Gitea know no expiry, and say whether a key may write. */
function keyOf(entry: JsonObject, ask: AdminAsk): readonly ListedToken[] {
  const publicKey = publicKeyOfLine(entry['key']);
  if (publicKey === undefined) return [];
  const exp = 'expires_at' in entry ? orNever(entry['expires_at'], instant) : undefined;
  const lastUsed = ['last_used_at', 'last_used'].find((name) => name in entry);
  const isReadOnly = typeof entry['read_only'] === 'boolean' ? entry['read_only'] : typeof entry['can_push'] === 'boolean' ? !entry['can_push'] : undefined;
  const user = isObject(entry['user']) ? (text(entry['user']['login']) ?? text(entry['user']['username'])) : undefined;
  return listed(LISTED_AS, text(entry['id']), {
    sub: user,
    name: text(entry['title']),
    scopes: isReadOnly === undefined ? undefined : [isReadOnly ? 'read' : 'write'],
    iat: instant(entry['created_at']),
    exp,
    lastUsedAt: lastUsed === undefined ? undefined : orNever(entry[lastUsed], instant),
    notes: { fingerprint: sshFingerprint(publicKey) },
  }, exp instanceof Date && exp <= ask.now() ? 'inactive' : 'active');
}
