import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startChildServer } from '../../e2e/servers/child-server.ts';
import { freePort } from '../../e2e/servers/free-port.ts';
import { fetchZip } from './maven-zip.ts';

const VERSION = '26.4.0';
const SCOPES = ['deploy', 'reports'];

export interface Client {
  readonly id: string;
  readonly secret: string;
}

/** A real Keycloak on 127.0.0.1, its data in memory. It takes a minute or two and half a gigabyte. */
export interface KeycloakServer {
  /** The realm, which is the issuer; no trailing slash. */
  readonly realm: string;
  /** It administers the realm. */
  readonly client: Client;
  /** A client that may exchange its own tokens (RFC 8693) for ones of `deploy` or `reports`, or both. */
  readonly exchanger: Client;
  /** A token of that client with both. */
  readonly mintSubject: () => Promise<string>;
  /** A client-credentials token, of that client or another. */
  readonly mint: (as?: Client) => Promise<string>;
  /** A further confidential client. Its own secret, if none is given. */
  readonly makeClient: (id: string) => Promise<Client & { readonly uuid: string }>;
  /** Whether sign-ins are recorded. */
  readonly recordEvents: (enabled: boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Why it cannot run here, or its folder. */
export function prepareKeycloak(): ReturnType<typeof fetchZip> {
  return fetchZip({ artifact: `org.keycloak:keycloak-quarkus-dist:${VERSION}`, folder: `keycloak-${VERSION}`, witness: 'bin/kc.sh' });
}

/** Starts on a free port, with one confidential client in the master realm. */
export async function startKeycloak(home: string): Promise<KeycloakServer> {
  const port = await freePort();
  const realm = `http://127.0.0.1:${port}/realms/master`;
  const admin = { username: 'root', password: randomBytes(18).toString('hex') };
  const client = { id: 'auditor', secret: randomBytes(24).toString('base64url') };
  const child = await startChildServer({
    name: 'Keycloak',
    command: 'bash',
    // exec: the shell's own process becomes Java's, so that ending it ends Java.
    args: [join(home, 'bin', 'kc.sh'), 'start-dev', '--db=dev-mem', '--http-host=127.0.0.1', `--http-port=${port}`],
    env: { PATH: process.env['PATH'] ?? '', HOME: home, JAVA_OPTS_APPEND: '-Xmx512m', KC_BOOTSTRAP_ADMIN_USERNAME: admin.username, KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password },
    cwd: home,
    readyWithinMs: 300_000,
    isReady: async () => (await fetch(`${realm}/.well-known/openid-configuration`)).status === 200,
  });
  const token = async (form: Readonly<Record<string, string>>): Promise<string> => {
    const response = await fetch(`${realm}/protocol/openid-connect/token`, { method: 'POST', body: new URLSearchParams(form) });
    if (!response.ok) throw new Error(`Keycloak answered ${response.status} to token`);
    return ((await response.json()) as { access_token: string }).access_token;
  };
  const base = realm.replace('/realms/', '/admin/realms/');
  const administer = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    // Its tokens live for a minute.
    const asAdmin = await token({ grant_type: 'password', client_id: 'admin-cli', ...admin });
    const response = await fetch(`${base}/${path}`, { method, headers: { authorization: `Bearer ${asAdmin}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`Keycloak answered ${response.status} to ${method} ${path}`);
    const text = await response.text();
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  const add = async (id: string, more: Readonly<Record<string, unknown>>): Promise<{ readonly id: string; readonly secret: string }> => {
    await administer('POST', 'clients', { clientId: id, publicClient: false, serviceAccountsEnabled: true, standardFlowEnabled: false, ...more });
    const [made] = (await administer('GET', `clients?clientId=${id}`)) as readonly { readonly id: string; readonly secret: string }[];
    if (made === undefined) throw new Error('Keycloak does not list the client that was made');
    return made;
  };
  const own = await add(client.id, { secret: client.secret });
  const account = (await administer('GET', `clients/${own.id}/service-account-user`)) as { readonly id: string };
  await administer('POST', `users/${account.id}/role-mappings/realm`, [await administer('GET', 'roles/admin')]);
  // A client of its own for exchanges (RFC 8693): it has no scopes but the two that may be asked for.
  for (const name of SCOPES) await administer('POST', 'client-scopes', { name, protocol: 'openid-connect', attributes: { 'include.in.token.scope': 'true' } });
  const exchanger = { id: 'exchanger', secret: randomBytes(24).toString('base64url') };
  await add(exchanger.id, { secret: exchanger.secret, defaultClientScopes: ['basic'], optionalClientScopes: SCOPES, attributes: { 'standard.token.exchange.enabled': 'true' } });
  return {
    realm,
    client,
    exchanger,
    mintSubject: () => token({ grant_type: 'client_credentials', client_id: exchanger.id, client_secret: exchanger.secret, scope: SCOPES.join(' ') }),
    mint: (as = client) => token({ grant_type: 'client_credentials', client_id: as.id, client_secret: as.secret }),
    makeClient: async (id) => {
      const { id: uuid, secret } = await add(id, {});
      return { id, uuid, secret };
    },
    recordEvents: async (eventsEnabled) => {
      await administer('PUT', 'events/config', { eventsEnabled, enabledEventTypes: ['CLIENT_LOGIN', 'CLIENT_LOGIN_ERROR'], eventsListeners: [] });
    },
    stop: () => child.stop(),
  };
}
