/** The parts of a compact JWS (RFC 7515 §3.1), decoded; the signature is not verified. */
export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signature: string;
}

/** Undefined unless header and claims are JSON objects. */
export function readJwt(token: string): Jwt | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  const header = decodeObject(parts[0] ?? '');
  const claims = decodeObject(parts[1] ?? '');
  return header === undefined || claims === undefined ? undefined : { header, claims, signature: parts[2] ?? '' };
}

function decodeObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
