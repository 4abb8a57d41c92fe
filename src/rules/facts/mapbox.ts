import { readBase64 } from '../encoding/base64.ts';
import { epochSeconds } from '../encoding/epoch.ts';
import type { FactReader } from '../fact-reader.ts';

export const factReader: FactReader = {
  id: 'mapbox',
  reads: 'The account from the payload between the dots, {"u": account, "a": token id} (docs.mapbox.com, token format), and exp where a temporary token has it.',
  read: (token) => {
    const payload = readObject(token.split('.')[1] ?? '');
    const user = payload?.['u'];
    const expiresAt = epochSeconds(payload?.['exp']);
    if (typeof user !== 'string') return undefined;
    return { subject: user.slice(0, 100), ...(expiresAt === undefined ? {} : { expiresAt }) };
  },
};

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readBase64(text)?.toString('utf8') ?? '');
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
