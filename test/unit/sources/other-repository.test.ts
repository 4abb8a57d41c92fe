import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildRepository, BuiltRepository, removeFolders, temporaryFolder } from './build-repository.ts';
import { scanTarget } from './scan-target.ts';

afterAll(removeFolders);

function victim(): BuiltRepository {
  const repository = buildRepository();
  repository.commit({ private: 'PRIVATE\n' });
  return repository;
}

/** A folder whose `.git` the test makes. */
function stranger(): string {
  const folder = join(temporaryFolder(), 'stranger');
  mkdirSync(folder);
  writeFileSync(join(folder, 'mine'), 'MINE');
  return folder;
}

describe('a .git that leads to a repository elsewhere', () => {
  it.each([
    ['a file', (folder: string, other: BuiltRepository) => writeFileSync(join(folder, '.git'), `gitdir: ${other.path}/.git\n`)],
    ['a link', (folder: string, other: BuiltRepository) => symlinkSync(join(other.path, '.git'), join(folder, '.git'))],
    ['a file that names a work tree of it', (folder: string, other: BuiltRepository) => {
      other.git('worktree', 'add', '--quiet', join(temporaryFolder(), 'linked'));
      writeFileSync(join(folder, '.git'), `gitdir: ${other.path}/.git/worktrees/linked\n`);
    }],
    ['a folder with its common folder', (folder: string, other: BuiltRepository) => {
      new BuiltRepository(folder);
      writeFileSync(join(folder, '.git/commondir'), `${other.path}/.git\n`);
    }],
    ['a folder with its objects', (folder: string, other: BuiltRepository) => {
      new BuiltRepository(folder);
      rmSync(join(folder, '.git/objects'), { recursive: true });
      symlinkSync(join(other.path, '.git/objects'), join(folder, '.git/objects'));
    }],
    ['a folder with its packs', (folder: string, other: BuiltRepository) => {
      new BuiltRepository(folder);
      other.git('repack', '-q', '-a', '-d');
      rmSync(join(folder, '.git/objects/pack'), { recursive: true, force: true });
      symlinkSync(join(other.path, '.git/objects/pack'), join(folder, '.git/objects/pack'));
    }],
    ['a submodule of a repository that is none', (folder: string, other: BuiltRepository) => {
      mkdirSync(join(other.path, '.git/modules'));
      renameSync(victim().path, join(temporaryFolder(), 'gone'));
      const module = victim();
      renameSync(join(module.path, '.git'), join(other.path, '.git/modules/m'));
      writeFileSync(join(folder, '.git'), `gitdir: ${other.path}/.git/modules/m\n`);
    }],
  ])('as %s is not followed', async (_, make) => {
    const folder = stranger();
    make(folder, victim());
    await expect(scanTarget(folder, { mode: 'history' })).rejects.toMatchObject({ code: 'REPOSITORY_ELSEWHERE' });
    const seen = await scanTarget(folder);
    expect(seen.skipped('unreadable')).toMatchObject([{ what: '.git' }]);
    expect(seen.at('mine').text).toBe('MINE');
    expect(seen.blobs.some(({ text }) => text.includes('PRIVATE'))).toBe(false);
    expect((await scanTarget(join(folder, 'mine'))).paths).toEqual(['mine']);
  });

  it('is followed from a linked work tree and from a submodule', async () => {
    const repository = victim();
    const linked = join(temporaryFolder(), 'linked');
    repository.git('worktree', 'add', '--quiet', linked);
    expect((await scanTarget(linked, { mode: 'history' })).blobs.map(({ text }) => text)).toContain('PRIVATE\n');
    const library = buildRepository();
    library.commit({ lib: 'LIBRARY\n' });
    repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.path, 'vendor/lib');
    repository.commitIndex();
    expect(existsSync(join(repository.path, '.git/modules/vendor/lib'))).toBe(true);
    expect((await scanTarget(join(repository.path, 'vendor/lib'), { mode: 'history' })).blobs.map(({ text }) => text)).toContain('LIBRARY\n');
  });
});

describe('a store of objects elsewhere', () => {
  it('gives what the history leads to, and nothing else of what it holds', async () => {
    const other = victim();
    other.git('checkout', '--quiet', '--orphan', 'public');
    other.git('rm', '--quiet', '-r', '--cached', '.');
    rmSync(join(other.path, 'private'));
    other.commit({ shared: 'SHARED\n' });
    const clone = new BuiltRepository(join(temporaryFolder(), 'clone'));
    rmSync(clone.path, { recursive: true });
    other.git('clone', '--quiet', '--shared', '--single-branch', '--branch', 'public', other.path, clone.path);
    clone.commit({ own: 'OWN\n' });
    clone.gitWith({ input: 'DANGLING\n' }, 'hash-object', '-w', '--stdin');
    for (const pack of [false, true]) {
      if (pack) clone.git('repack', '-q', '-a', '-d', '-l', '--keep-unreachable');
      const seen = await scanTarget(clone.path, { mode: 'history' });
      const texts = seen.blobs.filter(({ origin }) => origin.kind === 'commit').map(({ text }) => text).sort();
      expect(texts).toEqual(['DANGLING\n', 'OWN\n', 'SHARED\n']);
      expect(seen.skips).toMatchObject([{ what: 'objects/info/alternates', reason: 'ignored', count: 3 }]);
    }
  });
});
