import type { FactReader } from '../fact-reader.ts';
import { readJwt } from '../encoding/jwt.ts';
import { factsOfClaims } from '../encoding/jwt-facts.ts';

export const factReader: FactReader = {
  id: 'prefixed-jwt',
  reads: 'The registered claims (RFC 7519) of a JWT that stands behind the issuer\'s own prefix.',
  read: (token) => {
    const start = token.slice(0, 40).indexOf('eyJ');
    const jwt = start <= 0 ? undefined : readJwt(token.slice(start));
    return jwt === undefined ? undefined : factsOfClaims(jwt);
  },
};
