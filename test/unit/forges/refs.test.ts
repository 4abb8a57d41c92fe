import { describe, expect, it } from 'vitest';
import { gitAccessTo } from '../../../src/forges/git-access.ts';
import { isForgeTarget, openForge } from '../../../src/forges/index.ts';
import { readRefs } from '../../../src/forges/refs.ts';
import { Secret, type HttpOutcome } from '../../../src/model/index.ts';

const packet = (text: string): string => (Buffer.byteLength(text) + 5).toString(16).padStart(4, '0') + text + '\n';
const answer = (body: string, status = 200): HttpOutcome => ({ ok: true, response: { status, headers: {}, body } });
const list = (...lines: readonly string[]): string => `${packet('# service=git-upload-pack')}0000${lines.map(packet).join('')}0000`;
const oid = (digit: string): string => digit.repeat(40);

describe('a list of refs', () => {
  it('has one digest for the same refs in any order and with any capabilities, and another when one moves', () => {
    const one = readRefs(answer(list(`${oid('a')} HEAD\0multi_ack agent=x`, `${oid('b')} refs/heads/grün`)));
    const other = readRefs(answer(list(`${oid('b')} refs/heads/grün\0agent=y`, `${oid('a')} HEAD`)));
    expect(one).toMatchObject({ state: 'listed', count: 2 });
    expect(other).toEqual(one);
    expect(readRefs(answer(list(`${oid('a')} HEAD\0x`, `${oid('c')} refs/heads/grün`)))).not.toEqual(one);
  });

  it('is empty only when the server says so', () => {
    expect(readRefs(answer(list(`${oid('0')} capabilities^{}\0agent=x`)))).toEqual({ state: 'empty' });
    expect(readRefs(answer(`${packet('# service=git-upload-pack')}00000000`))).toEqual({ state: 'empty' });
  });

  it.each([['cut short', list(`${oid('a')} HEAD\0x`, `${oid('b')} refs/heads/b`).slice(0, -30)], ['another page', '<html>log in</html>'], ['nothing', ''], ['a lie about its length', 'ffff# service\n']])('that is %s is no list, and may come later', (_, body) => {
    expect(readRefs(answer(body)).state).toBe('unreachable');
  });

  it.each([[401, 'refused'], [403, 'refused'], [404, 'missing'], [451, 'missing'], [500, 'unreachable'], [204, 'unreachable']] as const)('answered with %i is %s', (status, state) => {
    expect(readRefs(answer('', status)).state).toBe(state);
  });
});

describe('access for git', () => {
  const token = new Secret('a made-up token of our own', 'tw1:own', '********');
  const options = { user: 'x-access-token', token, proxy: {}, userAgent: 'test' } as const;

  it('is a header of one origin, addresses that were judged, and one protocol', async () => {
    const access = await gitAccessTo({ ...options, url: new URL('http://127.0.0.1:8080/acme/app.git'), allowPrivate: true });
    if (!access.ok) throw new Error(access.detail);
    const { environment } = access;
    const settings = Object.fromEntries(Array.from({ length: Number(environment['GIT_CONFIG_COUNT']) }, (_, index) => [environment[`GIT_CONFIG_KEY_${index}`], environment[`GIT_CONFIG_VALUE_${index}`]]));
    expect(environment['GIT_ALLOW_PROTOCOL']).toBe('http');
    expect(Object.keys(settings).filter((key) => key.endsWith('extraHeader'))).toEqual(['http.http://127.0.0.1:8080/.extraHeader']);
    expect(settings).toMatchObject({ 'http.followRedirects': 'false', 'credential.helper': '', 'http.curloptResolve': '127.0.0.1:8080:127.0.0.1' });
  });

  it.each([['http://127.0.0.1/a.git', false], ['https://127.0.0.1/a.git', false], ['http://169.254.169.254/a.git', true], ['ssh://127.0.0.1/a.git', true], ['http://93.184.216.34/a.git', true]])('is refused for %s (private allowed: %s)', async (url, allowPrivate) => {
    expect((await gitAccessTo({ ...options, url: new URL(url), allowPrivate })).ok).toBe(false);
  });
});

describe('a target of the command line', () => {
  const setup = { userAgent: 't', proxy: {}, now: () => new Date(0), signal: new AbortController().signal, makeSecret: (value: string) => new Secret(value, 'tw1:own', '********') };
  it.each(['github:', 'github:a/b/c', 'github:../x', 'github:a/..', 'github:-x', 'github:a b'])('such as %s is refused', (target) => {
    expect(isForgeTarget(target)).toBe(true);
    expect(() => openForge(target, {}, setup)).toThrow(expect.objectContaining({ code: 'USAGE_FORGE_TARGET' }));
  });

  it('takes a GitHub App whole or not at all, and never repeats its key', () => {
    expect(() => openForge('github:acme', { TOKENWARDEN_GITHUB_APP_ID: '1' }, setup)).toThrow(expect.objectContaining({ code: 'GITHUB_APP_KEY' }));
    const thrown = ((): unknown => {
      try {
        return openForge('github:acme', { TOKENWARDEN_GITHUB_APP_ID: '1', TOKENWARDEN_GITHUB_APP_KEY: 'not-a-key-of-anybody' }, setup);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({ code: 'GITHUB_APP_KEY' });
    expect(String((thrown as Error).stack)).not.toContain('not-a-key-of-anybody');
  });
});
