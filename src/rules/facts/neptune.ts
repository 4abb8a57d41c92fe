import { readBase64 } from '../encoding/base64.ts';
import type { FactReader } from '../fact-reader.ts';

export const factReader: FactReader = {
  id: 'neptune',
  reads: 'The address of the server from the token, base64 of {"api_address": …, "api_url": …, "api_key": …} (neptune-client, credentials).',
  read: (token) => {
    try {
      const value: unknown = JSON.parse(readBase64(token)?.toString('utf8') ?? '');
      const address = (value as { readonly api_address?: unknown } | null)?.api_address;
      return typeof address === 'string' && /^https?:\/\/[\w.:/-]{3,200}$/.test(address) ? { issuerUrl: address } : undefined;
    } catch {
      return undefined;
    }
  },
};
