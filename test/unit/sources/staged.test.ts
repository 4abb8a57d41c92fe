import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packTar } from 'modern-tar';
import { buildRepository, removeFolders, temporaryFolder } from './build-repository.ts';
import { scanTarget } from './scan-target.ts';

afterAll(removeFolders);

const staged = { mode: 'staged' } as const;

describe('what is staged', () => {
  it('is read from the index, not from the disk', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'old\n', same: 'same\n' });
    repository.write('a', 'staged\n').git('add', 'a');
    repository.write('a', 'on disk\n').write('untracked', 'u\n');
    const seen = await scanTarget(repository.path, staged);
    expect(seen.blobs.map(({ path, text }) => [path, text])).toEqual([['a', 'staged\n']]);
    expect(seen.blobs[0]?.origin).toMatchObject({ kind: 'staged', path: 'a', blob: repository.git('rev-parse', ':a') });
    expect(seen.counts.planned).toEqual({ files: 0, blobs: 1, commits: 0, bytes: 7 });
    expect(seen.counts.scanned).toEqual(seen.counts.planned);
  });

  it('keeps a hit only if one of its lines is new', async () => {
    const repository = buildRepository();
    repository.commit({ f: 'one\nOLD\nthree\n' });
    repository.write('f', 'one\nOLD\nthree\nNEW\nlast\n').git('add', 'f');
    const seen = await scanTarget(repository.path, staged);
    expect(await seen.resolve('OLD')).toEqual([]);
    expect(await seen.resolve('NEW')).toHaveLength(1);
    expect(await seen.resolve('three\nNEW')).toHaveLength(1);
  });

  it('counts a changed line as new, a moved file as new and a change of mode as nothing', async () => {
    const repository = buildRepository();
    repository.commit({ edited: 'a\nb\nc\n', moved: 'MOVED\n', mode: 'MODE\n' });
    repository.write('edited', 'a\nCHANGED\nc\n');
    repository.git('mv', 'moved', 'elsewhere');
    repository.git('add', '--all');
    repository.git('update-index', '--chmod=+x', 'mode');
    const seen = await scanTarget(repository.path, staged);
    expect(await seen.resolve('CHANGED')).toHaveLength(1);
    expect((await seen.resolve('MOVED')).map((origin) => 'path' in origin && origin.path)).toEqual(['elsewhere']);
    expect(await seen.resolve('MODE')).toEqual([]);
  });

  it('is not hidden by attributes that call text binary', async () => {
    const repository = buildRepository();
    repository.commit({ '.gitattributes': '* -diff binary\n', f: 'one\n' });
    repository.write('f', 'one\nNEW\n').git('add', 'f');
    const seen = await scanTarget(repository.path, staged);
    expect(await seen.resolve('NEW')).toHaveLength(1);
    expect(await seen.resolve('one')).toEqual([]);
  });

  it('is everything in the index on a branch without commits', async () => {
    const repository = buildRepository();
    repository.write('a', 'first\n').git('add', 'a');
    const seen = await scanTarget(repository.path, staged);
    expect(await seen.resolve('first')).toHaveLength(1);
  });

  it('works with sha256 object names, before and after the first commit', async () => {
    const repository = buildRepository('--object-format=sha256');
    repository.write('a', 'first\n').git('add', 'a');
    expect((await scanTarget(repository.path, staged)).paths).toEqual(['a']);
    repository.commit();
    repository.write('a', 'first\nsecond\n').git('add', 'a');
    const seen = await scanTarget(repository.path, staged);
    expect([await seen.resolve('first'), await seen.resolve('second')].map(({ length }) => length)).toEqual([0, 1]);
  });

  it('comes from the index that a hook names', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'old\n' });
    repository.write('a', 'other index\n').git('add', 'a');
    copyFileSync(join(repository.path, '.git/index'), join(repository.path, '.git/next-index'));
    repository.git('reset', '--quiet');
    expect((await scanTarget(repository.path, staged)).paths).toEqual([]);
    const environment = { PATH: process.env['PATH'], GIT_INDEX_FILE: '.git/next-index' };
    const seen = await scanTarget(repository.path, { ...staged, environment });
    expect(seen.blobs.map(({ text }) => text)).toEqual(['other index\n']);
    expect(await seen.resolve('other index')).toHaveLength(1);
    expect((await scanTarget(repository.path, { mode: 'tree', environment })).at('a').text).toBe('other index\n');
  });

  it('takes the text of a link and every side of a conflict, and notes submodules', async () => {
    const repository = buildRepository();
    repository.commit({ f: 'base\n' });
    repository.git('checkout', '--quiet', '-b', 'other');
    repository.commit({ f: 'theirs\n' });
    repository.git('checkout', '--quiet', 'main');
    repository.commit({ f: 'ours\n' });
    expect(() => repository.git('merge', 'other')).toThrow();
    const link = repository.gitWith({ input: 'link/target' }, 'hash-object', '-w', '--stdin');
    repository.git('update-index', '--add', '--cacheinfo', `120000,${link},link`);
    repository.git('update-index', '--add', '--cacheinfo', `160000,${'2'.repeat(40)},module`);
    const seen = await scanTarget(repository.path, staged);
    expect(seen.blobs.map(({ path, text }) => `${path}:${text.trim()}`).sort()).toEqual(['f:base', 'f:ours', 'f:theirs', 'link:link/target']);
    expect(seen.skipped('submodule').map(({ what }) => what)).toEqual(['module']);
    expect(await seen.resolve('theirs')).toHaveLength(1);
  });

  it('counts members of a changed archive as new', async () => {
    const repository = buildRepository();
    const tar = async (body: string): Promise<Uint8Array> => packTar([{ header: { name: 'inner', size: body.length, mtime: new Date(0) }, body }]);
    repository.commit({ 'a.tar': await tar('old') });
    repository.write('a.tar', await tar('in archive')).git('add', 'a.tar');
    const seen = await scanTarget(repository.path, staged);
    expect(seen.paths).toEqual(['a.tar!/inner']);
    expect(await seen.resolve('in archive')).toHaveLength(1);
  });

  it('may be narrowed to a folder and by globs, and a missing blob is a gap', async () => {
    const repository = buildRepository();
    repository.commit({ base: 'x\n' });
    repository.write('in/a', 'A\n').write('in/skip.log', 'S\n').write('out/b', 'B\n').git('add', '--all');
    const blob = repository.git('rev-parse', ':in/a');
    const seen = await scanTarget(join(repository.path, 'in'), { ...staged, ignore: ['*.log'] });
    expect(seen.paths).toEqual(['in/a']);
    expect(seen.skips).toEqual([{ what: '*.log', reason: 'excluded-glob', count: 1, bytes: 2 }]);
    rmSync(join(repository.path, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    expect((await scanTarget(repository.path, staged)).skipped('missing-object').map(({ what }) => what)).toEqual(['in/a']);
  });

  it('is an error where there is no work tree', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'x' });
    const bare = join(temporaryFolder(), 'bare.git');
    repository.git('clone', '--quiet', '--bare', repository.path, bare);
    await expect(scanTarget(bare, staged)).rejects.toMatchObject({ code: 'NOT_A_REPOSITORY' });
  });
});
