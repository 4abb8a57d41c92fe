import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInStores, uploadUrl } from '../../../src/issuers/ask/index.ts';
import { routeTo, whyNotAsked } from '../../../src/issuers/ask/route.ts';
import { ISSUERS } from '../../../src/issuers/registry.ts';
import { makeCredential, makeToken } from './make-credential.ts';
import { NOW } from './make-verifier.ts';

describe('where Python packages are uploaded', () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'tokenwarden-home-'));
  });
  afterAll(() => rm(home, { recursive: true }));
  const read = async (file: string, env: Readonly<Record<string, string>> = {}): Promise<string | undefined> => {
    await writeFile(join(home, '.pypirc'), file);
    return (await uploadUrl((name) => ({ HOME: home, ...env })[name]))?.href;
  };

  it('is what twine\'s variable says, before any file', async () => {
    expect(await read('[pypi]\nrepository = https://b.example/legacy/\n', { TWINE_REPOSITORY_URL: 'https://a.example/legacy/' })).toBe('https://a.example/legacy/');
  });

  it('is the repository of the section [pypi], and of no other', async () => {
    expect(await read('[distutils]\nindex-servers =\n  pypi\n\n[company]\nrepository: https://c.example/\n\n[pypi]\r\nusername = __token__\r\nrepository: https://upload.registry.example/legacy/\r\n')).toBe('https://upload.registry.example/legacy/');
    expect(await read('[company]\nrepository = https://c.example/\n')).toBeUndefined();
  });

  it.each(['http://a.example/', 'https://ana:pw@a.example/', 'not a url', ''])('is not "%s"', async (url) => {
    expect(await read(`[pypi]\nrepository = ${url}\n`)).toBeUndefined();
  });

  it('is nowhere when nobody said so', async () => {
    expect(await uploadUrl(() => undefined)).toBeUndefined();
    expect(await uploadUrl((name) => (name === 'HOME' ? join(home, 'missing') : undefined))).toBeUndefined();
  });
});

describe('a token of a Python index', () => {
  const stores = builtInStores({ pypiUpload: new URL('https://upload.registry.example/legacy/') });
  const why = (location: string): string => {
    const credential = makeCredential('pypi-api-token', makeToken('pypi-AgE', 120), { facts: { notes: { location } } });
    const routed = routeTo(credential, { stores, issuers: ISSUERS, allow: [], deny: [], now: () => NOW });
    return 'notAttempted' in routed ? routed.notAttempted.why : (whyNotAsked(credential, routed.store, routed.issuer, NOW)?.why ?? `asked at ${routed.store.baseUrl.href}`);
  };

  it('goes to the upload host of the index that made it', () => {
    expect(why('registry.example')).toBe('asked at https://upload.registry.example/legacy/');
    expect(why('upload.registry.example')).toBe('asked at https://upload.registry.example/legacy/');
  });

  it.each(['test.registry.example', 'evil.example', 'evilregistry.example', 'example.evil', 'load.registry.example'])('made by %s does not', (location) => {
    expect(why(location)).toBe('host-not-known');
  });
});
