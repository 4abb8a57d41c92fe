import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claim, Credential } from '../../src/model/index.ts';
import { sshFingerprint, sshPublicKey } from '../../src/issuers/reading/ssh-public-key.ts';
import { CHECKS, judgeAll, readPolicy } from '../../src/policy/index.ts';
import { makeCredential } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier, NOW } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { prepareOpenssh, startOpenssh } from './servers/openssh.ts';
import type { OpensshServer } from './servers/openssh.ts';

const prepared = await prepareOpenssh();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);

type Kind = 'ed25519' | 'rsa' | 'ec';
const HOST = 'deploy.example';

describe.skipIf(missing !== undefined)(`a real OpenSSH${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: OpensshServer;
  const benches: Bench[] = [];
  beforeAll(async () => {
    if ('program' in prepared) server = await startOpenssh(prepared.program);
  });
  afterAll(async () => {
    await Promise.all(benches.map(({ http }) => http.close()));
    await server.stop();
  });
  const key = (kind: Kind = 'ed25519'): { readonly credential: Credential; readonly line: string } => {
    const { privateKey } = kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : kind === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const wire = sshPublicKey(pem) ?? '';
    return { credential: makeCredential('private-key-pkcs8', pem, { hosts: [HOST] }), line: `${Buffer.from(wire, 'base64').toString('latin1', 4, 4 + Buffer.from(wire, 'base64').readUInt32BE(0))} ${wire} ana@laptop` };
  };
  const bench = (options: { readonly hostKey?: string; readonly claims?: readonly Claim[]; readonly user?: string; readonly port?: number } = {}): Bench => {
    const hostKey = options.hostKey ?? server.hostKey;
    const url = `ssh://127.0.0.1:${options.port ?? server.port}/${options.user ?? server.user}${hostKey === '' ? '' : `?host-key=${hostKey}`}`;
    const made = makeVerifier({ stores: [makeStore('ssh', url, { claims: options.claims ?? [{ hintedHost: HOST }] })] });
    benches.push(made);
    return made;
  };

  it.each<Kind>(['ed25519', 'rsa', 'ec'])('goes from accepted (%s), through judgement and revocation, to refused', async (kind) => {
    const { credential, line } = key(kind);
    await server.authorize([line]);
    const { verifier, ledger } = bench();
    const before = await verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', facts: { sub: server.user, tokenId: sshFingerprint(line.split(' ')[1] ?? ''), notes: { 'host key': `${server.hostKey}, as the store's URL says` } } });
    const verdicts = judgeAll({ credential, introspection: before }, readPolicy({}, CHECKS), NOW);
    expect(verdicts.find(({ check }) => check === 'no-expiry')).toMatchObject({ verdict: { status: 'undetermined' } });
    await server.revoke([line]);
    expect(await bench().verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    expect(JSON.stringify(ledger)).not.toContain(credential.secret.reveal().split('\n')[1]);
  });

  it('is refused when its line in authorized_keys has expired, and when the line is gone', async () => {
    const { credential, line } = key();
    await server.authorize([`expiry-time="20200101" ${line}`]);
    expect(await bench().verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    await server.authorize([`expiry-time="20990101",restrict ${line}`]);
    expect(await bench().verifier.ask(credential)).toMatchObject({ status: 'active' });
    await server.authorize([]);
    expect(await bench().verifier.ask(credential)).toMatchObject({ status: 'inactive' });
  });

  it('says nothing of a key that only its kind ties to this account, nor where the server did not prove itself', async () => {
    const { credential } = key();
    await server.authorize([]);
    expect(await bench({ claims: [{ rule: 'private-key-pkcs8' }] }).verifier.ask(credential)).toMatchObject({ status: 'unknown', why: 'ambiguous' });
    expect(await bench({ hostKey: '' }).verifier.ask(credential)).toMatchObject({ status: 'unknown', why: 'ambiguous' });
    expect(await bench({ user: 'somebody-else' }).verifier.ask(credential)).toMatchObject({ status: 'inactive' });
  });

  it('believes no server with another host key', async () => {
    const { credential, line } = key();
    await server.authorize([line]);
    expect(await bench({ hostKey: `SHA256:${'A'.repeat(43)}` }).verifier.ask(credential)).toMatchObject({ status: 'unknown', why: 'tls' });
    expect(await bench({ hostKey: '' }).verifier.ask(credential)).toMatchObject({ status: 'active', facts: { notes: { 'host key': expect.stringContaining('not proven') as string } } });
  });

  it('leaves open what a server that takes no public keys would say', async () => {
    if (!('program' in prepared)) return;
    const other = await startOpenssh(prepared.program, false);
    try {
      expect(await bench({ port: other.port, hostKey: other.hostKey }).verifier.ask(key().credential)).toMatchObject({ status: 'unknown', why: 'ambiguous' });
    } finally {
      await other.stop();
    }
  });
});
