import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errors, Provider } from 'oidc-provider';
import { memoryAdapter } from './oidc-memory.ts';

/** A real OAuth 2.0 authorization server on 127.0.0.1 (oidc-provider): RFC 8414, RFC 6749, RFC 7662, RFC 7009. */
export interface OidcServer {
  /** Issuer identifier, which is also the base URL; no trailing slash. */
  readonly url: string;
  /** A confidential client that may introspect and revoke every token. */
  readonly auditor: { readonly id: string; readonly secret: string };
  /** Opaque client-credentials token of 43 base64url characters, through the real token endpoint. */
  readonly mint: (options: { readonly lifetimeSeconds: number; readonly scope?: string }) => Promise<string>;
  /** Asks the introspection endpoint, past tokenwarden. */
  readonly isActive: (token: string) => Promise<boolean>;
  readonly revoke: (token: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const SCOPES = ['read', 'write', 'admin'];

/** Starts on a free port. Ready when the promise resolves. */
export async function startOidcServer(): Promise<OidcServer> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Ids with characters that RFC 6749 section 2.3.1 wants form-encoded inside Basic.
  const auditor = { id: 'auditor:one', secret: `${randomBytes(24).toString('base64')}%+ ` };
  const app = { id: 'ci-app', secret: randomBytes(24).toString('base64url') };
  const provider = new Provider(url, configuration(auditor, app));
  registerExchange(provider);
  server.on('request', provider.callback());

  const post = async (path: string, client: { id: string; secret: string }, form: Record<string, string>, headers = {}): Promise<Response> => {
    const pair = `${encodeURIComponent(client.id)}:${encodeURIComponent(client.secret)}`;
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}`, ...headers },
      body: new URLSearchParams(form),
    });
    if (!response.ok) throw new Error(`oidc-provider answered ${response.status} to ${path}`);
    return response;
  };

  return {
    url,
    auditor,
    mint: async ({ lifetimeSeconds, scope }) => {
      const form: Record<string, string> = { grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) };
      const response = await post('/token', app, form, { 'x-lifetime-seconds': String(lifetimeSeconds) });
      return ((await response.json()) as { access_token: string }).access_token;
    },
    isActive: async (token) => {
      const response = await post('/token/introspection', auditor, { token });
      return ((await response.json()) as { active: boolean }).active;
    },
    revoke: async (token) => {
      await post('/token/revocation', auditor, { token });
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** RFC 8693: a subject's token for one of the same scopes or fewer, which lives no longer. The server checks client, form and grant itself. */
function registerExchange(provider: Provider): void {
  const handler = async (context: Parameters<Parameters<Provider['registerGrantType']>[1]>[0]): Promise<void> => {
    const { subject_token: given = '', scope = '', subject_token_type: type } = context.oidc.params;
    const subject = type === 'urn:ietf:params:oauth:token-type:access_token' ? await provider.ClientCredentials.find(given) : undefined;
    if (subject?.isValid !== true) throw new errors.InvalidGrant('subject_token');
    const strange = scope.split(' ').find((one) => !(subject.scope ?? '').split(' ').includes(one));
    if (strange !== undefined) throw new errors.InvalidScope('beyond the subject', strange);
    const token = new provider.ClientCredentials({ client: context.oidc.client, scope, expiresIn: Math.min(300, subject.remainingTTL) });
    context.body = { access_token: await token.save(), issued_token_type: 'urn:ietf:params:oauth:token-type:access_token', token_type: 'Bearer', expires_in: token.expiration, scope };
  };
  provider.registerGrantType(EXCHANGE, handler, ['subject_token', 'subject_token_type', 'requested_token_type', 'scope', 'audience', 'resource', 'actor_token', 'actor_token_type'], ['audience', 'resource']);
}

interface Client {
  readonly id: string;
  readonly secret: string;
}

function configuration(auditor: Client, app: Client): Readonly<Record<string, unknown>> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const confidential = ({ id, secret }: Client): Record<string, unknown> => ({
    client_id: id,
    client_secret: secret,
    grant_types: ['client_credentials', EXCHANGE],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
  });
  return {
    adapter: memoryAdapter(),
    clients: [confidential(auditor), { ...confidential(app), scope: SCOPES.join(' ') }],
    scopes: SCOPES,
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'test' }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_: unknown, client: { clientId: string }) => client.clientId === auditor.id },
      revocation: { enabled: true, allowedPolicy: (_: unknown, client: { clientId: string }) => client.clientId === auditor.id },
    },
    ttl: {
      // The test asks for a lifetime per token through a header of its own.
      ClientCredentials: (context: { get: (header: string) => string }) => Number(context.get('x-lifetime-seconds')) || 600,
    },
  };
}
