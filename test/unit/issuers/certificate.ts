import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyPairKeyObjectResult } from 'node:crypto';

export const RSA_PAIR = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const OTHER_PAIR = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A self-signed certificate (RFC 5280) without names, from 2025-03-01T08:00:00Z to the last second of the year 9999, as PEM. */
export function certificateOf({ privateKey, publicKey }: KeyPairKeyObjectResult): string {
  const algorithm = der(0x30, Buffer.from('06092a864886f70d01010b0500', 'hex'));
  const nobody = der(0x30);
  const validity = der(0x30, der(0x17, Buffer.from('250301080000Z')), der(0x18, Buffer.from('99991231235959Z')));
  const body = der(0x30, der(0x02, Buffer.from([1])), algorithm, nobody, validity, nobody, publicKey.export({ type: 'spki', format: 'der' }));
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const text = der(0x30, body, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
}

/** One element of DER: tag, length, contents. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const length = content.length < 128 ? [content.length] : content.length < 256 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
