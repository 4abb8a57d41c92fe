import type { SeededRandom } from '../seeded-random.ts';

/** A version 4 UUID (RFC 9562 §5.4). */
export function uuid(random: SeededRandom): string {
  const bytes = random.bytes(16);
  bytes[6] = (bytes.readUInt8(6) & 0x0f) | 0x40;
  bytes[8] = (bytes.readUInt8(8) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A compact JWS with the given claims (JSON) and 32 random bytes for a signature; claim `$alg` names the algorithm. */
export function jwt(argument: string, random: SeededRandom): string {
  const { $alg, ...claims } = JSON.parse(argument === '' ? '{}' : argument) as Record<string, unknown>;
  const header = { alg: $alg ?? 'HS256', typ: 'JWT' };
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${$alg === 'none' ? '' : random.bytes(32).toString('base64url')}`;
}
