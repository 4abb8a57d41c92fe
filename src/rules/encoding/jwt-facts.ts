import type { OfflineFacts } from '../../model/index.ts';
import type { Jwt } from './jwt.ts';

/** Years past which an instant is a mistake (milliseconds for seconds) rather than a fact. */
const LAST_SECOND = 32_503_680_000; // year 3000

/** Registered claims of RFC 7519 §4.1 and RFC 9068 §2.2, and the spellings that large issuers use. */
export function factsOfClaims({ header, claims }: Jwt): OfflineFacts {
  const issuedAt = instant(claims['iat']);
  const expiresAt = instant(claims['exp']) ?? (claims['exp'] === undefined ? ('never' as const) : undefined);
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

function instant(value: unknown): Date | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0 || value > LAST_SECOND) return undefined;
  return new Date(Math.floor(value) * 1000);
}

/** Claims come from strangers: bounded, one line. */
function text(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  // eslint-disable-next-line no-control-regex
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
