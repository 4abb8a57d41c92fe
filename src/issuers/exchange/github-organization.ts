import type { AdminAsk, HttpRequest, ListedToken, Mutation, Store } from '../../model/index.ts';
import { instant, orNever, text, texts } from '../reading/fields.ts';
import { isObject, objectsOf } from '../reading/json.ts';
import type { JsonObject } from '../reading/json.ts';
import { tell } from './ask-once.ts';
import { listAll, listPages, nextLink } from './list-pages.ts';
import { listed } from './listed.ts';
import { needsOwnToken, ownAuthorization } from './own-credentials.ts';
import { below, get, postJson, remove } from './requests.ts';

const ACCEPT = { accept: 'application/vnd.github+json' };

/** Why a store cannot list: it needs our own token and `endpoints: { organization: …/orgs/NAME }`. */
export function needsOrganization(store: Store): string | undefined {
  return needsOwnToken(store) ?? (store.endpoints?.['organization'] === undefined ? `name the organization: endpoints: { organization: ${below(store.baseUrl, 'orgs/NAME').href} }` : undefined);
}

const organization = ({ store }: AdminAsk): URL => store.endpoints?.['organization'] ?? store.baseUrl;

/**
 * Tokens with access to an organization: fine-grained ones (GitHub REST, "List fine-grained personal access tokens with access
 * to organization resources"), and classic ones that single sign-on authorized ("List SAML SSO authorizations"). Without
 * single sign-on GitHub lists no classic tokens, and the listing stays incomplete.
 */
export const listOrganization = listAll(
  pages('personal-access-tokens', fineGrained),
  pages('credential-authorizations', (entry) => authorized(entry)),
);

/** Classic tokens that single sign-on authorized; `notes.shown` is their last eight characters. */
export const listAuthorizations = pages('credential-authorizations', (entry) => authorized(entry));

/** `pat:ID` or `authorization:ID`: both take away the access to the organization, not the token from its owner. */
export function revokeInOrganization(ask: AdminAsk, tokenId: string): Promise<Mutation> {
  const [kind, id = ''] = tokenId.split(':', 2);
  const headers = { ...ownAuthorization(ask), ...ACCEPT };
  const request = kind === 'pat' ? postJson(below(organization(ask), `personal-access-tokens/${encodeURIComponent(id)}`), { action: 'revoke' }, headers) : remove(below(organization(ask), `credential-authorizations/${encodeURIComponent(id)}`), headers);
  return tell(ask, request, { accepted: [204] });
}

function pages(path: string, read: (entry: JsonObject) => readonly ListedToken[]): ReturnType<typeof listPages> {
  const request = (ask: AdminAsk, url: URL): HttpRequest => get(url, { ...ownAuthorization(ask), ...ACCEPT });
  const first = (ask: AdminAsk): URL => below(organization(ask), `${path}?per_page=100`);
  return listPages({
    first: (ask) => request(ask, first(ask)),
    read: (body, response, ask) => {
      if (!Array.isArray(body)) return undefined;
      const next = nextLink(response, { url: first(ask) });
      return { tokens: objectsOf(body).flatMap(read), next: next === undefined ? undefined : request(ask, next) };
    },
  });
}

function fineGrained(entry: JsonObject): readonly ListedToken[] {
  const id = text(entry['id']);
  const permissions = isObject(entry['permissions']) ? Object.entries(entry['permissions']).flatMap(([where, rights]) => (isObject(rights) ? Object.entries(rights).map(([name, level]) => `${where}:${name}:${String(level)}`) : [])) : undefined;
  const selection = text(entry['repository_selection']);
  return listed('github-pat-fine-grained', id === undefined ? undefined : `pat:${id}`, {
    sub: isObject(entry['owner']) ? text(entry['owner']['login']) : undefined,
    name: text(entry['token_name']),
    scopes: permissions,
    exp: 'token_expires_at' in entry ? orNever(entry['token_expires_at'], instant) : undefined,
    lastUsedAt: 'token_last_used_at' in entry ? orNever(entry['token_last_used_at'], instant) : undefined,
    notes: selection === undefined ? undefined : { repositories: selection },
  }, entry['token_expired'] === true ? 'inactive' : 'active');
}

function authorized(entry: JsonObject): readonly ListedToken[] {
  const id = text(entry['credential_id']);
  const lastEight = text(entry['token_last_eight']);
  if (entry['credential_type'] !== 'personal access token') return [];
  return listed('github-pat-classic', id === undefined ? undefined : `authorization:${id}`, {
    sub: text(entry['login']),
    name: text(entry['authorized_credential_note']),
    scopes: texts(entry['scopes']),
    exp: 'authorized_credential_expires_at' in entry ? orNever(entry['authorized_credential_expires_at'], instant) : undefined,
    lastUsedAt: 'credential_accessed_at' in entry ? orNever(entry['credential_accessed_at'], instant) : undefined,
    notes: lastEight === undefined ? undefined : { shown: `...${lastEight}` },
  });
}
