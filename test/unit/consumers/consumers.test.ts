import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sodium from 'libsodium-wrappers';
import { afterAll, describe, expect, it } from 'vitest';
import { CONSUMERS } from '../../../src/consumers/index.ts';
import type { ConsumerAsk, HttpRequest, HttpResponse } from '../../../src/model/index.ts';
import { makeSecret } from '../issuers/make-credential.ts';
import { makeStore } from '../issuers/make-verifier.ts';

const folder = mkdtempSync(join(tmpdir(), 'consumers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const unit = (id: string): (typeof CONSUMERS)[number] => {
  const found = CONSUMERS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no consumer ${id}`);
  return found;
};
const OWN = 'own-token-of-ours-1234';

/** Answers in turn, and keeps what was asked. */
function played(type: string, answers: readonly (Partial<HttpResponse> & { readonly json?: unknown })[]): { readonly ask: ConsumerAsk; readonly asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  const store = makeStore(type, 'https://service.example', { clientAuth: { method: 'bearer', token: makeSecret(OWN) } });
  return {
    asked,
    ask: {
      store,
      now: () => new Date('2026-11-22T12:00:00Z'),
      makeSecret,
      send: async (request) => {
        const answer = answers[asked.length] ?? { status: 500 };
        asked.push(request);
        return { ok: true, response: { status: answer.status ?? 200, headers: {}, body: answer.body ?? JSON.stringify(answer.json ?? {}) } };
      },
    },
  };
}

describe('every consumer', () => {
  it.each(CONSUMERS.map((one) => [one.id, one] as const))('%s says what it needs and what proves it', (_id, { parameters, proof, method }) => {
    expect(Object.keys(parameters).length).toBeGreaterThan(0);
    expect([proof.length > 10, method.length > 5]).toEqual([true, true]);
  });

  it.each(CONSUMERS.filter(({ storeTypes }) => storeTypes.length > 0).map((one) => [one.id, one] as const))('%s calls what it does not know unknown, and no 500 a success', async (_id, one) => {
    const at = { mount: 'secret', path: 'a/b', key: 'k', repository: 'o/r', name: 'N', namespace: 'n', project: 'g/p', secret: 's' };
    for (const status of [500, 503, 418]) expect((await one.read(played(one.storeTypes[0] ?? '', [{ status }]).ask, at)).status).toBe('unknown');
    expect(['uncertain', 'refused']).toContain((await one.put(played(one.storeTypes[0] ?? '', [{ status: 500 }, { status: 500 }]).ask, at, makeSecret('fresh-value'))).status);
  });
});

describe('a GitHub Actions secret', () => {
  it('is sent in a box that only GitHub opens', async () => {
    await sodium.ready;
    const pair = sodium.crypto_box_keypair();
    const { ask, asked } = played('github', [{ json: { key_id: '7', key: Buffer.from(pair.publicKey).toString('base64') } }, { status: 204, body: '' }]);
    const at = { repository: 'acme/site', name: 'DEPLOY_TOKEN', environment: 'live/eu' };
    expect(await unit('github-actions').put(ask, at, makeSecret('the new value'))).toMatchObject({ status: 'accepted' });
    expect(asked[1]?.url.href).toBe('https://service.example/repos/acme/site/environments/live%2Feu/secrets/DEPLOY_TOKEN');
    const body = JSON.parse(asked[1]?.body ?? '{}') as { encrypted_value: string; key_id: string };
    expect(body.key_id).toBe('7');
    expect(Buffer.from(sodium.crypto_box_seal_open(Buffer.from(body.encrypted_value, 'base64'), pair.publicKey, pair.privateKey)).toString()).toBe('the new value');
    expect(asked[1]?.body?.includes('the new value')).toBe(false);
  });

  it.each(['../x', 'a/..', 'a', 'a/b/c', 'a b/c'])('is of no repository %j', (repository) => {
    expect(unit('github-actions').problem?.({ repository, name: 'N' })).toMatch(/OWNER\/REPO/);
  });
});

describe('a Kubernetes Secret', () => {
  it('is patched in one field, and read back', async () => {
    const { ask, asked } = played('kubernetes', [{}, { json: { data: { token: Buffer.from('the new value').toString('base64') } } }]);
    const at = { namespace: 'web', name: 'deploy', key: 'token' };
    await unit('kubernetes').put(ask, at, makeSecret('the new value'));
    expect([asked[0]?.method, asked[0]?.headers['content-type'], JSON.parse(asked[0]?.body ?? '')]).toEqual(['PATCH', 'application/merge-patch+json', { data: { token: Buffer.from('the new value').toString('base64') } }]);
    const held = await unit('kubernetes').read(ask, at);
    expect(held.status === 'holds' ? held.secret.reveal() : held).toBe('the new value');
  });
});

describe('a GitLab variable', () => {
  it('that is hidden cannot be read back; others can', async () => {
    const at = { project: 'group/site', key: 'TOKEN', environment: 'live/*' };
    const { ask, asked } = played('gitlab', [{ json: { value: null, hidden: true } }, { json: { value: 'shown-value' } }]);
    expect(await unit('gitlab-ci').read(ask, at)).toEqual({ status: 'unreadable' });
    expect(await unit('gitlab-ci').read(ask, at)).toMatchObject({ status: 'holds' });
    expect(asked[0]?.url.href).toBe('https://service.example/api/v4/projects/group%2Fsite/variables/TOKEN?filter%5Benvironment_scope%5D=live%2F*');
  });
});

describe('a file', () => {
  const at = (path: string, key?: string): Record<string, string> => ({ path, ...(key === undefined ? {} : { key }) });
  const { ask } = played('none', []);

  it.each([
    ['A=1\nTOKEN=old\nB=2\n', 'A=1\nTOKEN=new-value\nB=2\n'],
    ['export TOKEN="old"\r\nB=2\r\n', 'export TOKEN="new-value"\r\nB=2\r\n'],
    ["TOKEN='old'", "TOKEN='new-value'"],
    ['  TOKEN = old  \n', '  TOKEN = new-value  \n'],
    ['TOKEN=first\nTOKEN=old\n', 'TOKEN=first\nTOKEN=new-value\n'],
    ['XTOKEN=other\nTOKEN=old\n', 'XTOKEN=other\nTOKEN=new-value\n'],
  ])('has only the value of its key changed: %j', async (before, after) => {
    const path = join(folder, 'one.env');
    writeFileSync(path, before);
    chmodSync(path, 0o604);
    const held = await unit('file').read(ask, at(path, 'TOKEN'));
    expect(held.status === 'holds' ? held.secret.reveal() : held).toBe('old');
    expect(await unit('file').put(ask, at(path, 'TOKEN'), makeSecret('new-value'))).toMatchObject({ status: 'accepted' });
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual([after, 0o604]);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('keeps what stands around the value byte by byte, and its permissions whatever the umask', async () => {
    const path = join(folder, 'latin.env');
    const around = Buffer.from([0x41, 0x3d, 0xe9, 0xff, 0x00, 0x0a]);
    writeFileSync(path, Buffer.concat([around, Buffer.from('TOKEN=old\n'), around]));
    chmodSync(path, 0o664);
    const umask = process.umask(0o077);
    try {
      expect(await unit('file').put(ask, at(path, 'TOKEN'), makeSecret('new-value'))).toMatchObject({ status: 'accepted' });
    } finally {
      process.umask(umask);
    }
    expect(readFileSync(path)).toEqual(Buffer.concat([around, Buffer.from('TOKEN=new-value\n'), around]));
    expect(statSync(path).mode & 0o777).toBe(0o664);
  });

  it('that is no file is not waited for', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    expect(await unit('file').read(ask, at(path))).toMatchObject({ status: 'unknown', detail: expect.stringContaining('no regular file') as string });
    expect(await unit('file').put(ask, at(path), makeSecret('new-value'))).toMatchObject({ status: 'refused' });
  });

  it('with long lines of blanks is read at once', async () => {
    const path = join(folder, 'long.env');
    writeFileSync(path, `A = ${' '.repeat(100_000)}x${' '.repeat(100_000)}y\nTOKEN=old\n`);
    const began = performance.now();
    expect((await unit('file').read(ask, at(path, 'TOKEN'))).status).toBe('holds');
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('is replaced behind its link, which stays', async () => {
    writeFileSync(join(folder, 'real'), 'old\n');
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    await unit('file').put(ask, at(join(folder, 'link')), makeSecret('new-value'));
    expect([readFileSync(join(folder, 'real'), 'utf8'), readFileSync(join(folder, 'link'), 'utf8')]).toEqual(['new-value\n', 'new-value\n']);
  });

  it.each([
    ['a value that would break the line', 'A=1\nTOKEN=old\n', 'TOKEN', 'two\nlines'],
    ['a value that a shell would cut', 'TOKEN=old\n', 'TOKEN', 'one#two three'],
    ['a value that a shell would fill in', 'TOKEN="old"\n', 'TOKEN', 'one$two'],
    ['a key that is gone', 'A=1\n', 'TOKEN', 'new-value'],
  ])('is left alone for %s', async (_name, text, key, value) => {
    const path = join(folder, 'kept.env');
    writeFileSync(path, text);
    expect(await unit('file').put(ask, at(path, key), makeSecret(value))).toMatchObject({ status: 'refused' });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
