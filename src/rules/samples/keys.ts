import type { SeededRandom } from '../seeded-random.ts';
import { der, integer, objectIdentifier, octets, sequence, smallInteger } from './der.ts';

const RSA_OID = '2a864886f70d010101';
const PBES2_OID = '2a864886f70d01050d';
const P256_OID = '2a8648ce3d030107';

/**
 * Key blocks with the structure of real ones and random numbers for the rest: no key of them opens anything.
 * The argument names the kind; `json:` before it writes line ends as `\n`.
 */
export function pem(argument: string, random: SeededRandom): string {
  const isJson = argument.startsWith('json:');
  const kind = isJson ? argument.slice('json:'.length) : argument;
  const make = KINDS[kind];
  if (make === undefined) throw new Error(`<pem:KIND> expects one of ${Object.keys(KINDS).join(', ')}, not "${kind}"`);
  const text = make(random);
  return isJson ? text.replace(/\n/g, '\\n') : text;
}

const KINDS: Readonly<Record<string, (random: SeededRandom) => string>> = {
  rsa: (random) => block('RSA PRIVATE KEY', rsa(random)),
  'rsa-encrypted': (random) => block('RSA PRIVATE KEY', random.bytes(608), `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${random.text('0123456789ABCDEF', 32)}\n\n`),
  ec: (random) => block('EC PRIVATE KEY', sequence(smallInteger(1), octets(random.bytes(32)), der(0xa0, objectIdentifier(P256_OID)))),
  dsa: (random) => block('DSA PRIVATE KEY', sequence(smallInteger(0), ...[128, 20, 128, 128, 20].map((size) => integer(random.bytes(size))))),
  pkcs8: (random) => block('PRIVATE KEY', sequence(smallInteger(0), sequence(objectIdentifier(RSA_OID), der(0x05, Buffer.alloc(0))), octets(rsa(random)))),
  'pkcs8-encrypted': (random) => block('ENCRYPTED PRIVATE KEY', sequence(sequence(objectIdentifier(PBES2_OID), sequence(octets(random.bytes(8)))), octets(random.bytes(640)))),
  openssh: (random) => block('OPENSSH PRIVATE KEY', openSsh('none', random), '', 70),
  'openssh-encrypted': (random) => block('OPENSSH PRIVATE KEY', openSsh('aes256-ctr', random), '', 70),
  pgp: (random) => block('PGP PRIVATE KEY BLOCK', openPgp(0, random), '\n'),
  'pgp-encrypted': (random) => block('PGP PRIVATE KEY BLOCK', openPgp(254, random), '\n'),
  certificate: (random) => block('CERTIFICATE', sequence(sequence(integer(random.bytes(16))), octets(random.bytes(500)))),
  'not-a-key': (random) => block('RSA PRIVATE KEY', Buffer.concat([Buffer.from([0x07]), random.bytes(300)])),
};

function block(label: string, bytes: Buffer, headers = '', width = 64): string {
  const lines = bytes.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return `-----BEGIN ${label}-----\n${headers}${lines.join('\n')}\n-----END ${label}-----`;
}

function rsa(random: SeededRandom): Buffer {
  return sequence(smallInteger(0), ...[128, 3, 128, 64, 64, 64, 64, 64].map((size) => integer(random.bytes(size))));
}

function openSsh(cipher: string, random: SeededRandom): Buffer {
  const text = (value: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(value.length);
    return Buffer.concat([length, value]);
  };
  const kdf = cipher === 'none' ? ['none', ''] : ['bcrypt', 'salt'];
  return Buffer.concat([Buffer.from('openssh-key-v1\0'), text(Buffer.from(cipher)), ...kdf.map((part) => text(Buffer.from(part))), Buffer.from([0, 0, 0, 1]), text(random.bytes(51)), text(random.bytes(136))]);
}

/** One version 4 RSA secret-key packet with a two-byte length. */
function openPgp(usage: number, random: SeededRandom): Buffer {
  const mpi = (size: number): Buffer => {
    const bytes = random.bytes(size);
    bytes[0] = (bytes[0] ?? 0) | 0x80;
    return Buffer.concat([Buffer.from([(size * 8) >> 8, (size * 8) & 0xff]), bytes]);
  };
  const body = Buffer.concat([Buffer.from([4, 0x60, 0, 0, 0, 1]), mpi(256), mpi(3), Buffer.from([usage]), random.bytes(420)]);
  return Buffer.concat([Buffer.from([0x95, body.length >> 8, body.length & 0xff]), body]);
}

/** A PuTTY key file, version 3; the argument is its encryption. */
export function putty(argument: string, random: SeededRandom): string {
  const lines = (count: number): string => Array.from({ length: count }, () => random.bytes(48).toString('base64')).join('\n');
  return [
    'PuTTY-User-Key-File-3: ssh-rsa',
    `Encryption: ${argument === '' ? 'none' : argument}`,
    'Comment: build@host',
    'Public-Lines: 4',
    lines(4),
    'Private-Lines: 8',
    lines(8),
    `Private-MAC: ${random.bytes(32).toString('hex')}`,
  ].join('\n');
}
