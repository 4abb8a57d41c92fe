import type { Ask, Issuer, Subject } from '../model/index.ts';
import { askOnce, tellOnce } from './exchange/ask-once.ts';
import { graphqlData, graphqlQuery } from './exchange/graphql.ts';
import { bearer, below, postForm } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

const WHO = '{ viewer { id name email admin active } organization { name urlKey } }';

/** Linear: personal API keys stand alone in `Authorization`, OAuth tokens are bearers. What a token acts as decides what it may do; an admin is told. */
export const issuer: Issuer = {
  id: 'linear',
  name: 'Linear',
  kinds: ['linear-api-key', 'linear-oauth-token'],
  publicBaseUrl: 'https://api.linear.app',
  proof: { how: 'document', reference: 'linear.app/developers: graphql (viewer, errors), oauth-2-0-authentication (POST /oauth/revoke); @linear/sdk error types (AUTHENTICATION_ERROR)' },
  introspect: askOnce({
    method: 'POST /graphql (viewer)',
    request: (ask) => graphqlQuery(below(ask.store.baseUrl, 'graphql'), WHO, signIn(ask)),
    dead: [401, 400].map((status) => ({ status, at: ['errors.0.extensions.code'], says: 'AUTHENTICATION_ERROR', means: 'Linear answers AUTHENTICATION_ERROR' })),
    ambiguous: [{ status: 400, at: ['errors.0.extensions.code'], says: 'RATELIMITED', means: 'Linear asks for fewer requests' }],
    live: (body) => {
      const data = graphqlData(body);
      const viewer = data?.['viewer'];
      if (!isObject(viewer) || text(viewer['id']) === undefined) return undefined;
      const organization = isObject(data?.['organization']) ? text(data['organization']['urlKey']) : undefined;
      return { sub: text(viewer['email']) ?? text(viewer['id']), owner: organization, notes: typeof viewer['admin'] === 'boolean' ? { role: viewer['admin'] ? 'admin' : 'member' } : undefined };
    },
  }),
  revoke: {
    method: 'POST /oauth/revoke',
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellOnce({ request: (ask) => postForm(below(ask.store.baseUrl, 'oauth/revoke'), { token: ask.secret.reveal() }, bearer(ask.secret)), accepted: [200] }),
    particular: (subject) => (isKey(subject) ? { impossible: { why: 'no-introspection', detail: 'personal API keys are deleted by their owner under "Security & access", or by an admin' } } : {}),
  },
};

const isKey = ({ rule }: Subject): boolean => rule.id === 'linear-api-key';
const signIn = (ask: Ask): Readonly<Record<string, string>> => (isKey(ask) ? { authorization: ask.secret.reveal() } : bearer(ask.secret));
