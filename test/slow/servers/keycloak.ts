import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startChildServer } from '../../e2e/servers/child-server.ts';
import { freePort } from '../../e2e/servers/free-port.ts';
import { fetchZip } from './maven-zip.ts';

const VERSION = '26.4.0';
const SCOPES = ['deploy', 'reports'];

/** A real Keycloak on 127.0.0.1, its data in memory. It takes a minute or two and half a gigabyte. */
export interface KeycloakServer {
  /** The realm, which is the issuer; no trailing slash. */
  readonly realm: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** A client that may exchange its own tokens (RFC 8693) for ones of `deploy` or `reports`, or both. */
  readonly exchanger: { readonly id: string; readonly secret: string };
  /** A token of that client with both. */
  readonly mintSubject: () => Promise<string>;
  /** A client-credentials token. */
  readonly mint: () => Promise<string>;
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
  const asAdmin = await token({ grant_type: 'password', client_id: 'admin-cli', ...admin });
  const made = await fetch(`${realm.replace('/realms/', '/admin/realms/')}/clients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${asAdmin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ clientId: client.id, secret: client.secret, publicClient: false, serviceAccountsEnabled: true, standardFlowEnabled: false }),
  });
  if (made.status !== 201) throw new Error(`Keycloak answered ${made.status} to the making of a client`);
  // A client of its own for exchanges (RFC 8693): it has no scopes but the two that may be asked for.
  const headers = { authorization: `Bearer ${asAdmin}`, 'content-type': 'application/json' };
  const base = realm.replace('/realms/', '/admin/realms/');
  for (const name of SCOPES) {
    const scope = await fetch(`${base}/client-scopes`, { method: 'POST', headers: headers, body: JSON.stringify({ name, protocol: 'openid-connect', attributes: { 'include.in.token.scope': 'true' } }) });
    if (scope.status !== 201) throw new Error(`Keycloak answered ${scope.status} to the making of a scope`);
  }
  const exchanger = { id: 'exchanger', secret: randomBytes(24).toString('base64url') };
  const second = await fetch(`${base}/clients`, {
    method: 'POST',
    headers: headers,
    body: JSON.stringify({ clientId: exchanger.id, secret: exchanger.secret, publicClient: false, serviceAccountsEnabled: true, standardFlowEnabled: false, defaultClientScopes: ['basic'], optionalClientScopes: SCOPES, attributes: { 'standard.token.exchange.enabled': 'true' } }),
  });
  if (second.status !== 201) throw new Error(`Keycloak answered ${second.status} to the making of a client`);
  return {
    realm,
    client,
    exchanger,
    mintSubject: () => token({ grant_type: 'client_credentials', client_id: exchanger.id, client_secret: exchanger.secret, scope: SCOPES.join(' ') }),
    mint: () => token({ grant_type: 'client_credentials', client_id: client.id, client_secret: client.secret }),
    stop: () => child.stop(),
  };
}
