import type { ClientAuth } from '../../model/index.ts';

/** What our own credentials add to a form post at an OAuth server. */
export interface ClientAuthParts {
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
}

/** RFC 6749 section 2.3.1: in Basic, id and secret are each form-encoded before they are joined. */
export function clientAuthParts(auth: ClientAuth): ClientAuthParts {
  switch (auth.method) {
    case 'none':
      return { headers: {}, form: {} };
    case 'bearer':
      return { headers: { authorization: `Bearer ${auth.token.reveal()}` }, form: {} };
    case 'client_secret_post':
      return { headers: {}, form: { client_id: auth.clientId, client_secret: auth.clientSecret.reveal() } };
    case 'client_secret_basic': {
      const pair = `${formEncoded(auth.clientId)}:${formEncoded(auth.clientSecret.reveal())}`;
      return { headers: { authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` }, form: {} };
    }
  }
}

function formEncoded(value: string): string {
  return new URLSearchParams({ v: value }).toString().slice(2);
}
