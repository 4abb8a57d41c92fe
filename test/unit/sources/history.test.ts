import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packTar } from 'modern-tar';
import { findGit } from '../../../src/sources/git/executable.ts';
import { buildRepository, removeFolders, temporaryFolder, type BuiltRepository } from './build-repository.ts';
import { scanTarget, type Seen } from './scan-target.ts';

afterAll(removeFolders);

const history = { mode: 'history' } as const;
const scanHistory = (repository: BuiltRepository): Promise<Seen> => scanTarget(repository.path, history);
const objectFile = (repository: BuiltRepository, oid: string): string => join(repository.path, '.git/objects', oid.slice(0, 2), oid.slice(2));

describe('history', () => {
  it('finds what was deleted, once, with all its paths and the commits that brought it there', async () => {
    const repository = buildRepository();
    repository.commit({ keep: 'x\n' });
    const first = repository.commit({ 'config/a': 'DELETED\n' });
    const second = repository.commit({ 'backup/b': 'DELETED\n' });
    repository.git('rm', '--quiet', '-r', 'config', 'backup');
    repository.commit();
    const blob = repository.git('rev-parse', `${first}:config/a`);
    const seen = await scanHistory(repository);
    expect(seen.blobs.filter(({ text }) => text === 'DELETED\n')).toHaveLength(1);
    const common = { kind: 'commit', blob, author: 'Ada Author <ada@example.com>', reachable: true };
    expect(await seen.resolve('DELETED')).toEqual([
      { ...common, path: 'backup/b', commit: second, committedAt: '2026-01-01T00:03:00Z' },
      { ...common, path: 'config/a', commit: first, committedAt: '2026-01-01T00:02:00Z' },
    ]);
    expect(seen.counts.planned).toMatchObject({ commits: 4, blobs: 2 });
    expect(seen.counts.scanned).toEqual(seen.counts.planned);
    expect(seen.skips).toEqual([]);
  });

  it('is read by a git that knows no commands in bulk, too', async () => {
    const repository = buildRepository();
    for (let index = 0; index < 5; index += 1) repository.commit({ [`f${index}`]: `TEXT ${index}\n` });
    const folder = temporaryFolder();
    const asked = join(folder, 'asked');
    writeFileSync(join(folder, 'git'), `#!/bin/sh\ncase " $* " in *--batch-command*) echo once >> '${asked}'; echo 'error: unknown option' >&2; exit 129;; esac\nexec git "$@"\n`, { mode: 0o755 });
    const environment = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
    writeFileSync(join(folder, 'git'), readFileSync(join(folder, 'git'), 'utf8').replace('exec git', `exec ${findGit(process.env, folder)}`));
    const seen = await scanTarget(repository.path, { ...history, environment });
    expect(seen.blobs.map(({ text }) => text).filter((text) => text.startsWith('TEXT'))).toHaveLength(5);
    expect(seen.skips).toEqual([]);
    expect(readFileSync(asked, 'utf8')).toBe('once\n');
  });

  it('reads commit and tag texts, and tells whose they are', async () => {
    const repository = buildRepository();
    const commit = repository.commit({ a: 'x' }, 'subject\n\nSECRET-IN-MESSAGE');
    repository.git('tag', '--annotate', '--message', 'SECRET-IN-TAG', 'v1');
    const tag = repository.git('rev-parse', 'v1');
    const seen = await scanHistory(repository);
    expect(await seen.resolve('SECRET-IN-MESSAGE')).toEqual([{ kind: 'message', object: commit, objectType: 'commit' }]);
    expect(await seen.resolve('SECRET-IN-TAG')).toEqual([{ kind: 'message', object: tag, objectType: 'tag' }]);
    expect(seen.at(`tag/${tag.slice(0, 12)}`).text).toBe('tag v1\ntagger Cy Committer <cy@example.com> 1767225660 +0000\n\nSECRET-IN-TAG\n');
    expect(seen.at(`commit/${commit.slice(0, 12)}`).text).not.toMatch(/tree|parent/);
  });

  it('reaches the stash, the reflog, the index, detached HEADs and trees that only a tag names', async () => {
    const repository = buildRepository();
    repository.commit({ f: 'base\n' });
    repository.write('f', 'STASHED\n').git('stash');
    const dropped = repository.commit({ g: 'AMENDED AWAY\n' });
    repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    repository.git('checkout', '--quiet', '--detach');
    repository.commit({ h: 'ON DETACHED HEAD\n' });
    repository.git('checkout', '--quiet', 'main');
    repository.write('i', 'ONLY IN INDEX\n').git('add', 'i');
    const blob = repository.gitWith({ input: 'IN A NAMED TREE\n' }, 'hash-object', '-w', '--stdin');
    const tree = repository.gitWith({ input: `100644 blob ${blob}\tdeep file\n` }, 'mktree');
    repository.git('tag', 'tree', tree);
    const lone = repository.gitWith({ input: 'A NAMED BLOB\n' }, 'hash-object', '-w', '--stdin');
    repository.git('tag', '--annotate', '--message', 'm', 'blob', lone);
    const seen = await scanHistory(repository);
    expect(await seen.resolve('STASHED')).toMatchObject([{ path: 'f', reachable: true }]);
    expect(await seen.resolve('AMENDED AWAY')).toMatchObject([{ path: 'g', commit: dropped, reachable: true }]);
    expect(await seen.resolve('ON DETACHED HEAD')).toMatchObject([{ path: 'h', reachable: true }]);
    expect(await seen.resolve('ONLY IN INDEX')).toEqual([{ kind: 'commit', blob: repository.git('rev-parse', ':i'), path: 'i', reachable: true }]);
    expect(await seen.resolve('IN A NAMED TREE')).toMatchObject([{ path: 'deep file', reachable: true }]);
    expect(await seen.resolve('A NAMED BLOB')).toMatchObject([{ path: 'refs/tags/blob', reachable: true }]);
    expect(seen.skips).toEqual([]);
  });

  it('marks what nothing leads to', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'x' });
    const blob = repository.gitWith({ input: 'DANGLING\n' }, 'hash-object', '-w', '--stdin');
    const seen = await scanHistory(repository);
    expect(await seen.resolve('DANGLING')).toEqual([{ kind: 'commit', blob, path: `(unreachable blob ${blob.slice(0, 12)})`, reachable: false }]);
  });

  it('finds path and commit of what only a lost commit holds', async () => {
    const repository = buildRepository();
    const root = repository.commit({ a: 'x' });
    const lost = repository.commit({ 'conf/app.env': 'LOST\n' });
    repository.git('reset', '--quiet', '--hard', root);
    repository.git('reflog', 'expire', '--expire=now', '--all');
    const seen = await scanHistory(repository);
    expect(await seen.resolve('LOST')).toMatchObject([{ kind: 'commit', path: 'conf/app.env', commit: lost, author: 'Ada Author <ada@example.com>', reachable: false }]);
  });

  it('credits a merge only with what none of its parents has', async () => {
    const repository = buildRepository();
    repository.commit({ f: 'base\n' });
    repository.git('checkout', '--quiet', '-b', 'side');
    const side = repository.commit({ side: 'FROM SIDE\n' });
    repository.git('checkout', '--quiet', 'main');
    repository.commit({ main: 'x\n' });
    repository.git('merge', '--quiet', '--no-commit', '--no-ff', 'side');
    const merge = repository.commit({ evil: 'FROM MERGE\n' }, 'merge');
    const seen = await scanHistory(repository);
    expect(await seen.resolve('FROM SIDE')).toMatchObject([{ commit: side }]);
    expect(await seen.resolve('FROM MERGE')).toMatchObject([{ commit: merge }]);
  });

  it('is the same from packs, alternates, a bare clone and sha256 objects', async () => {
    const repository = buildRepository();
    for (let index = 0; index < 5; index += 1) repository.commit({ f: `${'padding '.repeat(200)}version ${index}\n` });
    const loose = await scanHistory(repository);
    repository.git('gc', '--quiet', '--prune=now');
    repository.git('pack-refs', '--all');
    const packed = await scanHistory(repository);
    const shared = join(temporaryFolder(), 'shared');
    repository.git('clone', '--quiet', '--shared', '--no-checkout', repository.path, shared);
    const bare = join(temporaryFolder(), 'bare.git');
    repository.git('clone', '--quiet', '--bare', repository.path, bare);
    const texts = (seen: Seen): readonly string[] => seen.blobs.map(({ text }) => text).sort();
    expect(texts(packed)).toEqual(texts(loose));
    expect(texts(await scanTarget(shared, history))).toEqual(texts(loose));
    // A bare repository has no work tree to scan: its default is its history.
    const fromBare = await scanTarget(bare);
    expect(texts(fromBare)).toEqual(texts(loose));
    expect(await fromBare.resolve('version 3')).toMatchObject([{ path: 'f', commit: repository.git('rev-parse', 'main~1') }]);
    const sha256 = buildRepository('--object-format=sha256');
    sha256.commit({ f: 'IN SHA256\n' });
    expect(await (await scanHistory(sha256)).resolve('IN SHA256')).toMatchObject([{ path: 'f', commit: sha256.git('rev-parse', 'HEAD') }]);
  });

  it('of a repository without commits is empty and complete', async () => {
    const seen = await scanHistory(buildRepository());
    expect(seen.counts.planned).toEqual({ files: 0, blobs: 0, commits: 0, bytes: 0 });
    expect(seen.skips).toEqual([]);
  });

  it('of a shallow clone is a gap', async () => {
    const repository = buildRepository();
    for (const name of ['one', 'two', 'three']) repository.commit({ f: `${name}\n` });
    const clone = join(temporaryFolder(), 'clone');
    repository.git('clone', '--quiet', '--depth', '1', `file://${repository.path}`, clone);
    const seen = await scanTarget(clone, history);
    expect(seen.skips.map(({ reason, count }) => [reason, count])).toEqual([['shallow', 1]]);
    expect(await seen.resolve('three')).toMatchObject([{ path: 'f', reachable: true }]);
  });

  it('of a partial clone counts the promised blobs, and fetches none', async () => {
    const repository = buildRepository();
    repository.git('config', 'uploadpack.allowFilter', 'true');
    repository.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    repository.commit({ a: 'one\n', b: 'two\n' });
    repository.commit({ a: 'three\n' });
    const clone = join(temporaryFolder(), 'clone');
    repository.git('clone', '--quiet', '--no-checkout', '--filter=blob:none', `file://${repository.path}`, clone);
    const seen = await scanTarget(clone, history);
    expect(seen.blobs.filter(({ origin }) => origin.kind === 'commit')).toEqual([]);
    expect(seen.skipped('promised-object').map(({ count }) => count)).toEqual([3]);
    const range = await scanTarget(clone, { mode: 'range', range: 'HEAD~1..HEAD' });
    expect(range.skipped('promised-object').map(({ what }) => what)).toEqual(['a']);
    expect((await scanTarget(clone, history)).skipped('promised-object').map(({ count }) => count)).toEqual([3]);
  });

  it('says when objects are missing that no list of objects would show', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'here\n', b: 'gone\n' });
    rmSync(objectFile(repository, repository.git('rev-parse', ':b')));
    const seen = await scanHistory(repository);
    expect(seen.skipped('missing-object').map(({ count }) => count)).toEqual([1]);
    expect(seen.blobs.map(({ text }) => text)).toContain('here\n');
  });

  it('says when a commit is missing, and still scans the rest', async () => {
    const repository = buildRepository();
    const first = repository.commit({ a: 'first\n' });
    repository.commit({ a: 'second\n' });
    rmSync(objectFile(repository, first));
    const seen = await scanHistory(repository);
    expect(seen.skipped('missing-object').length).toBeGreaterThan(0);
    expect(seen.blobs.map(({ text }) => text)).toContain('first\n');
    expect(await seen.resolve('second')).toHaveLength(1);
  });

  it('says which objects are damaged, and reads all the others', async () => {
    const repository = buildRepository();
    const names = Array.from({ length: 20 }, (_, index) => `f${String(index).padStart(2, '0')}`);
    repository.commit(Object.fromEntries(names.map((name) => [name, `${name} `.repeat(3000)])));
    for (const name of ['f03', 'f11']) {
      const file = objectFile(repository, repository.git('rev-parse', `:${name}`));
      const { size } = statSync(file);
      rmSync(file);
      writeFileSync(file, Buffer.alloc(size, 7));
    }
    const broken = ['f03', 'f11'].map((name) => repository.git('rev-parse', `:${name}`));
    const seen = await scanHistory(repository);
    const read = names.filter((name) => seen.blobs.some(({ text }) => text.startsWith(`${name} `)));
    expect(read).toEqual(names.filter((name) => name !== 'f03' && name !== 'f11'));
    for (const oid of broken) expect(JSON.stringify(seen.skipped('missing-object'))).toContain(oid);
  });

  it('says what an object that ends too early was', async () => {
    const repository = buildRepository();
    const whole = Array.from({ length: 30_000 }, (_, index) => `${index * 7919} `).join('');
    repository.commit({ big: whole, other: 'other\n' });
    const oid = repository.git('rev-parse', ':big');
    const file = objectFile(repository, oid);
    const { readFileSync } = await import('node:fs');
    const bytes = readFileSync(file);
    rmSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length >> 1));
    const seen = await scanHistory(repository);
    expect(seen.blobs.map(({ text }) => text)).toContain('other\n');
    expect(seen.skipped('missing-object').some(({ what }) => what === `blob ${oid}`)).toBe(true);
    expect(seen.counts.scanned.blobs).toBeLessThan(seen.counts.planned.blobs);
  });

  it('unpacks archives in it and knows their paths', async () => {
    const repository = buildRepository();
    repository.commit({ 'lib/a.tar': await packTar([{ header: { name: 'inner', size: 7, mtime: new Date(0) }, body: 'MEMBER\n' }]) });
    repository.git('rm', '--quiet', 'lib/a.tar');
    repository.commit();
    const seen = await scanHistory(repository);
    expect(await seen.resolve('MEMBER')).toMatchObject([{ kind: 'member', path: 'inner', archive: { kind: 'commit', path: 'lib/a.tar', reachable: true } }]);
  });

  it('may be narrowed to a folder, by globs and by a cap', async () => {
    const repository = buildRepository();
    repository.commit({ 'in/a': 'WANTED\n', 'out/b': 'OUTSIDE\n', 'in/docs/c': 'EXCLUDED\n', 'in/big': 'b'.repeat(5000) });
    const seen = await scanTarget(join(repository.path, 'in'), { ...history, ignore: ['in/docs/**'], maxFileBytes: 1000 });
    expect(await seen.resolve('WANTED')).toHaveLength(1);
    expect(await seen.resolve('OUTSIDE')).toEqual([]);
    expect(await seen.resolve('EXCLUDED')).toEqual([]);
    expect(seen.skipped('too-large').map(({ bytes }) => bytes)).toEqual([5000]);
    expect(seen.blobs.some(({ origin }) => origin.kind === 'message')).toBe(false);
  });

  it('tells which of the paths still exist, and a file to point at for the rest', async () => {
    const repository = buildRepository();
    repository.commit({ 'README.md': 'r', 'a.txt': 'STILL HERE\n', gone: 'GONE\n' }, 'IN MESSAGE');
    repository.git('rm', '--quiet', 'gone');
    repository.commit();
    const bare = join(temporaryFolder(), 'bare.git');
    repository.git('clone', '--quiet', '--bare', repository.path, bare);
    for (const path of [repository.path, bare]) {
      const seen = await scanTarget(path, history);
      const hits = seen.blobs.filter(({ text }) => /STILL HERE|GONE|IN MESSAGE/.test(text)).map(({ origin }) => ({ origin, region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 } }));
      expect(hits).toHaveLength(3);
      await seen.planned.resolve(hits);
      expect(seen.planned.tree).toEqual({ existing: new Set(['a.txt']), fallback: 'README.md' });
    }
  });
});
