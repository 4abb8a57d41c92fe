import type { FactReader } from '../fact-reader.ts';
import { readJwt } from '../encoding/jwt.ts';
import { factsOfClaims } from '../encoding/jwt-facts.ts';

export const factReader: FactReader = {
  id: 'jwt',
  reads: 'exp, iat, iss, aud, sub, client_id/azp, scope/scp and alg (RFC 7519, RFC 9068); a JWT without exp never expires.',
  read: (token) => {
    const jwt = readJwt(token);
    return jwt === undefined ? undefined : factsOfClaims(jwt);
  },
};
