import { createPublicKey, verify } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import type { Answer, Ask, HttpResponse, Issuer } from '../model/index.ts';
import { findEndpoint } from './exchange/oauth-metadata.ts';
import { question } from './exchange/question.ts';
import { get } from './exchange/requests.ts';
import { active, inactive, notAttempted, unknown } from './reading/answers.ts';
import { epochSeconds, text, texts, words } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';
import { readJwtClaims } from './reading/jwt-claims.ts';

/** Clocks differ. */
const SKEW_MS = 5 * 60_000;
const HASHES: Readonly<Record<string, string>> = { '256': 'sha256', '384': 'sha384', '512': 'sha512' };
/** Salt length of PSS is that of the hash (RFC 7518 section 3.5): -1 in OpenSSL. */
const PSS = { padding: 6, saltLength: -1 } as const;

/**
 * JWTs of an issuer that publishes its keys (RFC 7517): the token itself is never sent. Signature and expiry are what every
 * relying party looks at, so a token that passes is live; a revocation does not show, which the notes say. Only a store of
 * one's own configuration is asked: following `iss` would let a token choose the host.
 */
export const issuer: Issuer = {
  id: 'jwks',
  name: 'JWT issuer (published keys)',
  kinds: ['*'],
  endpoints: ['jwks'],
  proof: { how: 'document', reference: 'RFC 7515, RFC 7517, RFC 7518 section 3, RFC 7519 section 4.1, RFC 8414 section 2 (jwks_uri)' },
  introspect: { method: 'GET jwks_uri (RFC 7517)', run: introspect },
};

async function introspect(ask: Ask): Promise<Answer> {
  const token = ask.secret.reveal();
  const [head, claims] = [headerOf(token), readJwtClaims(token)];
  if (head === undefined || claims === undefined) return notAttempted('no-introspection', 'it is no JWT, so no published key can tell anything');
  const algorithm = text(head['alg']) ?? '';
  if (!/^(?:[RP]S|ES)(?:256|384|512)$|^EdDSA$/.test(algorithm)) return notAttempted('no-introspection', `its algorithm (${algorithm.slice(0, 20)}) is none that a published key can check`);
  const endpoint = await findEndpoint(ask, 'jwks');
  if (!endpoint.ok) return 'unknown' in endpoint ? endpoint.unknown : notAttempted('no-introspection', endpoint.unsupported);
  return question(ask, get(endpoint.url, { accept: 'application/jwk-set+json, application/json' }), (response) => judge(response, ask, token, head, claims));
}

/** A key that is not published any more may have been rotated out: its tokens are neither live nor dead to us. */
function judge(response: HttpResponse, ask: Ask, token: string, head: JsonObject, claims: JsonObject): Answer | undefined {
  const body = response.status === 200 ? readObject(response) : undefined;
  if (body === undefined || !Array.isArray(body['keys'])) return undefined;
  const kid = text(head['kid']);
  const keys = objectsOf(body['keys']).filter((key) => (kid === undefined || key['kid'] === kid) && key['use'] !== 'enc');
  const readable = keys.flatMap((key) => keyOf(key) ?? []);
  if (readable.length === 0) return unknown('ambiguous', 'the key that signed it is not published (any more)');
  if (!readable.some((key) => isSignedBy(key, token, String(head['alg'])))) {
    return kid === undefined ? unknown('ambiguous', 'no published key signed it, and it names none: that one may have been rotated out') : inactive('the key that it names did not sign it');
  }
  const exp = epochSeconds(claims['exp']);
  if (exp !== undefined && ask.now().getTime() - exp.getTime() > SKEW_MS) return inactive(`rightly signed, and expired at ${exp.toISOString()}`);
  return active({
    sub: text(claims['sub']),
    clientId: text(claims['azp']) ?? text(claims['client_id']) ?? text(claims['cid']),
    scopes: scopesOf(claims),
    iat: epochSeconds(claims['iat']),
    exp,
    tokenId: text(claims['jti']),
    notes: { proof: 'rightly signed and not expired; a revocation would not show' },
  });
}

function scopesOf(claims: JsonObject): readonly string[] | undefined {
  const said = [words(claims['scope']), texts(claims['scp']) ?? words(claims['scp']), texts(claims['roles']), texts(claims['permissions'])].filter((one) => one !== undefined);
  return said.length === 0 ? undefined : [...new Set(said.flat())];
}

function headerOf(token: string): JsonObject | undefined {
  try {
    const head: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8'));
    return isObject(head) ? head : undefined;
  } catch {
    return undefined;
  }
}

function keyOf(key: JsonObject): KeyObject | undefined {
  try {
    return createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** RFC 7518 section 3: the key's type must be the algorithm's. A signature of ECDSA is the two numbers side by side. */
function isSignedBy(key: KeyObject, token: string, algorithm: string): boolean {
  const end = token.lastIndexOf('.');
  const [signed, signature] = [Buffer.from(token.slice(0, end)), Buffer.from(token.slice(end + 1), 'base64url')];
  const hash = HASHES[algorithm.slice(2)];
  try {
    switch (algorithm.slice(0, 2)) {
      case 'RS':
        return key.asymmetricKeyType === 'rsa' && verify(hash, signed, key, signature);
      case 'PS':
        return key.asymmetricKeyType === 'rsa' && verify(hash, signed, { key, ...PSS }, signature);
      case 'ES':
        return key.asymmetricKeyType === 'ec' && verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
      default:
        return (key.asymmetricKeyType === 'ed25519' || key.asymmetricKeyType === 'ed448') && verify(null, signed, key, signature);
    }
  } catch {
    return false;
  }
}
