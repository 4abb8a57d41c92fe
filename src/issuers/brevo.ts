import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Brevo (Sendinblue). One code, `unauthorized`, stands for a dead key and for a live one from an address it does not know: the message tells them apart. */
export const issuer: Issuer = {
  id: 'brevo',
  name: 'Brevo',
  kinds: ['brevo-api-key'],
  publicBaseUrl: 'https://api.brevo.com',
  proof: { how: 'document', reference: 'developers.brevo.com/reference/getaccount, /docs/how-it-works (error codes), /docs/ip-security' },
  introspect: askOnce({
    method: 'GET /v3/account',
    request: (ask) => get(below(ask.store.baseUrl, 'v3/account'), { 'api-key': ask.secret.reveal() }),
    dead: [
      { status: 401, at: ['message'], says: /^Key not found$/i, means: 'Brevo answers "Key not found"' },
      { status: 401, at: ['message'], says: /^API Key is not enabled$/i, means: 'Brevo says the key is switched off' },
    ],
    ambiguous: [{ status: 401, at: ['message'], says: /unrecognised IP address/i, means: 'Brevo knows the key, perhaps, but not the address it was asked from' }],
    live: (body) => (isObject(body) && text(body['email']) !== undefined && Array.isArray(body['plan']) ? { sub: text(body['email']), owner: text(body['companyName']) } : undefined),
  }),
};
