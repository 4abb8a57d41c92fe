import { isObject } from './json.ts';
import type { JsonObject } from './json.ts';

const MAX_CHARACTERS = 16_384;

/** Claims of a JWT (RFC 7519), unverified: what the token says of itself. Undefined for anything else. */
export function readJwtClaims(token: string): JsonObject | undefined {
  const match = token.length > MAX_CHARACTERS ? null : /^[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*$/.exec(token);
  if (match?.[1] === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(match[1], 'base64url').toString('utf8'));
    return isObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}
