import type { Answer, Ask, Issuer, Particular, Subject } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { merged } from './exchange/more-facts.ts';
import { basic, below, postForm } from './exchange/requests.ts';
import { macaroonIdentifier } from './reading/macaroon.ts';

/**
 * PyPI and every index that runs its software. The store's URL is where one uploads (`…/legacy/`); it comes from the
 * ecosystem's own configuration or from a store, never from this file. What a token may do, for whom and until when stands in
 * the token. Whether it lives is asked by an upload that cannot happen: it has no file, and a version of the protocol that does not exist,
 * which is refused first of all, but after the token was looked up. No call deletes a token.
 */
export const issuer: Issuer = {
  id: 'pypi',
  name: 'Python package index',
  kinds: ['pypi-api-token'],
  proof: { how: 'document', reference: 'pypi/warehouse: forklift/legacy.py (file_upload: order of refusals), macaroons/security_policy.py, macaroons/services.py (find_from_raw), macaroons/caveats; docs.pypi.org/api/upload; pyramid httpexceptions (JSON errors: code, title, message)' },
  introspect: { method: 'POST /legacy/ (protocol_version 0, no file)', run: introspect, particular: belongsHere },
};

/** A token names the index that made it; it is sent to that host or to one below it, whatever a claim says. */
function belongsHere({ facts, store }: Subject): Particular {
  const [home, asked] = [facts?.notes?.['location']?.toLowerCase(), store.baseUrl.hostname.toLowerCase()];
  if (home === undefined || asked === home || asked.endsWith(`.${home}`)) return {};
  return { impossible: { why: 'host-not-known', detail: `the token says that another index made it than the one that store "${store.id}" is` } };
}

const upload = askOnce({
  method: 'POST /legacy/',
  request: (ask) => postForm(below(ask.store.baseUrl, ''), { ':action': 'file_upload', protocol_version: '0' }, basic('__token__', ask.secret.reveal())),
  dead: [{ status: 403, at: ['code'], says: /^403 Invalid or non-existent authentication information\b/, means: 'the index answers 403 "Invalid or non-existent authentication information": the token was deleted, or its user is locked out' }],
  aliveButBarred: [{ status: 400, at: ['code'], says: /^400 (?:Unknown protocol version\b|(?:.* )?Include at least one message digest\b)/, means: 'the index knows the token, and refuses the empty upload that asked about it' }],
  // Nothing is ever uploaded, so no success is expected.
  live: () => undefined,
});

async function introspect(ask: Ask): Promise<Answer> {
  return merged(await upload.run(ask), ownFacts(ask));
}

/** What the token itself says. The index knows no other expiry than a caveat, so a token without one never expires. */
function ownFacts({ facts, secret }: Ask): GivenFacts {
  return { sub: facts?.subject, scopes: facts?.scopes, exp: facts?.expiresAt, tokenId: macaroonIdentifier(secret.reveal().replace(/^pypi-/, '')) };
}
