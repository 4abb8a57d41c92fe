import { readBase64 } from '../encoding/base64.ts';
import { epochSeconds } from '../encoding/epoch.ts';
import type { FactReader } from '../fact-reader.ts';

const PREFIX = 'T1==';

export const factReader: FactReader = {
  id: 'opentok',
  reads: 'The query inside a T1== session token: partner_id, create_time, expire_time and role (Vonage Video, token creation).',
  read: (token) => {
    const text = token.startsWith(PREFIX) ? readBase64(token.slice(PREFIX.length))?.toString('latin1') : undefined;
    if (text === undefined || !text.startsWith('partner_id=')) return undefined;
    const colon = text.indexOf(':');
    const project = new URLSearchParams(text.slice(0, colon)).get('partner_id')?.slice(0, 40);
    const query = new URLSearchParams(text.slice(colon + 1));
    const issuedAt = epochSeconds(query.get('create_time') ?? undefined);
    const expiresAt = epochSeconds(query.get('expire_time') ?? undefined);
    const role = query.get('role');
    return {
      ...(issuedAt === undefined ? {} : { issuedAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(project === undefined || !/^\w+$/.test(project) ? {} : { clientId: project }),
      ...(role === null || !/^\w{1,30}$/.test(role) ? {} : { scopes: [role] }),
    };
  },
};
