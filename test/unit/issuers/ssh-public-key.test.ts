import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicKeyOfLine, sshFingerprint, sshPublicKey } from '../../../src/issuers/reading/ssh-public-key.ts';

const run = promisify(execFile);
const keygen = await run('ssh-keygen', ['-?']).then(() => true, (error: { code?: unknown }) => error.code !== 'ENOENT');

describe.skipIf(!keygen)('the public half of a private key, beside ssh-keygen', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokenwarden-ssh-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['ed25519', []],
    ['rsa', ['-b', '2048']],
    ['ecdsa', ['-b', '256']],
    ['ecdsa', ['-b', '384']],
    ['ecdsa', ['-b', '521']],
    ['rsa', ['-b', '2048', '-m', 'PEM']],
    ['ecdsa', ['-b', '384', '-m', 'PEM']],
    ['rsa', ['-b', '2048', '-m', 'PKCS8']],
    ['ed25519', ['-N', 'a passphrase']],
  ])('is what it writes for %s %j', async (type, options) => {
    const file = join(folder, `${type}${options.join('')}`.replaceAll(' ', ''));
    await run('ssh-keygen', ['-q', '-t', type, ...(options.includes('-N') ? [] : ['-N', '']), ...options, '-f', file]);
    const [key, line] = await Promise.all([readFile(file, 'utf8'), readFile(`${file}.pub`, 'utf8')]);
    const wanted = publicKeyOfLine(line);
    expect(wanted).toMatch(/^AAAA/);
    expect(sshPublicKey(key.trim())).toBe(wanted);
    expect(sshPublicKey(key.trim().replaceAll('\n', '\\n'))).toBe(wanted);
    expect((await run('ssh-keygen', ['-lf', `${file}.pub`])).stdout).toContain(sshFingerprint(wanted ?? ''));
  });
});

describe('the public half of what is no key of SSH', () => {
  it('is unknown: under a passphrase, of another curve, cut off, no key', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(sshPublicKey(privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString().trim())).toBeUndefined();
    expect(sshPublicKey(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey.export({ type: 'sec1', format: 'pem' }).toString().trim())).toBeUndefined();
    const label = 'OPENSSH PRIVATE KEY';
    const openSsh = (bytes: Buffer): string => `-----BEGIN ${label}-----\n${bytes.toString('base64')}\n-----END ${label}-----`;
    expect(sshPublicKey(openSsh(Buffer.concat([Buffer.from('openssh-key-v1\0'), Buffer.from([255, 255, 255, 255])])))).toBeUndefined();
    expect(sshPublicKey(openSsh(Buffer.from('openssh-key-v1\0')))).toBeUndefined();
    expect(sshPublicKey('-----BEGIN ')).toBeUndefined();
    expect(sshPublicKey('x'.repeat(100_000))).toBeUndefined();
    expect(publicKeyOfLine('ssh-rsa ????')).toBeUndefined();
    expect(publicKeyOfLine(3)).toBeUndefined();
  });
});
