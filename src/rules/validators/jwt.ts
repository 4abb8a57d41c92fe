import type { Validator } from '../validator.ts';
import { readJwt } from '../encoding/jwt.ts';
import { factsOfClaims } from '../encoding/jwt-facts.ts';

/** Claims of the samples that everyone copies: jwt.io, RFC 7519 section 3.1, the libraries' first page. */
function isDocumentedSample(claims: Readonly<Record<string, unknown>>): boolean {
  return claims['sub'] === '1234567890' || claims['name'] === 'John Doe' || claims['iat'] === 1516239022 || claims['some'] === 'payload' || 'http://example.com/is_root' in claims;
}

/** A token without any of these was made by a test or a tutorial. */
const REGISTERED = ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'client_id', 'azp', 'scope', 'scp', 'email', 'user_id', 'uid', 'name', 'role', 'roles'];

/** HMAC with SHA-256, the shortest of RFC 7518 section 3.1, is 43 characters. A shorter one signs nothing. */
const SHORTEST_SIGNATURE = 43;

/** A token that a service made says who it is from, or about whom and from when to when: those of tests and tutorials seldom do. */
function isWhole(claims: Readonly<Record<string, unknown>>): boolean {
  const [hasStart, hasEnd] = [typeof claims['iat'] === 'number', typeof claims['exp'] === 'number'];
  return 'iss' in claims ? hasStart || hasEnd : hasStart && hasEnd;
}

export const validator: Validator = {
  id: 'jwt',
  demands: 'Header and claims decode as JSON objects, the header names an algorithm, and it is not the sample of the documentation.',
  judge: ({ value }) => {
    const jwt = readJwt(value);
    if (jwt === undefined) return { keep: false, features: { jwt: 'does not decode' } };
    if (isDocumentedSample(jwt.claims)) return { keep: false, features: { jwt: 'documented sample' } };
    const algorithm = jwt.header['alg'];
    if (typeof algorithm !== 'string') return { keep: false, features: { jwt: 'no algorithm' } };
    const isNone = algorithm.toLowerCase() === 'none';
    const signed = jwt.signature.length >= SHORTEST_SIGNATURE && !isNone;
    const facts = factsOfClaims(jwt);
    const isMeant = REGISTERED.some((claim) => claim in jwt.claims);
    const features = { jwt: 'decodes', algorithm: algorithm.slice(0, 20), signed: signed ? 'yes' : 'no' };
    if (signed) return { keep: true, confidence: !isMeant ? 'low' : isWhole(jwt.claims) ? 'high' : 'medium', features, facts };
    // An unsecured JWT (RFC 7519 section 6) is whole: who accepts one accepts whatever anybody writes. Others lost their signature.
    const isUnsecured = isNone && jwt.signature === '';
    return { keep: true, confidence: isUnsecured && isMeant ? 'medium' : 'low', features, facts };
  },
};
