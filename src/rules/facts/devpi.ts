import { readBase64 } from '../encoding/base64.ts';
import { epochSeconds } from '../encoding/epoch.ts';
import { readMacaroon } from '../encoding/macaroon.ts';
import type { FactReader } from '../fact-reader.ts';

const SCOPES = ['allowed', 'indexes', 'projects'];

export const factReader: FactReader = {
  id: 'devpi',
  reads: 'The identifier (USER-TOKENID) and the caveats of devpi-tokens: expires=, allowed=, indexes=, projects=. Observed on devpi-tokens 1.1.0.',
  read: (token) => {
    const bytes = readBase64(token.slice(token.indexOf('-') + 1));
    const macaroon = bytes === undefined ? undefined : readMacaroon(bytes);
    if (macaroon === undefined) return undefined;
    let expiresAt: Date | 'never' | undefined = 'never';
    const scopes: string[] = [];
    for (const caveat of macaroon.caveats) {
      const [key = '', value = ''] = caveat.toString('utf8').slice(0, 500).split(/=(.*)/s);
      if (key === 'expires' && value !== 'never') expiresAt = epochSeconds(value);
      else if (SCOPES.includes(key)) scopes.push(...value.split(',').map((part) => `${key}:${part.trim()}`));
    }
    const identifier = macaroon.identifier.toString('latin1').slice(0, 200);
    const dash = identifier.lastIndexOf('-');
    return {
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(dash <= 0 ? {} : { subject: identifier.slice(0, dash), notes: { tokenId: identifier.slice(dash + 1) } }),
      ...(scopes.length === 0 ? {} : { scopes }),
    };
  },
};
