import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCloneCache, type CloneCache, type CloneCacheOptions } from '../../../src/clones/index.ts';
import { importCommits, madeOrganization, makeRepositories, OWNER } from '../../organization/made-repositories.ts';

let root: string;
let clock: number;
const never = new AbortController().signal;
/** A server that lies on this disk: tests speak no other protocol than the one they allow. */
const access = { GIT_ALLOW_PROTOCOL: 'file' };
const source = (name: string): string => join(root, OWNER, `${name}.git`);
const wanted = (name: string) => ({ id: name, url: `file://${source(name)}`, access });
const git = (path: string, ...args: readonly string[]): string => spawnSync('git', ['--git-dir', path, ...args], { env: { PATH: process.env['PATH'] ?? '', HOME: root }, encoding: 'utf8' }).stdout.trim();
const clonesOf = (folder: string): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.git'));

function open(more: Partial<CloneCacheOptions> = {}): CloneCache {
  return openCloneCache({ folder: join(root, 'clones'), maxBytes: 1e9, maxRepositoryBytes: 1e9, path: process.env['PATH'] ?? '', now: () => new Date((clock += 1000)), ...more });
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'clones-'));
  clock = Date.UTC(2026, 10, 22);
  makeRepositories(root, madeOrganization(15).filter(({ kind }) => kind !== 'missing'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('a clone', () => {
  it('takes the room of others where the disk has less than it was promised, and says so where that is not enough', async () => {
    const folder = join(root, 'clones');
    const programs = join(root, 'programs');
    mkdirSync(programs);
    const real = spawnSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).stdout.trim();
    const gitThatNeeds = (most: number): void => writeFileSync(join(programs, 'git'), `#!/bin/sh\ncase "$*" in *" fetch "*) if [ "$(ls -d ${folder}/*.git | wc -l)" -gt ${most} ]; then echo "fatal: write error: No space left on device" >&2; exit 128; fi;; esac\nexec ${real} "$@"\n`, { mode: 0o755 });
    gitThatNeeds(99);
    const cache = open({ path: `${programs}:${process.env['PATH'] ?? ''}` });
    const held = await cache.open(wanted('r0001'), never);
    for (const name of ['r0002', 'r0003']) await (await cache.open(wanted(name), never)).release();
    gitThatNeeds(2);
    await (await cache.open(wanted('r0004'), never)).release();
    // What somebody works in has stayed.
    expect([clonesOf(folder).length, existsSync(held.path)]).toEqual([2, true]);
    gitThatNeeds(0);
    await expect(cache.open(wanted('r0006'), never)).rejects.toMatchObject({ reason: 'failed', message: expect.stringContaining('No space left') as string });
    await held.release();
  });

  it('has every ref of its server, and nothing that could start a program', async () => {
    mkdirSync(join(source('r0001'), 'hooks'));
    for (const hook of ['post-checkout', 'reference-transaction', 'post-upload-pack']) writeFileSync(join(source('r0001'), 'hooks', hook), `#!/bin/sh\ntouch ${root}/ran\n`, { mode: 0o755 });
    const clone = await open().open(wanted('r0001'), never);
    expect(git(clone.path, 'for-each-ref', '--format=%(refname)').split('\n')).toEqual(['refs/heads/main', 'refs/heads/old']);
    expect([existsSync(join(clone.path, 'hooks')), existsSync(join(root, 'ran'))]).toEqual([false, false]);
    await clone.release();
  });

  it('lacks files over a limit, which nobody fetches later, and is another one for another limit', async () => {
    spawnSync('git', ['--git-dir', source('r0001'), 'config', 'uploadpack.allowFilter', 'true']);
    importCommits(source('r0001'), [{ ref: 'refs/heads/large', files: { exact: 'e'.repeat(5000), over: 'o'.repeat(5001) }, message: 'large' }]);
    const inside = (path: string): readonly string[] => git(path, 'cat-file', '--batch-all-objects', '--batch-check=%(objecttype) %(objectsize)').split('\n').filter((line) => /^blob 500[01]$/.test(line));
    const part = await open({ maxBlobBytes: 5000 }).open(wanted('r0001'), never);
    expect(inside(part.path)).toEqual(['blob 5000']);
    expect(git(part.path, 'rev-list', '--objects', '--all', '--missing=print').split('\n').filter((line) => line.startsWith('?'))).toHaveLength(1);
    await part.release();
    importCommits(source('r0001'), [{ ref: 'refs/heads/later', files: { over: 'p'.repeat(9000) }, message: 'later' }]);
    const again = await open({ maxBlobBytes: 5000 }).open(wanted('r0001'), never);
    expect([again.path, inside(again.path), git(again.path, 'rev-parse', 'refs/heads/later').length]).toEqual([part.path, ['blob 5000'], 40]);
    await again.release();
    const whole = await open().open(wanted('r0001'), never);
    expect(inside(whole.path)).toEqual(expect.arrayContaining(['blob 5000', 'blob 5001']));
    await whole.release();
  });

  it('is fetched again in part, and made anew when its server has dropped what it still holds', async () => {
    const cache = open();
    const first = await cache.open(wanted('r0000'), never);
    const old = git(first.path, 'rev-parse', 'refs/heads/main');
    await first.release();
    importCommits(source('r0000'), [{ ref: 'refs/heads/more', files: { a: 'a' }, message: 'more' }], old);
    const second = await cache.open(wanted('r0000'), never);
    expect(git(second.path, 'cat-file', '-t', old)).toBe('commit');
    const more = git(second.path, 'rev-parse', 'refs/heads/more');
    await second.release();
    git(source('r0000'), 'update-ref', '-d', 'refs/heads/more');
    const third = await cache.open(wanted('r0000'), never);
    expect([git(third.path, 'cat-file', '-t', more), git(third.path, 'cat-file', '-t', old)]).toEqual(['', 'commit']);
    await third.release();
  });

  it('that was cut short is made anew', async () => {
    const cache = open();
    const first = await cache.open(wanted('r0001'), never);
    await first.release();
    for (const name of readdirSync(join(first.path, 'objects/pack'))) rmSync(join(first.path, 'objects/pack', name));
    const second = await cache.open(wanted('r0001'), never);
    expect(git(second.path, 'fsck')).not.toContain('missing');
    expect(git(second.path, 'rev-list', '--count', '--all')).toBe('5');
    await second.release();
  });

  it('is not shared: while one is in use, another is made for this once', async () => {
    const [one, other] = [open(), open()];
    const held = await one.open(wanted('r0001'), never);
    const second = await other.open(wanted('r0001'), never);
    expect(second.path).not.toBe(held.path);
    await second.release();
    expect([existsSync(second.path), existsSync(held.path)]).toEqual([false, true]);
    await held.release();
  });

  it('goes when it was used longest ago and the rest needs the room, and at once when it is larger than all room', async () => {
    const cache = open({ maxBytes: 30_000 });
    for (const name of ['r0000', 'r0001', 'r0002', 'r0004', 'r0007']) await (await cache.open(wanted(name), never)).release();
    expect(cache.bytes()).toBeLessThanOrEqual(30_000);
    expect(clonesOf(join(root, 'clones')).length).toBeGreaterThan(1);
    const tight = open({ maxBytes: 100 });
    await (await tight.open(wanted('r0002'), never)).release();
    expect(tight.bytes()).toBe(0);
  });

  it('that grows beyond its bound is given up and leaves nothing', async () => {
    await expect(open({ maxRepositoryBytes: 5000 }).open(wanted('r0011'), never)).rejects.toMatchObject({ name: 'CloneError', reason: 'too-large' });
    expect(clonesOf(join(root, 'clones'))).toEqual([]);
  });

  it.each(['ext::sh -c touch% ran', 'ssh://127.0.0.1/x', 'file:///nowhere', '--upload-pack=touch ran'])('of %s fails without starting anything', async (url) => {
    await expect(open().open({ id: 'x', url, access: url.startsWith('file') ? access : { GIT_ALLOW_PROTOCOL: 'https' } }, never)).rejects.toMatchObject({ name: 'CloneError', reason: 'failed' });
    expect(existsSync(join(root, 'ran'))).toBe(false);
  });

  it('stops with the run', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(open().open(wanted('r0001'), stop.signal)).rejects.toThrow('enough');
  });
});
