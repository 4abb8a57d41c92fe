import { startOidcServer } from '../e2e/servers/oidc.ts';
import type { OidcServer } from '../e2e/servers/oidc.ts';
import { startVerdaccio } from '../e2e/servers/verdaccio.ts';
import type { VerdaccioServer } from '../e2e/servers/verdaccio.ts';

export type TokenName = 'good' | 'longLived' | 'overScoped' | 'revoked' | 'npmReader' | 'npmPublisher' | 'npmRevoked';

/** A real token of a real issuer. */
export interface MintedToken {
  readonly name: TokenName;
  /** For people. */
  readonly what: string;
  readonly value: string;
  /** What the demo itself expects: `leaked` tokens have to be dead in the end. */
  readonly fate: 'stays' | 'leaked' | 'was dead';
  /** Asks the issuer directly, past tokenwarden. */
  readonly isActive: () => Promise<boolean>;
}

export interface World {
  readonly oidc: OidcServer;
  readonly npm: VerdaccioServer;
  readonly tokens: Readonly<Record<TokenName, MintedToken>>;
  readonly stop: () => Promise<void>;
}

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** Starts both issuers and mints the tokens; stops what it started when one of them fails. */
export async function createWorld(): Promise<World> {
  const started = await Promise.allSettled([startOidcServer(), startVerdaccio()]);
  const stop = async (): Promise<void> => {
    await Promise.allSettled(started.map((server) => (server.status === 'fulfilled' ? server.value.stop() : undefined)));
  };
  try {
    const [oidc, npm] = started.map((server) => {
      if (server.status === 'rejected') throw server.reason;
      return server.value;
    }) as [OidcServer, VerdaccioServer];
    const minted = [...(await mintOidc(oidc)), ...(await mintNpm(npm))];
    return { oidc, npm, tokens: Object.fromEntries(minted.map((token) => [token.name, token])) as World['tokens'], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function mintOidc(oidc: OidcServer): Promise<readonly MintedToken[]> {
  const mint = async (name: TokenName, what: string, fate: MintedToken['fate'], lifetimeSeconds: number, scope: string): Promise<MintedToken> => {
    const value = await oidc.mint({ lifetimeSeconds, scope });
    return { name, what, fate, value, isActive: () => oidc.isActive(value) };
  };
  const revoked = await mint('revoked', 'OAuth token, already revoked', 'was dead', 90 * DAY, 'read');
  await oidc.revoke(revoked.value);
  return [
    await mint('good', 'OAuth token, 15 minutes, scope read', 'stays', 15 * MINUTE, 'read'),
    await mint('longLived', 'OAuth token, 90 days, scope read', 'leaked', 90 * DAY, 'read'),
    await mint('overScoped', 'OAuth token, 1 hour, scopes read write admin', 'leaked', 60 * MINUTE, 'read write admin'),
    revoked,
  ];
}

async function mintNpm(npm: VerdaccioServer): Promise<readonly MintedToken[]> {
  const mint = async (name: TokenName, what: string, fate: MintedToken['fate'], readonly: boolean): Promise<MintedToken & { readonly key: string }> => {
    const { token, key } = await npm.mint({ readonly });
    return { name, what, fate, key, value: token, isActive: () => npm.isActive(token) };
  };
  const revoked = await mint('npmRevoked', 'npm token, already revoked', 'was dead', false);
  await npm.revoke(revoked.key);
  return [
    await mint('npmReader', 'npm token, 29 days, read-only', 'leaked', true),
    await mint('npmPublisher', 'npm token, 29 days, may publish', 'leaked', false),
    revoked,
  ];
}
