import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildRepository, removeFolders, temporaryFolder, type BuiltRepository } from './build-repository.ts';
import { scanTarget } from './scan-target.ts';

afterAll(removeFolders);

/** A repository whose every known way to start a program would make the canary. */
function repositoryWithTraps(): { readonly repository: BuiltRepository; readonly canary: string } {
  const repository = buildRepository();
  repository.commit({ f: 'one\n', 'a.secret': 'x\n' });
  repository.commit({ f: 'one\ntwo\n' });
  repository.write('f', 'one\ntwo\nthree\n').git('add', 'f');
  const missing = repository.git('rev-parse', 'HEAD~1:a.secret');
  const canary = join(temporaryFolder(), 'canary');
  const trap = join(temporaryFolder(), 'trap');
  writeFileSync(trap, `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
  const hooks = join(repository.path, '.git/hooks');
  mkdirSync(hooks, { recursive: true });
  for (const hook of ['pre-commit', 'post-index-change', 'fsmonitor-watchman', 'post-checkout', 'reference-transaction']) writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
  repository.write('.gitattributes', '* filter=trap diff=trap merge=trap\n*.secret textconv=trap\n');
  for (const [key, value] of [
    ['core.fsmonitor', trap],
    ['core.hooksPath', hooks],
    ['core.pager', trap],
    ['core.editor', trap],
    ['core.sshCommand', trap],
    ['core.askPass', trap],
    ['core.gitProxy', trap],
    ['core.alternateRefsCommand', trap],
    ['pager.ls-files', trap],
    ['pager.cat-file', 'true'],
    ['alias.ls-files', `!${trap}`],
    ['alias.cat-file', `!${trap}`],
    ['diff.external', trap],
    ['diff.trap.command', trap],
    ['diff.trap.textconv', trap],
    ['filter.trap.clean', trap],
    ['filter.trap.smudge', trap],
    ['filter.trap.process', trap],
    ['filter.trap.required', 'true'],
    ['merge.trap.driver', trap],
    ['gpg.program', trap],
    ['log.showSignature', 'true'],
    ['credential.helper', trap],
    ['uploadpack.packObjectsHook', trap],
    ['protocol.allow', 'always'],
    ['protocol.ext.allow', 'always'],
    ['protocol.file.allow', 'always'],
    ['remote.origin.url', `ext::${trap}`],
    ['remote.origin.uploadpack', trap],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.partialCloneFilter', 'blob:none'],
    ['extensions.partialClone', 'origin'],
    ['core.repositoryFormatVersion', '1'],
  ] as const) repository.git('config', key, value);
  rmSync(join(repository.path, '.git/objects', missing.slice(0, 2), missing.slice(2)));
  return { repository, canary };
}

describe('a repository full of traps', () => {
  it('starts no program in any mode, not even to fetch a missing object', async () => {
    const { repository, canary } = repositoryWithTraps();
    rmSync(canary, { force: true });

    const tree = await scanTarget(repository.path);
    expect(tree.paths).toEqual(['.git/config', '.gitattributes', 'a.secret', 'f']);
    const staged = await scanTarget(repository.path, { mode: 'staged' });
    expect(await staged.resolve('three')).toHaveLength(1);
    const range = await scanTarget(repository.path, { mode: 'range', range: 'HEAD~1..HEAD' });
    expect(await range.resolve('two')).toHaveLength(1);
    const history = await scanTarget(repository.path, { mode: 'history' });
    expect(await history.resolve('three')).toHaveLength(1);
    expect(history.skipped('promised-object').map(({ count }) => count)).toEqual([1]);
    await history.planned.describe?.();
    expect(existsSync(canary)).toBe(false);

    // The traps are real: git as it comes walks into them.
    try {
      repository.git('status');
    } catch {
      // The trap for fetching ends it; the canary is what counts.
    }
    expect(existsSync(canary)).toBe(true);
  });

  it('cannot send the scan elsewhere by core.worktree, nor hide what is there by its own settings', async () => {
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, 'f'), 'ELSEWHERE');
    const repository = buildRepository();
    repository.commit({ f: 'here' });
    const excludes = join(temporaryFolder(), 'excludes');
    writeFileSync(excludes, '*\n');
    repository.write('untracked', 'u');
    repository.git('config', 'core.excludesFile', excludes);
    repository.git('config', 'core.untrackedCache', 'true');
    repository.git('config', 'core.worktree', elsewhere);
    const seen = await scanTarget(repository.path);
    expect(seen.blobs.map(({ path, text }) => [path, text])).toEqual([['f', 'here'], ['untracked', 'u']]);
  });

  it('cannot show other objects than those stored by replace refs or grafts', async () => {
    const repository = buildRepository();
    const first = repository.commit({ f: 'REAL\n' });
    const second = repository.commit({ g: 'x\n' });
    const blob = repository.git('rev-parse', `${first}:f`);
    const fake = repository.gitWith({ input: 'fake\n' }, 'hash-object', '-w', '--stdin');
    repository.git('replace', blob, fake);
    writeFileSync(join(repository.path, '.git/info/grafts'), `${second}\n`);
    const history = await scanTarget(repository.path, { mode: 'history' });
    expect(await history.resolve('REAL')).toMatchObject([{ path: 'f', commit: first }]);
  });

  it('cannot leave objects out by an order of its pack that it brings with it', async () => {
    const repository = buildRepository();
    for (let index = 0; index < 5; index += 1) repository.commit({ f: `content ${index}\n` });
    repository.git('-c', 'pack.writeReverseIndex=true', 'repack', '-adq');
    const folder = join(repository.path, '.git/objects/pack');
    const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.rev')) ?? 'none');
    const bytes = readFileSync(file);
    // the same object at each place
    for (let at = 16; at < bytes.length - 40; at += 4) bytes.copy(bytes, at, 12, 16);
    createHash('sha1').update(bytes.subarray(0, -20)).digest().copy(bytes, bytes.length - 20);
    rmSync(file, { force: true });
    writeFileSync(file, bytes);
    const seen = await scanTarget(repository.path, { mode: 'history' });
    for (let index = 0; index < 5; index += 1) expect(await seen.resolve(`content ${index}`)).toMatchObject([{ kind: 'commit', path: 'f' }]);
  });

  it('whose index names paths outside the tree is told so and reads none of them', async () => {
    const repository = buildRepository();
    repository.commit({ aaa: 'x' });
    const outside = join(repository.path, '../outside');
    writeFileSync(outside, 'OUTSIDE');
    const { readFileSync } = await import('node:fs');
    const { createHash } = await import('node:crypto');
    repository.commit({ 'xx/outside': 'inner' });
    const index = join(repository.path, '.git/index');
    const bytes = readFileSync(index);
    const at = bytes.indexOf('xx/outside');
    bytes.write('../outside', at, 'latin1');
    const body = bytes.subarray(0, -20);
    writeFileSync(index, Buffer.concat([body, createHash('sha1').update(body).digest()]));
    const seen = await scanTarget(repository.path);
    expect(seen.blobs.map(({ text }) => text)).not.toContain('OUTSIDE');
    expect(seen.skipped('unreadable').map(({ what }) => what)).toContain('../outside');
  });

  it('whose git files are pipes is refused before git would wait for ever', async () => {
    for (const name of ['index', 'config', 'packed-refs']) {
      const repository = buildRepository();
      repository.commit({ a: 'x' });
      rmSync(join(repository.path, '.git', name), { force: true });
      execFileSync('mkfifo', [join(repository.path, '.git', name)]);
      await expect(scanTarget(repository.path)).rejects.toMatchObject({ code: 'REPOSITORY_HOSTILE' });
    }
  });

  it('whose .gitignore is a pipe is refused instead of waited for', async () => {
    const repository = buildRepository();
    repository.commit({ 'deep/er/a': 'x' });
    execFileSync('mkfifo', [join(repository.path, 'deep/.gitignore')]);
    await expect(scanTarget(repository.path)).rejects.toMatchObject({ code: 'REPOSITORY_HOSTILE' });
    await expect(scanTarget(join(repository.path, 'deep/er'))).rejects.toMatchObject({ code: 'REPOSITORY_HOSTILE' });
  });

  it('with a .git that is none is a plain folder', async () => {
    for (const make of [(path: string): void => void mkdirSync(path), (path: string): void => writeFileSync(path, 'gitdir: ../nowhere\n'), (path: string): void => symlinkSync('.git', path)]) {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'f'), 'x');
      make(join(folder, '.git'));
      const seen = await scanTarget(folder);
      expect(seen.paths).toContain('f');
      expect(seen.planned.repository).toBeUndefined();
    }
  });

  it('gets nothing of the caller’s git environment', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'x\n' });
    const other = buildRepository();
    other.commit({ b: 'y\n' });
    const environment = { PATH: process.env['PATH'], GIT_DIR: join(other.path, '.git'), GIT_WORK_TREE: other.path, GIT_TRACE: '1', GIT_EXTERNAL_DIFF: '/bin/false', GIT_INDEX_FILE: join(other.path, '.git/index'), GIT_OBJECT_DIRECTORY: '/nowhere' };
    expect((await scanTarget(repository.path, { environment })).paths).toEqual(['a']);
    expect((await scanTarget(repository.path, { environment, mode: 'history' })).blobs.map(({ text }) => text)).toContain('x\n');
  });
});
