import { readJwt } from '../encoding/jwt.ts';
import { factsOfClaims } from '../encoding/jwt-facts.ts';
import type { FactReader } from '../fact-reader.ts';

export const factReader: FactReader = {
  id: 'github-stateless',
  reads: 'ghs_APPID_JWT: the app id in clear text and the registered claims of the JWT, where it decodes (GitHub REST description, create-installation-access-token).',
  read: (token) => {
    const [, app, inner] = /^ghs_(\d{1,12})_(.+)$/s.exec(token) ?? [];
    if (app === undefined || inner === undefined) return undefined;
    const jwt = readJwt(inner);
    const facts = jwt === undefined ? {} : factsOfClaims(jwt);
    return { ...facts, clientId: app, notes: { ...facts.notes, app } };
  },
};
