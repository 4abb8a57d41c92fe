import type { Checksum } from '../checksum.ts';
import { readBase64 } from '../encoding/base64.ts';
import { readMacaroon } from '../encoding/macaroon.ts';

/** `pypi-…`, `devpi-…`: base64url of a macaroon. No checksum proper (its HMAC needs the issuer's key), but a whole structure. */
export const checksum: Checksum = {
  id: 'macaroon',
  proof: 'What follows the prefix is base64url of one whole binary macaroon of version 2: identifier, caveats and a 32-byte signature, nothing left over. libmacaroons format; decoded with pypitoken and a running devpi (facts/issuers.yaml pypi, devpi).',
  make: () => '',
  check: (token) => {
    const bytes = readBase64(token.slice(token.indexOf('-') + 1));
    return bytes !== undefined && readMacaroon(bytes) !== undefined ? 'valid' : 'invalid';
  },
};
