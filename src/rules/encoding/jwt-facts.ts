import type { OfflineFacts } from '../../model/index.ts';
import { epochSeconds } from './epoch.ts';
import type { Jwt } from './jwt.ts';

/** Registered claims of RFC 7519 §4.1 and RFC 9068 §2.2, and the spellings that large issuers use. */
export function factsOfClaims({ header, claims }: Jwt): OfflineFacts {
  const issuedAt = epochSeconds(claims['iat']);
  const expiresAt = epochSeconds(claims['exp']) ?? (claims['exp'] === undefined ? ('never' as const) : undefined);
  const subject = text(claims['sub']) ?? text(claims['name']);
  const clientId = text(claims['client_id']) ?? text(claims['azp']) ?? text(claims['appid']) ?? text(claims['cid']);
  const issuerUrl = text(claims['iss']);
  const audience = list(claims['aud']);
  const scopes = scopesOf(claims);
  const algorithm = text(header['alg']);
  const tokenId = text(claims['jti']);
  return {
    ...(issuedAt === undefined ? {} : { issuedAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(subject === undefined ? {} : { subject }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(issuerUrl === undefined ? {} : { issuerUrl }),
    ...(audience === undefined ? {} : { audience }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(tokenId === undefined ? {} : { notes: { jti: tokenId } }),
  };
}

function scopesOf(claims: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  for (const name of ['scope', 'scp', 'scopes', 'roles', 'permissions']) {
    const value = claims[name];
    if (typeof value === 'string') return clean(value.split(/[\s,]+/));
    const many = list(value);
    if (many !== undefined) return many;
  }
  return undefined;
}

/** Claims come from strangers: bounded, one line. */
function text(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.slice(0, 300).replace(/[\u0000-\u001f\u007f]/g, ' ');
}

function list(value: unknown): readonly string[] | undefined {
  const values = Array.isArray(value) ? value : [value];
  const texts = clean(values.map(text));
  return texts.length === 0 ? undefined : texts;
}

function clean(values: readonly (string | undefined)[]): readonly string[] {
  return values.filter((value): value is string => value !== undefined && value !== '').slice(0, 100);
}
