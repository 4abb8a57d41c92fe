import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { buildRepository, BuiltRepository, removeFolders, temporaryFolder } from './build-repository.ts';
import { scanTarget } from './scan-target.ts';

afterAll(removeFolders);

describe('a work tree', () => {
  it('is its tracked files as they are on disk, and the untracked ones that git does not ignore', async () => {
    const repository = buildRepository();
    repository.commit({ '.gitignore': '*.tmp\nbuild/\n', tracked: 'old', 'forced.tmp': 'x' });
    repository.git('add', '--force', 'forced.tmp');
    repository.commitIndex();
    repository.write('tracked', 'changed').write('new', 'n').write('a.tmp', 'i').write('build/out', 'i').write('build/deep/out', 'i');
    const seen = await scanTarget(repository.path);
    expect(seen.paths).toEqual(['.gitignore', 'forced.tmp', 'new', 'tracked']);
    expect(seen.at('tracked').text).toBe('changed');
    expect(seen.skips).toEqual([{ what: '.', reason: 'ignored', count: 3, detail: expect.stringContaining('--include-ignored') as string }]);
    expect(seen.counts.planned).toEqual(seen.counts.scanned);
    expect(seen.planned.repository).toEqual({ gitDir: join(repository.path, '.git'), workTree: repository.path });
  });

  it('holds the ignored files too when they are asked for', async () => {
    const repository = buildRepository();
    repository.commit({ '.gitignore': '*.tmp\n' });
    repository.write('a.tmp', 'i');
    const seen = await scanTarget(repository.path, { includeIgnored: true });
    expect(seen.paths).toEqual(['.gitignore', 'a.tmp']);
    expect(seen.skips).toEqual([]);
  });

  it('does not miss tracked files that were deleted', async () => {
    const repository = buildRepository();
    repository.commit({ gone: 'x', kept: 'y' });
    rmSync(join(repository.path, 'gone'));
    const seen = await scanTarget(repository.path);
    expect(seen.paths).toEqual(['kept']);
    expect(seen.skips).toEqual([]);
    expect(seen.counts.planned.files).toBe(1);
  });

  it('contains .git/config where that may hold a credential, and not for a folder of it', async () => {
    const repository = buildRepository();
    repository.commit({ 'sub/a': 'x' });
    repository.git('config', 'http.extraheader', 'X-Test: 1');
    expect((await scanTarget(repository.path)).paths).toEqual(['.git/config', 'sub/a']);
    expect((await scanTarget(join(repository.path, 'sub'))).paths).toEqual(['sub/a']);
    expect((await scanTarget(repository.path, { ignore: ['.git/config'] })).paths).toEqual(['sub/a']);
  });

  it('never contains its own .git', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'x' });
    const seen = await scanTarget(repository.path, { includeIgnored: true });
    expect(seen.paths).toEqual(['a']);
  });

  it('is scanned in part when a folder or file of it is named, with paths from its top', async () => {
    const repository = buildRepository();
    repository.commit({ 'sub/in': 'a', 'subway/out': 'b', top: 'c' });
    repository.write('sub/new', 'd');
    const seen = await scanTarget(join(repository.path, 'sub'));
    expect(seen.paths).toEqual(['sub/in', 'sub/new']);
    expect(seen.planned.root).toBe(repository.path);
    expect((await scanTarget(join(repository.path, 'subway/out'))).paths).toEqual(['subway/out']);
  });

  it('takes a named folder for wanted even if git ignores it, and glob characters in names for themselves', async () => {
    const repository = buildRepository();
    repository.commit({ '.gitignore': 'dist/\n', '[a]/x': '1', 'a/x': '2', ':(glob)/y': '3' });
    repository.write('dist/deep/file', 'built');
    expect((await scanTarget(join(repository.path, 'dist/deep'))).paths).toEqual(['dist/deep/file']);
    expect((await scanTarget(join(repository.path, 'dist/deep/file'))).paths).toEqual(['dist/deep/file']);
    expect((await scanTarget(join(repository.path, '[a]'))).paths).toEqual(['[a]/x']);
    expect((await scanTarget(join(repository.path, ':(glob)'))).paths).toEqual([':(glob)/y']);
  });

  it('keeps names with line breaks and bytes that are not UTF-8', async () => {
    const repository = buildRepository();
    repository.commit({ 'a\nb': '1' });
    writeFileSync(Buffer.concat([Buffer.from(`${repository.path}/`), Buffer.from('caf\xe9', 'latin1')]), '2');
    repository.commit();
    const seen = await scanTarget(repository.path);
    expect(seen.at('a\nb').text).toBe('1');
    expect(seen.at('caf\uFFFDe9').text).toBe('2');
  });

  it('does not follow links, nor tracked paths through a folder that became one', async () => {
    const repository = buildRepository();
    repository.commit({ 'dir/secret': 'inside', file: 'x' });
    const outside = temporaryFolder();
    writeFileSync(join(outside, 'secret'), 'OUTSIDE');
    renameSync(join(repository.path, 'dir'), join(temporaryFolder(), 'moved'));
    symlinkSync(outside, join(repository.path, 'dir'));
    symlinkSync('file', join(repository.path, 'link'));
    const seen = await scanTarget(repository.path);
    expect(seen.paths).toEqual(['file']);
    expect(seen.skipped('symlink').map(({ what }) => what)).toEqual(['dir', 'link']);
  });

  it('does not open a pipe that took the place of a tracked file', async () => {
    const repository = buildRepository();
    repository.commit({ pipe: 'x', file: 'y' });
    rmSync(join(repository.path, 'pipe'));
    execFileSync('mkfifo', [join(repository.path, 'pipe')]);
    const seen = await scanTarget(repository.path);
    expect(seen.paths).toEqual(['file']);
    expect(seen.skipped('special-file').map(({ what }) => what)).toEqual(['pipe']);
  });

  it('shows each path in conflict once', async () => {
    const repository = buildRepository();
    repository.commit({ f: 'base\n' });
    repository.git('checkout', '--quiet', '-b', 'other');
    repository.commit({ f: 'theirs\n' });
    repository.git('checkout', '--quiet', 'main');
    repository.commit({ f: 'ours\n' });
    expect(() => repository.git('merge', 'other')).toThrow();
    const seen = await scanTarget(repository.path);
    expect(seen.paths).toEqual(['f']);
  });

  it('may be empty, on a branch without commits, or with a detached HEAD', async () => {
    const empty = buildRepository();
    expect((await scanTarget(empty.path)).counts.planned).toEqual({ files: 0, blobs: 0, commits: 0, bytes: 0 });
    empty.write('first', 'x');
    expect((await scanTarget(empty.path)).paths).toEqual(['first']);
    empty.commit();
    empty.git('checkout', '--quiet', '--detach');
    expect((await scanTarget(empty.path)).paths).toEqual(['first']);
  });

  it.each([['sha1'], ['sha256']])('works with %s object names', async (format) => {
    const repository = buildRepository(`--object-format=${format}`);
    repository.commit({ a: 'one', b: 'two' });
    expect((await scanTarget(repository.path)).paths).toEqual(['a', 'b']);
  });

  it('may be a linked work tree', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'one' });
    const linked = join(temporaryFolder(), 'linked');
    repository.git('worktree', 'add', '--quiet', linked);
    writeFileSync(join(linked, 'new'), 'two');
    const seen = await scanTarget(linked);
    expect(seen.paths).toEqual(['a', 'new']);
    expect(seen.planned.root).toBe(linked);
  });

  it('describes its remote without user information', async () => {
    const repository = buildRepository();
    const head = repository.commit({ a: 'x' });
    repository.git('remote', 'add', 'origin', `https://user:${'hunter'}2@git.example/team/project.git?x=y`);
    const { planned } = await scanTarget(repository.path);
    expect(await planned.describe?.()).toEqual({ url: 'https://git.example/team/project.git', revision: head, branch: 'main' });
    repository.git('remote', 'set-url', 'origin', 'git@git.example:team/project.git');
    expect(await planned.describe?.()).toMatchObject({ url: 'ssh://git.example/team/project.git' });
    repository.git('remote', 'set-url', 'origin', '/home/somebody/project');
    expect(await planned.describe?.()).not.toHaveProperty('url');
  });
});

describe('a work tree in a work tree', () => {
  it('is scanned as a populated submodule, under its path', async () => {
    const library = buildRepository();
    library.commit({ 'lib.c': 'library', '.gitignore': '*.o\n' });
    const repository = buildRepository();
    repository.commit({ main: 'x' });
    repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.path, 'vendor/lib');
    repository.commitIndex();
    repository.write('vendor/lib/junk.o', 'ignored there').write('vendor/lib/new.c', 'untracked there');
    const seen = await scanTarget(repository.path);
    expect(seen.paths).toEqual(['.gitmodules', 'main', 'vendor/lib/.gitignore', 'vendor/lib/lib.c', 'vendor/lib/new.c']);
    expect(seen.skipped('ignored').map(({ what, count }) => [what, count])).toEqual([['vendor/lib', 1]]);
    expect(seen.skipped('submodule')).toEqual([]);
  });

  it('is noted, and no gap, as a submodule that is not populated', async () => {
    const repository = buildRepository();
    repository.commit({ main: 'x' });
    repository.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},vendor/lib`);
    const seen = await scanTarget(repository.path);
    expect(seen.paths).toEqual(['main']);
    expect(seen.skips.map(({ what, reason }) => [what, reason])).toEqual([['vendor/lib', 'submodule']]);
    repository.write('vendor/lib/loose', 'files without a repository');
    expect((await scanTarget(repository.path)).paths).toEqual(['main', 'vendor/lib/loose']);
  });

  it('is scanned as an untracked clone too', async () => {
    const repository = buildRepository();
    repository.commit({ main: 'x' });
    new BuiltRepository(join(repository.path, 'clone')).commit({ inner: 'y' });
    expect((await scanTarget(repository.path)).paths).toEqual(['clone/inner', 'main']);
  });

  it('is a gap of its own when git fails in it', async () => {
    const repository = buildRepository();
    repository.commit({ main: 'x' });
    const inner = new BuiltRepository(join(repository.path, 'clone'));
    inner.commit({ inner: 'y' });
    writeFileSync(join(inner.path, '.git/index'), 'this is no index');
    const seen = await scanTarget(repository.path);
    expect(seen.paths).toEqual(['main']);
    expect(seen.skipped('unreadable').map(({ what }) => what)).toEqual(['clone']);
  });
});

describe('what cannot be read in a work tree', () => {
  it('is a gap for tracked and for untracked files and folders, seen as a user without rights', async () => {
    const repository = buildRepository();
    repository.commit({ open: 'x', closed: 'y', 'shut/tracked': 'z' });
    repository.write('shut/new', 'n').write('locked/new', 'n');
    const shut = ['closed', 'shut', 'locked'].map((name) => join(repository.path, name));
    for (const path of shut) chmodSync(path, 0);
    for (const path of [join(repository.path, '..'), repository.path]) chmodSync(path, 0o755);
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const script = fileURLToPath(new URL('scan-as-user.ts', import.meta.url));
    const output = execFileSync(process.execPath, [script, repository.path], { ...asNobody, encoding: 'utf8', env: { PATH: process.env['PATH'] } });
    for (const path of shut) chmodSync(path, 0o700);
    const seen = JSON.parse(output) as { readonly paths: readonly string[]; readonly skips: readonly { readonly what: string; readonly reason: string }[] };
    expect(seen.paths).toEqual(['open']);
    expect(new Set(seen.skips.map(({ what, reason }) => `${reason} ${what}`))).toEqual(new Set(['unreadable closed', 'unreadable shut', 'unreadable shut/tracked', 'unreadable locked']));
  });
});

describe('git', () => {
  it('that fails is an error that says so, never an empty answer', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'x' });
    writeFileSync(join(repository.path, '.git/index'), 'garbage');
    await expect(scanTarget(repository.path)).rejects.toMatchObject({ code: 'GIT_FAILED' });
  });

  it('that cannot even open the repository is a gap, and the files are read as those of a plain folder', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'TRACKED', 'sub/b': 'BELOW' });
    writeFileSync(join(repository.path, '.git/config'), '[core\n');
    const seen = await scanTarget(repository.path);
    expect(seen.skipped('unreadable')).toMatchObject([{ what: '.git' }]);
    expect(seen.at('a').text).toBe('TRACKED');
    expect((await scanTarget(join(repository.path, 'sub'))).paths).toEqual(['sub/b']);
    await expect(scanTarget(repository.path, { mode: 'history' })).rejects.toMatchObject({ code: 'GIT_FAILED' });
  });

  it('that is missing is an error that says so', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'x' });
    await expect(scanTarget(repository.path, { environment: { PATH: temporaryFolder() } })).rejects.toMatchObject({ code: 'GIT_NOT_FOUND' });
  });

  it('is never taken from the scanned tree nor from a relative entry of PATH', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'x' });
    const canary = join(temporaryFolder(), 'canary');
    const bin = join(repository.path, 'node_modules/.bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'git'), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
    const seen = await scanTarget(repository.path, { environment: { PATH: `.:${bin}::${process.env['PATH']}` } });
    expect(seen.paths).toContain('a');
    expect(() => execFileSync('ls', [canary], { stdio: 'pipe' })).toThrow();
  });
});
