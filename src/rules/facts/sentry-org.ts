import { readBase64 } from '../encoding/base64.ts';
import { epochSeconds } from '../encoding/epoch.ts';
import type { FactReader } from '../fact-reader.ts';

const PREFIX = 'sntrys_';

export const factReader: FactReader = {
  id: 'sentry-org',
  reads: 'The JSON inside an organization token: iat, org, url and region_url. It has no end; its scope is org:ci (Sentry RFC 91).',
  read: (token) => {
    const end = token.lastIndexOf('_');
    const bytes = token.startsWith(PREFIX) && end > PREFIX.length ? readBase64(token.slice(PREFIX.length, end)) : undefined;
    const claims = bytes === undefined ? undefined : object(bytes.toString('utf8'));
    if (claims === undefined) return undefined;
    const iat = claims['iat'];
    const issuedAt = epochSeconds(typeof iat === 'number' ? Math.floor(iat) : iat);
    const organization = text(claims['org']);
    const issuerUrl = text(claims['region_url']) ?? text(claims['url']);
    return {
      expiresAt: 'never',
      scopes: ['org:ci'],
      ...(issuedAt === undefined ? {} : { issuedAt }),
      ...(organization === undefined ? {} : { subject: organization }),
      ...(issuerUrl === undefined ? {} : { issuerUrl }),
    };
  },
};

function object(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.slice(0, 200).replace(/[\u0000-\u001f\u007f]/g, ' ');
}
