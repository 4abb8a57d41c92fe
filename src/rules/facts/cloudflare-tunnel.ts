import { readBase64 } from '../encoding/base64.ts';
import type { FactReader } from '../fact-reader.ts';

export const factReader: FactReader = {
  id: 'cloudflare-tunnel',
  reads: 'The token is base64 of {"a": account, "t": tunnel, "s": secret}; account and tunnel are shown.',
  read: (token) => {
    const text = readBase64(token)?.toString('latin1') ?? '';
    const account = /"a"\s*:\s*"([0-9a-f]{32})"/.exec(text)?.[1];
    const tunnel = /"t"\s*:\s*"([0-9a-f-]{36})"/.exec(text)?.[1];
    return account === undefined || tunnel === undefined ? undefined : { subject: tunnel, notes: { account } };
  },
};
