import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { withMore } from './exchange/more-facts.ts';
import { below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/** ClickUp: a personal token never expires, and may do what its user may do in every workspace that is listed for it. */
export const issuer: Issuer = {
  id: 'clickup',
  name: 'ClickUp',
  kinds: ['clickup-personal-token'],
  publicBaseUrl: 'https://api.clickup.com/api/v2',
  proof: { how: 'document', reference: 'developer.clickup.com: GetAuthorizedUser, GetAuthorizedTeams, authentication ("Personal tokens never expire"), common errors (OAUTH_019, OAUTH_021, OAUTH_025, OAUTH_077)' },
  introspect: {
    method: 'GET /user, GET /team',
    run: async (ask) => {
      const answer = await user.run(ask);
      return withMore(ask, answer, get(below(ask.store.baseUrl, 'team'), { authorization: ask.secret.reveal() }), (body) => (isObject(body) && Array.isArray(body['teams']) ? { scopes: objectsOf(body['teams']).flatMap((team) => (text(team['name']) === undefined ? [] : [`workspace:${text(team['name']) ?? ''}`])) } : undefined));
    },
  },
};

const user = askOnce({
  method: 'GET /user',
  request: (ask) => get(below(ask.store.baseUrl, 'user'), { authorization: ask.secret.reveal() }),
  dead: [{ status: 401, at: ['ECODE'], says: /^OAUTH_0(?:19|21|25|77)$/, means: 'ClickUp says it does not know this token' }],
  live: (body) => {
    const who = isObject(body) ? body['user'] : undefined;
    return isObject(who) && text(who['id']) !== undefined && text(who['username'] ?? who['email']) !== undefined ? { sub: text(who['email']) ?? text(who['username']), exp: 'never' } : undefined;
  },
});
