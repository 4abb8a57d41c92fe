import { createHash, createPublicKey } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';

const OPENSSH_MAGIC = 'openssh-key-v1\0';
const CURVES: Readonly<Record<string, string>> = { 'P-256': 'nistp256', 'P-384': 'nistp384', 'P-521': 'nistp521' };
/** No key of today is longer. */
const MAX_BYTES = 32_768;

/**
 * The public half of a private key as SSH writes it (RFC 4253 section 6.6, RFC 5656, RFC 8709), in base64. An OpenSSH or PuTTY
 * key holds it in the clear, so one under a passphrase tells it, too; an encrypted PEM does not. Undefined for anything else.
 */
export function sshPublicKey(privateKey: string): string | undefined {
  const text = privateKey.replace(/(?:\\r)?\\{1,4}n/g, '\n').trim();
  if (text.length > MAX_BYTES) return undefined;
  const putty = /^PuTTY-User-Key-File-[23]:[\s\S]*?^Public-Lines: \d{1,3}\s*\n([A-Za-z0-9+/=\s]+?)\n[A-Z]/m.exec(text)?.[1];
  if (putty !== undefined) return checked(Buffer.from(putty.replace(/\s/g, ''), 'base64'));
  const [, label, inside] = /^-----BEGIN ([A-Z ]{3,30})-----([\s\S]*)-----END \1-----$/.exec(text) ?? [];
  if (label === undefined || inside === undefined) return undefined;
  if (label === 'OPENSSH PRIVATE KEY') return fromOpenSsh(Buffer.from(inside.replace(/[^A-Za-z0-9+/]/g, ''), 'base64'));
  try {
    const pem = `-----BEGIN ${label}-----\n${inside.split('\n').map((line) => line.trim()).filter((line) => line !== '').join('\n')}\n-----END ${label}-----\n`;
    return fromJwk(createPublicKey({ key: pem, format: 'pem' }).export({ format: 'jwk' }));
  } catch {
    return undefined;
  }
}

/** `SHA256:…`, as `ssh-keygen -l` and the forges show it. Not secret. */
export function sshFingerprint(publicKey: string): string {
  return `SHA256:${createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('base64').replace(/=+$/, '')}`;
}

/** The base64 part of `ssh-ed25519 AAAA… comment`; undefined when it is no such line. */
export function publicKeyOfLine(line: unknown): string | undefined {
  const key = typeof line === 'string' ? /^(?:ssh-|ecdsa-|sk-)[A-Za-z0-9@.\-]{2,60} ([A-Za-z0-9+/]+={0,2})(?:\s|$)/.exec(line)?.[1] : undefined;
  return key === undefined ? undefined : checked(Buffer.from(key, 'base64'));
}

/** PROTOCOL.key of OpenSSH: magic, cipher, KDF and its options, the number of keys, then the public key, never encrypted. */
function fromOpenSsh(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, OPENSSH_MAGIC.length).toString('latin1') !== OPENSSH_MAGIC) return undefined;
  let at = OPENSSH_MAGIC.length;
  const next = (): Buffer | undefined => {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    const value = bytes.subarray(at + 4, end);
    at = end;
    return value;
  };
  for (let part = 0; part < 3; part += 1) if (next() === undefined) return undefined;
  at += 4;
  const key = next();
  return key === undefined ? undefined : checked(key);
}

function fromJwk({ kty, n, e, crv, x, y }: JsonWebKey): string | undefined {
  if (kty === 'RSA' && n !== undefined && e !== undefined) return wire('ssh-rsa', positive(e), positive(n));
  if (kty === 'OKP' && crv === 'Ed25519' && x !== undefined) return wire('ssh-ed25519', Buffer.from(x, 'base64url'));
  const curve = kty === 'EC' ? CURVES[crv ?? ''] : undefined;
  if (curve === undefined || x === undefined || y === undefined) return undefined;
  return wire(`ecdsa-sha2-${curve}`, Buffer.from(curve), Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]));
}

/** An `mpint` (RFC 4251 section 5): a number whose first bit would be its sign. */
function positive(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

function wire(...parts: readonly (string | Buffer)[]): string {
  return Buffer.concat(parts.flatMap((part) => {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  })).toString('base64');
}

/** A key begins with the name of its kind. */
function checked(bytes: Buffer): string | undefined {
  const length = bytes.length > 4 ? bytes.readUInt32BE(0) : 0;
  return length >= 4 && length <= 64 && length + 4 < bytes.length && /^[a-z][a-z0-9@.-]+$/i.test(bytes.toString('latin1', 4, 4 + length)) ? bytes.toString('base64') : undefined;
}
