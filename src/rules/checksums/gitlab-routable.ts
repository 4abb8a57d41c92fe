import type { Checksum } from '../checksum.ts';
import { BASE36, toBase } from '../encoding/base-n.ts';
import { crc32 } from '../encoding/crc32.ts';

const CRC_DIGITS = 7;
const LENGTH_DIGITS = 2;

/** `head` ends with the payload: after the dash of the prefix, and after `t1_` where a runner's type stands. */
function payloadOf(head: string): string {
  return /^[a-z]+-(?:t[0-9]_)?(.*)$/.exec(head)?.[1] ?? '';
}

function seal(text: string): string {
  return toBase(crc32(text), BASE36, CRC_DIGITS);
}

/** `glpat-PAYLOAD.LLCCCCCCC` and `glpat-PAYLOAD.01.LLCCCCCCC`. */
export const checksum: Checksum = {
  id: 'gitlab-routable',
  proof:
    'Last 7 characters are the CRC-32 in base36 of all before them, the 2 before those the length of the base64 payload. From GitLab\'s source, lib/authn/token_field/generator/routable_token.rb (facts/issuers.yaml gitlab-routable).',
  make: (head) => {
    const versioned = head.endsWith('.01.');
    const payload = payloadOf(versioned ? head.slice(0, -'.01.'.length) : head.replace(/\.$/, ''));
    const length = toBase(payload.length, BASE36, LENGTH_DIGITS);
    return length + seal(head + length);
  },
  check: (token) => {
    const body = token.slice(0, -CRC_DIGITS);
    if (token.slice(-CRC_DIGITS) !== seal(body)) return 'invalid';
    const payloadLength = Number.parseInt(body.slice(-LENGTH_DIGITS), 36);
    const dot = token.indexOf('.');
    return dot >= payloadLength && /[-_]$/.test(token.slice(0, dot - payloadLength)) ? 'valid' : 'invalid';
  },
};
