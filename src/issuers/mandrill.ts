import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { below, postJson } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Mailchimp Transactional (Mandrill): the key stands in the body, and errors come with status 500 and a name. */
export const issuer: Issuer = {
  id: 'mandrill',
  name: 'Mailchimp Transactional',
  kinds: ['mandrill-api-key'],
  publicBaseUrl: 'https://mandrillapp.com/api/1.0',
  proof: { how: 'document', reference: 'mailchimp.com/developer/transactional/api/users (users/info), /transactional/docs/error-glossary (Invalid_Key)' },
  introspect: askOnce({
    method: 'POST /users/info',
    request: (ask) => ({ ...postJson(below(ask.store.baseUrl, 'users/info'), { key: ask.secret.reveal() }), repeatable: true }),
    dead: [500, 401].map((status) => ({ status, at: ['name'], says: 'Invalid_Key', means: 'Mandrill answers Invalid_Key' })),
    live: (body) => (isObject(body) && text(body['username']) !== undefined && text(body['public_id']) !== undefined ? { sub: text(body['username']), owner: text(body['public_id']) } : undefined),
  }),
};
