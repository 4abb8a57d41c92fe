import type { Ask, Issuer, Subject } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { withMore } from './exchange/more-facts.ts';
import { below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Discord resets tokens in its developer portal only. A webhook's secret is its URL, and our requests carry no secret in a URL. */
export const issuer: Issuer = {
  id: 'discord',
  name: 'Discord',
  kinds: ['discord-bot-token', 'discord-mfa-token', 'discord-webhook'],
  publicBaseUrl: 'https://discord.com/api/v10',
  proof: { how: 'document', reference: 'discord/discord-api-docs: Get Current User, Get Current Application, HTTP response codes; discord-api-types 0.38.57 rest/v10' },
  introspect: {
    method: 'GET /users/@me',
    run: async (ask) => {
      const answer = await self.run(ask);
      return ask.rule.id === 'discord-bot-token' ? withMore(ask, answer, get(below(ask.store.baseUrl, 'applications/@me'), signIn(ask)), readApplication) : answer;
    },
    particular: ({ rule }: Subject) => (rule.id === 'discord-webhook' ? { impossible: { why: 'no-introspection', detail: 'the secret is the URL itself, and no request of ours carries a secret in its URL; delete the webhook in the settings of its channel' } } : {}),
  },
};

/** A bot says so in front of its token; a user's session is sent alone. */
const signIn = (ask: Ask): Readonly<Record<string, string>> => ({ authorization: ask.rule.id === 'discord-bot-token' ? `Bot ${ask.secret.reveal()}` : ask.secret.reveal() });

const self = askOnce({
  method: 'GET /users/@me',
  request: (ask) => get(below(ask.store.baseUrl, 'users/@me'), signIn(ask)),
  dead: [{ status: 401, at: ['message'], says: /^401: Unauthorized$/, means: 'Discord answers "401: Unauthorized"' }],
  live: (body) => (isObject(body) && typeof body['id'] === 'string' && /^\d{15,21}$/.test(body['id']) && text(body['username']) !== undefined ? { sub: text(body['username']), clientId: body['bot'] === true ? body['id'] : undefined } : undefined),
});

/** Intents that Discord lets the application have beyond the ordinary ones (bits of `flags`, Application Flags). */
const INTENTS: readonly (readonly [bit: number, name: string])[] = [
  [12, 'presence'],
  [13, 'presence-limited'],
  [14, 'guild-members'],
  [15, 'guild-members-limited'],
  [18, 'message-content'],
  [19, 'message-content-limited'],
];

function readApplication(body: unknown): { readonly name?: string | undefined; readonly owner?: string | undefined; readonly scopes?: readonly string[] | undefined } | undefined {
  if (!isObject(body) || text(body['id']) === undefined) return undefined;
  const owner = isObject(body['owner']) ? body['owner'] : {};
  const { flags } = body;
  return { name: text(body['name']), owner: text(owner['username']), scopes: typeof flags === 'number' ? INTENTS.filter(([bit]) => (flags & (1 << bit)) !== 0).map(([, name]) => `intent:${name}`) : undefined };
}
