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
      hold: async () => () => undefined,
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
    expect(['uncertain', 'refused']).toContain((await one.put(played(one.storeTypes[0] ?? '', [{ status: 500 }, { status: 500 }]).ask, [{ at, secret: makeSecret('fresh-value') }])).status);
  });
});

describe('a GitHub Actions secret', () => {
  it('is sent in a box that only GitHub opens', async () => {
    await sodium.ready;
    const pair = sodium.crypto_box_keypair();
    const { ask, asked } = played('github', [{ json: { key_id: '7', key: Buffer.from(pair.publicKey).toString('base64') } }, { status: 204, body: '' }]);
    const at = { repository: 'acme/site', name: 'DEPLOY_TOKEN', environment: 'live/eu' };
    expect(await unit('github-actions').put(ask, [{ at, secret: makeSecret('the new value') }])).toMatchObject({ status: 'accepted' });
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

describe('a pair of GitHub Actions secrets with a slot', () => {
  const at = (name: string): Record<string, string> => ({ repository: 'acme/site', name, slot: 'AWS_SLOT' });
  const writes = [{ at: at('AWS_KEY'), secret: makeSecret('the new value') }, { at: at('AWS_ID'), secret: makeSecret('the new id') }];
  const box = async (): Promise<{ readonly json: unknown }> => {
    await sodium.ready;
    return { json: { key_id: '7', key: Buffer.from(sodium.crypto_box_keypair().publicKey).toString('base64') } };
  };
  const taken = { status: 204, body: '' };

  it('is written under the names that nobody reads now, and then the variable is turned', async () => {
    const { ask, asked } = played('github', [{ json: { name: 'AWS_SLOT', value: 'A' } }, await box(), taken, taken, taken]);
    expect(await unit('github-actions').put(ask, writes)).toMatchObject({ status: 'accepted' });
    expect(asked.map(({ method, url }) => `${method} ${url.pathname.slice('/repos/acme/site/actions/'.length)}`)).toEqual(['GET variables/AWS_SLOT', 'GET secrets/public-key', 'PUT secrets/AWS_KEY_B', 'PUT secrets/AWS_ID_B', 'PATCH variables/AWS_SLOT']);
    expect(JSON.parse(asked[4]?.body ?? '')).toEqual({ value: 'B' });
  });

  it.each([2, 3, 4])('leaves the variable, and so the pair that is read, as it was where request %i fails', async (nth) => {
    const answers = [{ json: { value: 'B' } }, await box(), taken, taken, taken];
    const { ask, asked } = played('github', answers.with(nth, { status: 500, body: '' }));
    expect(await unit('github-actions').put(ask, writes)).toMatchObject({ status: 'uncertain' });
    expect(asked.filter(({ method }) => method === 'PATCH').length).toBe(nth === 4 ? 1 : 0);
    expect(asked.some(({ url }) => /(?:KEY|ID)_B$/.test(url.pathname))).toBe(false);
  });

  it('is not written where the variable is missing or holds something else', async () => {
    const one = unit('github-actions');
    expect(await one.put(played('github', [{ status: 404 }]).ask, writes)).toMatchObject({ status: 'refused', detail: 'there is no variable AWS_SLOT' });
    expect(await one.put(played('github', [{ json: { value: 'blue' } }]).ask, writes)).toMatchObject({ status: 'uncertain', detail: expect.stringContaining('neither A nor B') as string });
    expect(one.together?.(at('X'))).toBe('name');
    expect(one.together?.({ repository: 'acme/site', name: 'X' })).toBeUndefined();
  });
});

describe('what somebody else changed between our look and our write', () => {
  const before = makeSecret('old-value-1');
  const secret = makeSecret('the new value');
  const b64 = (text: string): string => Buffer.from(text).toString('base64');

  it.each([
    ['vault-kv', 'vault', { mount: 'secret', path: 'a', key: 'k' }, { json: { data: { data: { k: 'of-somebody' }, metadata: { version: 4 } } } }],
    ['kubernetes', 'kubernetes', { namespace: 'n', name: 's', key: 'k' }, { json: { kind: 'Secret', metadata: { resourceVersion: '9' }, data: { k: b64('of-somebody') } } }],
    ['aws-secrets-manager', 'aws', { secret: 's', key: 'k' }, { json: { SecretString: '{"k":"of-somebody"}', VersionId: 'v' } }],
    ['gitlab-ci', 'gitlab', { project: 'g/p', key: 'K' }, { json: { value: 'of-somebody' } }],
  ])('is seen and left alone: %s', async (id, type, at, answer) => {
    const { ask, asked } = played(type, [answer]);
    expect(await unit(id).put(ask, [{ at, secret, before }])).toEqual({ status: 'refused', detail: 'somebody else changed it meanwhile' });
    expect(asked).toHaveLength(1);
  });

  it('is seen by its time where a secret cannot be read', async () => {
    const at = { repository: 'acme/site', name: 'TOKEN' };
    const { ask, asked } = played('github', [{ json: { updated_at: '2026-11-22T11:00:01Z' } }]);
    expect(await unit('github-actions').put(ask, [{ at, secret, unchangedSince: new Date('2026-11-22T11:00:00Z') }])).toMatchObject({ status: 'refused' });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['vault-kv', 'vault', { mount: 'secret', path: 'a', key: 'k' }, { json: { data: { data: { k: 'old-value-1', other: 'x' }, metadata: { version: 4 } } } }, { options: { cas: 4 }, data: { k: 'the new value', id: 'new-id', other: 'x' } }],
    ['kubernetes', 'kubernetes', { namespace: 'n', name: 's', key: 'k' }, { json: { kind: 'Secret', metadata: { resourceVersion: '9' }, data: { k: b64('old-value-1') } } }, { metadata: { resourceVersion: '9' }, data: { k: b64('the new value'), id: b64('new-id') } }],
  ])('is refused by the service itself when it comes after our look, and both parts go in one write: %s', async (id, type, at, answer, body) => {
    const { ask, asked } = played(type, [answer, { status: id === 'kubernetes' ? 409 : 400 }]);
    expect(await unit(id).put(ask, [{ at, secret, before }, { at: { ...at, key: 'id' }, secret: makeSecret('new-id') }])).toMatchObject({ status: 'refused' });
    expect(JSON.parse(asked[1]?.body ?? '')).toEqual(body);
  });

  it('is kept by AWS, which moves the label only from the version that we saw', async () => {
    const { ask, asked } = played('aws', [{ json: { SecretString: '{"k":"old-value-1","id":"old-id","z":1}', VersionId: 'v-1' } }, {}, { status: 400, json: { __type: 'InvalidParameterException' } }]);
    expect(await unit('aws-secrets-manager').put(ask, [{ at: { secret: 's', key: 'k' }, secret, before }, { at: { secret: 's', key: 'id' }, secret: makeSecret('new-id') }])).toMatchObject({ status: 'refused' });
    const [, put, move] = asked.map(({ body }) => JSON.parse(body ?? '') as Record<string, unknown>);
    expect([JSON.parse(String(put?.['SecretString'])), put?.['VersionStages']]).toEqual([{ k: 'the new value', id: 'new-id', z: 1 }, ['TOKENWARDEN']]);
    expect(move).toEqual({ SecretId: 's', VersionStage: 'AWSCURRENT', MoveToVersionId: put?.['ClientRequestToken'], RemoveFromVersionId: 'v-1' });
  });

  it('an immutable Secret of Kubernetes is not sent anything', async () => {
    const { ask, asked } = played('kubernetes', [{ json: { kind: 'Secret', immutable: true, metadata: { resourceVersion: '9' }, data: {} } }]);
    expect(await unit('kubernetes').put(ask, [{ at: { namespace: 'n', name: 's', key: 'k' }, secret }])).toMatchObject({ status: 'refused', detail: expect.stringContaining('immutable') as string });
    expect(asked).toHaveLength(1);
  });
});

describe('a Kubernetes Secret', () => {
  it('is patched in one field, and read back', async () => {
    const found = { kind: 'Secret', metadata: { resourceVersion: '3' } };
    const { ask, asked } = played('kubernetes', [{ json: { ...found, data: {} } }, {}, { json: { ...found, data: { token: Buffer.from('the new value').toString('base64') } } }]);
    const at = { namespace: 'web', name: 'deploy', key: 'token' };
    await unit('kubernetes').put(ask, [{ at, secret: makeSecret('the new value') }]);
    expect([asked[1]?.method, asked[1]?.headers['content-type'], JSON.parse(asked[1]?.body ?? '')]).toEqual(['PATCH', 'application/merge-patch+json', { metadata: { resourceVersion: '3' }, data: { token: Buffer.from('the new value').toString('base64') } }]);
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
    expect(await unit('file').put(ask, [{ at: at(path, 'TOKEN'), secret: makeSecret('new-value') }])).toMatchObject({ status: 'accepted' });
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
      expect(await unit('file').put(ask, [{ at: at(path, 'TOKEN'), secret: makeSecret('new-value') }])).toMatchObject({ status: 'accepted' });
    } finally {
      process.umask(umask);
    }
    expect(readFileSync(path)).toEqual(Buffer.concat([around, Buffer.from('TOKEN=new-value\n'), around]));
    expect(statSync(path).mode & 0o777).toBe(0o664);
  });

  it('has two keys changed in one write, so that a reader never sees half of a pair', async () => {
    const path = join(folder, 'pair.env');
    writeFileSync(path, 'ID=old-id\nX=1\nTOKEN="old"\n');
    const parts = (id: string, token: string, before = true) => [
      { at: at(path, 'TOKEN'), secret: makeSecret(token), ...(before ? { before: makeSecret('old') } : {}) },
      { at: at(path, 'ID'), secret: makeSecret(id), ...(before ? { before: makeSecret('old-id') } : {}) },
    ];
    expect(await unit('file').put(ask, parts('a b', 'new-value'))).toMatchObject({ status: 'refused' });
    expect(readFileSync(path, 'utf8')).toBe('ID=old-id\nX=1\nTOKEN="old"\n');
    expect(await unit('file').put(ask, parts('new-id', 'new-value'))).toMatchObject({ status: 'accepted' });
    expect(readFileSync(path, 'utf8')).toBe('ID=new-id\nX=1\nTOKEN="new-value"\n');
    expect(await unit('file').put(ask, parts('third-id', 'third-value'))).toEqual({ status: 'refused', detail: 'somebody else changed it meanwhile' });
  });

  it('is not written while another process of ours writes it, and holds no lock afterwards', async () => {
    const path = join(folder, 'locked');
    writeFileSync(path, 'old\n');
    const held: string[] = [];
    expect(await unit('file').put({ ...ask, hold: async () => undefined }, [{ at: at(path), secret: makeSecret('new-value') }])).toMatchObject({ status: 'refused', detail: expect.stringContaining('another process') as string });
    const hold = async (name: string): Promise<() => void> => {
      held.push(name);
      return () => void held.pop();
    };
    expect(await unit('file').put({ ...ask, hold }, [{ at: at(path), secret: makeSecret('new-value') }])).toMatchObject({ status: 'accepted' });
    expect([held, readFileSync(path, 'utf8')]).toEqual([[], 'new-value\n']);
  });

  it('is rid of what a kill left beside it', async () => {
    const path = join(folder, 'killed');
    writeFileSync(path, 'old\n');
    writeFileSync(join(folder, '.killed.tokenwarden-0123456789ab'), 'half-a-secret');
    writeFileSync(join(folder, '.killed.tokenwarden-notes'), 'of somebody');
    await unit('file').put(ask, [{ at: at(path), secret: makeSecret('new-value') }]);
    expect(readdirSync(folder).filter((name) => name.startsWith('.killed'))).toEqual(['.killed.tokenwarden-notes']);
    rmSync(join(folder, '.killed.tokenwarden-notes'));
  });

  it('of several sections has the one changed that is named', async () => {
    const path = join(folder, 'credentials');
    writeFileSync(path, '[default]\naws_access_key_id = a\n[deploy]\naws_access_key_id = old\n\n[ other ]\naws_access_key_id = c\n');
    const where = { ...at(path, 'aws_access_key_id'), section: 'deploy' };
    const held = await unit('file').read(ask, where);
    expect(held.status === 'holds' ? held.secret.reveal() : held).toBe('old');
    await unit('file').put(ask, [{ at: where, secret: makeSecret('new-value') }]);
    expect(readFileSync(path, 'utf8')).toBe('[default]\naws_access_key_id = a\n[deploy]\naws_access_key_id = new-value\n\n[ other ]\naws_access_key_id = c\n');
    expect((await unit('file').read(ask, { ...where, section: 'none' })).status).toBe('absent');
  });

  it('that is no file is not waited for', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    expect(await unit('file').read(ask, at(path))).toMatchObject({ status: 'unknown', detail: expect.stringContaining('no regular file') as string });
    expect(await unit('file').put(ask, [{ at: at(path), secret: makeSecret('new-value') }])).toMatchObject({ status: 'refused' });
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
    await unit('file').put(ask, [{ at: at(join(folder, 'link')), secret: makeSecret('new-value') }]);
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
    expect(await unit('file').put(ask, [{ at: at(path, key), secret: makeSecret(value) }])).toMatchObject({ status: 'refused' });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
