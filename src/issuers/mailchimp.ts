import type { Issuer, Subject } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { basic, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** The data centre stands at the end of the key. A key may do what the role of its user may do. */
export const issuer: Issuer = {
  id: 'mailchimp',
  name: 'Mailchimp Marketing',
  kinds: ['mailchimp-api-key'],
  publicBaseUrl: 'https://us1.api.mailchimp.com',
  regionalHosts: ['*.api.mailchimp.com'],
  locate: ({ secret }: Subject) => {
    const centre = /-([a-z]{2}\d{1,3})$/.exec(secret.reveal())?.[1];
    return centre === undefined ? undefined : new URL(`https://${centre}.api.mailchimp.com`);
  },
  proof: { how: 'document', reference: 'mailchimp.com/developer/marketing/api/root (account_id, login_id, role), /marketing/docs/errors (API Key Invalid, RFC 7807)' },
  introspect: askOnce({
    method: 'GET /3.0/',
    request: (ask) => get(below(ask.store.baseUrl, '3.0/'), basic('any', ask.secret.reveal())),
    dead: [{ status: 401, at: ['title'], says: 'API Key Invalid', means: 'Mailchimp answers "API Key Invalid" at the data centre that the key names' }],
    ambiguous: [{ status: 403, at: ['title'], says: /^(?:User Disabled|Account Deactivated|WrongDatacenter)$/i, means: 'Mailchimp says its user or account is switched off, which may be undone' }],
    live: (body) => {
      if (!isObject(body) || text(body['account_id']) === undefined || text(body['login_id']) === undefined) return undefined;
      const role = text(body['role']);
      return { sub: text(body['email']) ?? text(body['login_id']), owner: text(body['account_name']), scopes: role === undefined ? undefined : [role] };
    },
  }),
};
