import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Origin } from '../../../src/model/index.ts';
import { commitAt, fileAt, headAt, homeOf, isAtHome, readTexts } from '../../../src/sources/index.ts';
import { BuiltRepository, buildRepository, removeFolders, temporaryFolder } from './build-repository.ts';

afterAll(removeFolders);

describe('the home of a folder', () => {
  it('is its work tree; other trees, also those that lie in it, are elsewhere', () => {
    const repository = buildRepository();
    repository.commit({ 'sub/a': 'a' });
    const inner = new BuiltRepository(join(repository.path, 'inner'));
    const home = homeOf(join(repository.path, 'sub'));
    expect(home).toMatchObject({ root: homeOf(repository.path).root, path: 'sub' });
    expect(isAtHome(home, home.root)).toBe(true);
    expect(isAtHome(home, homeOf(inner.path).root)).toBe(false);
    expect(isAtHome(home, homeOf(temporaryFolder()).root)).toBe(false);
  });

  it('without a repository, is the folder with what lies below it, but no repository there', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'plain'));
    const inner = new BuiltRepository(join(folder, 'inner'));
    const home = homeOf(folder);
    expect(home.repository).toBeUndefined();
    expect(isAtHome(home, homeOf(join(folder, 'plain')).root)).toBe(true);
    expect(isAtHome(home, homeOf(inner.path).root)).toBe(false);
    expect(isAtHome(homeOf(join(folder, 'plain')), home.root)).toBe(false);
  });
});

describe('a file as a commit has it', () => {
  it('is read whatever its name looks like; links, folders, what is too large or not there are not', async () => {
    const repository = buildRepository();
    repository.write('--help', 'option').write('a b\n*', 'odd').write('big', 'x'.repeat(100)).write('sub/x', 'x');
    symlinkSync('/etc/hostname', join(repository.path, 'link'));
    const commit = repository.commit();
    const { repository: found } = homeOf(repository.path);
    if (found === undefined) throw new Error('no repository');
    const read = async (path: string): Promise<string | undefined> => {
      const bytes = await fileAt(found, commit, path, 50);
      return bytes === undefined ? undefined : Buffer.from(bytes).toString();
    };
    expect(await Promise.all(['--help', 'a b\n*', 'sub/x', 'big', 'sub', 'link', 'gone', '*', ':(top)big'].map(read))).toEqual(['option', 'odd', 'x', undefined, undefined, undefined, undefined, undefined, undefined]);
    expect(await headAt(found)).toBe(commit);
    expect(await commitAt(found, 'main')).toBe(commit);
    expect(await commitAt(found, 'f'.repeat(40))).toBeUndefined();
    await expect(commitAt(found, '--all')).rejects.toMatchObject({ code: 'REVISION_UNKNOWN' });
  });

  it('has no HEAD before the first commit', async () => {
    const { repository } = homeOf(buildRepository().path);
    expect(repository === undefined ? 'none' : await headAt(repository)).toBeUndefined();
  });
});

describe('texts that are read again', () => {
  it('come in order, from files and blobs alike; undefined stands for what cannot be', async () => {
    const repository = buildRepository();
    const blobs = Array.from({ length: 450 }, (_, index) => repository.gitWith({ input: `blob ${index}\n` }, 'hash-object', '-w', '--stdin'));
    repository.write('a', 'file\n').write('wide', Buffer.from('\ufeffwide', 'utf16le')).write('big', 'x'.repeat(2000));
    writeFileSync(join(temporaryFolder(), 'outside'), 'outside');
    const blob = (oid: string): Origin => ({ kind: 'commit', blob: oid, path: 'p', reachable: true });
    const file = (path: string): Origin => ({ kind: 'file', path });
    const origins: readonly Origin[] = [file('a'), ...blobs.map(blob), file('gone'), file('big'), file('wide'), blob('0'.repeat(40)), { kind: 'stdin' }, { kind: 'staged', blob: blobs[7] ?? '', path: 'p' }, file('../outside')];
    const texts: (string | undefined)[] = [];
    for await (const text of readTexts(repository.path, origins, 1000)) texts.push(text);
    expect(texts).toEqual(['file\n', ...blobs.map((_, index) => `blob ${index}\n`), undefined, undefined, 'wide', undefined, undefined, 'blob 7\n', undefined]);
  });
});
