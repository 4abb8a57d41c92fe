import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPlainConfig } from '../../../src/sources/git/plain-config.ts';
import { readHead, remoteSettings } from '../../../src/sources/git/repository-facts.ts';
import { BuiltRepository, removeFolders, temporaryFolder } from './build-repository.ts';

afterAll(removeFolders);

describe('a configuration that git wrote', () => {
  it('is read as git lists it', () => {
    expect(readPlainConfig('[core]\n\trepositoryformatversion = 0\n\tbare\n# note\n[remote "origin"]\r\n\tURL = https://git.example/a b.git  \n\tfetch = +refs/heads/*:refs/remotes/origin/*\n')).toEqual([
      ['core.repositoryformatversion', '0'],
      ['core.bare', ''],
      ['remote.origin.url', 'https://git.example/a b.git'],
      ['remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*'],
    ]);
  });

  it.each([
    ['a quoted value', '[a]\n\tb = "c"\n'],
    ['an escape', '[a]\n\tb = c\\\n d\n'],
    ['a comment behind a value', '[a]\n\tb = c # d\n'],
    ['an escaped section', '[remote "a\\"b"]\n\turl = x\n'],
    ['an entry on the line of its section', '[remote "o"] url = x\n'],
    ['another file', '[include]\n\tpath = other\n'],
    ['another file under a condition', '[includeIf "gitdir:x"]\n\tpath = other\n'],
    ['a configuration of the work tree’s own', '[extensions]\n\tworktreeConfig = true\n'],
    ['an entry without a section', 'a = b\n'],
    ['a byte order mark', '\ufeff[a]\n\tb = c\n'],
  ])('is left to git where there is %s', (_what, text) => {
    expect(readPlainConfig(text)).toBeUndefined();
  });
});

describe('what a repository says without git being started', () => {
  const contextOf = (repository: BuiltRepository): Parameters<typeof remoteSettings>[0] => ({ repository: { gitDir: join(repository.path, '.git'), workTree: repository.path }, environment: { PATH: process.env['PATH'] } });

  it('is the same as what git says of remotes, plain or not', async () => {
    const repository = new BuiltRepository(temporaryFolder());
    repository.git('remote', 'add', 'origin', 'https://git.example/a.git');
    const plain = await remoteSettings(contextOf(repository));
    expect(plain).toEqual([['remote.origin.url', 'https://git.example/a.git']]);
    repository.git('config', 'a.b', 'quoted # value');
    repository.git('config', 'remote.origin.promisor', 'true');
    expect(await remoteSettings(contextOf(repository))).toEqual([...plain, ['remote.origin.promisor', 'true']]);
  });

  it('is the branch and the commit of HEAD, loose, packed and detached', () => {
    const repository = new BuiltRepository(temporaryFolder());
    const head = (): ReturnType<typeof readHead> => readHead({ gitDir: join(repository.path, '.git') });
    repository.git('symbolic-ref', 'HEAD', 'refs/heads/topic/one');
    expect(head()).toEqual({ branch: 'topic/one' });
    repository.write('a.txt', 'a');
    repository.git('add', '.');
    repository.git('commit', '-qm', 'first');
    const commit = repository.git('rev-parse', 'HEAD').trim();
    expect(head()).toEqual({ branch: 'topic/one', commit });
    repository.git('pack-refs', '--all');
    expect(head()).toEqual({ branch: 'topic/one', commit });
    repository.git('checkout', '-q', '--detach');
    expect(head()).toEqual({ commit });
  });

  it.each([
    ['a reference in another format', 'ref: refs/heads/.invalid\n'],
    ['a path that leads out', 'ref: refs/heads/../../../secret\n'],
    ['a reference that is no branch', 'ref: refs/notes/x\n'],
    ['something else', 'hello\n'],
  ])('leaves %s in HEAD to git', (_what, text) => {
    const repository = new BuiltRepository(temporaryFolder());
    writeFileSync(join(repository.path, '.git', 'HEAD'), text);
    expect(readHead({ gitDir: join(repository.path, '.git') })).toBeUndefined();
  });

  it('leaves a branch that is a folder or a pipe to git', () => {
    const repository = new BuiltRepository(temporaryFolder());
    writeFileSync(join(repository.path, '.git', 'HEAD'), 'ref: refs/heads/folder\n');
    mkdirSync(join(repository.path, '.git', 'refs', 'heads', 'folder'), { recursive: true });
    expect(readHead({ gitDir: join(repository.path, '.git') })).toBeUndefined();
    renameSync(join(repository.path, '.git', 'HEAD'), join(repository.path, '.git', 'HEAD.old'));
    expect(readHead({ gitDir: join(repository.path, '.git') })).toBeUndefined();
  });
});
