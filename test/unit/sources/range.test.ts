import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildRepository, removeFolders, temporaryFolder, type BuiltRepository } from './build-repository.ts';
import { scanTarget, type Seen } from './scan-target.ts';

afterAll(removeFolders);

const scanRange = (repository: BuiltRepository | string, range: string): Promise<Seen> => scanTarget(typeof repository === 'string' ? repository : repository.path, { mode: 'range', range });

describe('a range', () => {
  it('is the new blobs of its commits, each once, and the words of the commits', async () => {
    const repository = buildRepository();
    repository.commit({ base: 'base\n' });
    const first = repository.commit({ a: 'same\n' }, 'first message');
    repository.commit({ b: 'same\n', base: 'base\nmore\n' }, 'second message');
    const seen = await scanRange(repository, 'main~2..main');
    expect(seen.blobs.filter(({ origin }) => origin.kind === 'commit').map(({ path }) => path)).toEqual(['a', 'base']);
    expect(seen.counts.planned).toMatchObject({ commits: 2, blobs: 2 });
    expect(seen.counts.scanned).toEqual(seen.counts.planned);
    const text = seen.at(`commit/${first.slice(0, 12)}`).text;
    expect(text).toBe('author Ada Author <ada@example.com> 1767225720 +0000\ncommitter Cy Committer <cy@example.com> 1767225720 +0000\n\nfirst message\n');
  });

  it('keeps a hit under every path where a line of it was added, with the commit that did so', async () => {
    const repository = buildRepository();
    repository.commit({ base: 'x\n' });
    const first = repository.commit({ a: 'SECRET\n' });
    const second = repository.commit({ 'copy/b': 'SECRET\n' });
    const seen = await scanRange(repository, 'main~2..main');
    expect(await seen.resolve('SECRET')).toEqual([
      { kind: 'commit', blob: repository.git('rev-parse', ':a'), path: 'a', commit: first, author: 'Ada Author <ada@example.com>', committedAt: '2026-01-01T00:02:00Z', reachable: true },
      { kind: 'commit', blob: repository.git('rev-parse', ':a'), path: 'copy/b', commit: second, author: 'Ada Author <ada@example.com>', committedAt: '2026-01-01T00:03:00Z', reachable: true },
    ]);
  });

  it('drops hits on lines that were there before, and keeps lines that were added and removed again', async () => {
    const repository = buildRepository();
    repository.commit({ f: 'OLD\n' });
    repository.commit({ f: 'OLD\nBRIEF\n' });
    repository.commit({ f: 'OLD\nLAST\n' });
    const seen = await scanRange(repository, 'main~2..main');
    const holding = seen.blobs.filter(({ text }) => text.startsWith('OLD'));
    expect(holding).toHaveLength(2);
    const hits = holding.map(({ origin }) => ({ origin, region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 4 } }));
    expect(await seen.planned.resolve(hits)).toEqual([[], []]);
    expect(await seen.resolve('BRIEF')).toHaveLength(1);
    expect(await seen.resolve('LAST')).toHaveLength(1);
  });

  it('holds merges against each of their parents', async () => {
    const repository = buildRepository();
    repository.commit({ f: 'base\n' });
    repository.git('checkout', '--quiet', '-b', 'side');
    repository.commit({ side: 'SIDE\n' });
    repository.git('checkout', '--quiet', 'main');
    const main = repository.commit({ main: 'x\n' });
    repository.git('merge', '--quiet', '--no-commit', '--no-ff', 'side');
    repository.commit({ evil: 'ONLY IN THE MERGE\n' }, 'merge');
    const seen = await scanRange(repository, `${main}..main`);
    expect(await seen.resolve('ONLY IN THE MERGE')).toHaveLength(1);
    expect((await seen.resolve('SIDE')).map((origin) => 'path' in origin && origin.path)).toEqual(['side']);
  });

  it('reaches the root commit and names that git would quote', async () => {
    const repository = buildRepository();
    const root = repository.commit({ 'a\nb "c" ü': 'ROOT\nline\n' });
    repository.commit({ 'a\nb "c" ü': 'ROOT\nline\nNEXT\n' });
    repository.git('checkout', '--quiet', '--orphan', 'fresh');
    repository.commit({ alone: 'ALONE\n' });
    const seen = await scanRange(repository, 'main..fresh');
    expect(await seen.resolve('ALONE')).toHaveLength(1);
    const next = await scanRange(repository, `${root}..main`);
    expect(await next.resolve('NEXT')).toMatchObject([{ path: 'a\nb "c" ü' }]);
    expect(await next.resolve('ROOT')).toEqual([]);
  });

  it('of a commit to itself is nothing, and complete', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'x' });
    const seen = await scanRange(repository, 'main..HEAD');
    expect(seen.counts.planned).toEqual({ files: 0, blobs: 0, commits: 0, bytes: 0 });
    expect(seen.skips).toEqual([]);
  });

  it('without commits between different ends is a gap', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'x' });
    repository.commit({ a: 'y' });
    const seen = await scanRange(repository, 'main..main~1');
    expect(seen.skips.map(({ what, reason }) => [what, reason])).toEqual([['main..main~1', 'empty-range']]);
  });

  it('from a commit that is not here is a gap', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'x' });
    const seen = await scanRange(repository, `${'1234567890'.repeat(4)}..main`);
    expect(seen.skips.map(({ reason }) => reason)).toEqual(['missing-commit']);
    expect((await scanRange(repository, `${'0'.repeat(40)}..main`)).skips.map(({ reason }) => reason)).toEqual(['missing-commit']);
  });

  it.each([
    ['main...side', 'RANGE_MALFORMED'],
    ['main', 'RANGE_MALFORMED'],
    ['..main', 'RANGE_MALFORMED'],
    ['main..', 'RANGE_MALFORMED'],
    ['a..b..c', 'RANGE_MALFORMED'],
    ['', 'RANGE_MALFORMED'],
    [' ..main', 'REVISION_UNKNOWN'],
    ['--output=/tmp/x..main', 'REVISION_UNKNOWN'],
    ['main..--all', 'REVISION_UNKNOWN'],
    ['main..HEAD:a', 'REVISION_UNKNOWN'],
    ['^main..main', 'REVISION_UNKNOWN'],
  ])('written as "%s" is an error', async (range, code) => {
    const repository = buildRepository();
    repository.commit({ a: 'x' });
    await expect(scanRange(repository, range)).rejects.toMatchObject({ code });
  });

  it.each(['nowhere..main', 'main..1234567', 'HEAD~7..main', 'origin/nope..HEAD', 'v1.2^{commit}..main', `${'a1'.repeat(20)}..main`])('to or from a name that leads to no commit here is a gap: %s', async (range) => {
    const repository = buildRepository();
    repository.commit({ a: 'x' });
    const seen = await scanRange(repository, range);
    expect(seen.skips).toMatchObject([{ what: range, reason: 'missing-commit' }]);
    expect(seen.blobs).toEqual([]);
  });

  it('of a shallow clone that names a commit before its edge is a gap', async () => {
    const repository = buildRepository();
    for (const name of ['one', 'two', 'three', 'four']) repository.commit({ f: `${name}\n` });
    const clone = join(temporaryFolder(), 'clone');
    repository.git('clone', '--quiet', '--depth', '2', `file://${repository.path}`, clone);
    expect((await scanRange(clone, 'HEAD~3..HEAD')).skips).toMatchObject([{ what: 'HEAD~3..HEAD', reason: 'missing-commit' }]);
  });

  it('is told without the token that stands in the place of a revision', async () => {
    const repository = buildRepository();
    repository.commit({ a: 'x' });
    const token = `ghp_${'x9Y'.repeat(12)}`;
    expect(JSON.stringify((await scanRange(repository, `${token}..main`)).skips)).not.toContain(token.slice(4, 16));
  });

  it('that needs more than a shallow clone holds is a gap, and what it holds is no gap', async () => {
    const repository = buildRepository();
    for (const name of ['one', 'two', 'three', 'four']) repository.commit({ f: `${name}\n` });
    const root = repository.git('rev-parse', 'main~3');
    const clone = join(temporaryFolder(), 'clone');
    repository.git('clone', '--quiet', '--depth', '2', `file://${repository.path}`, clone);
    expect((await scanRange(clone, 'HEAD~1..HEAD')).skips).toEqual([]);
    expect((await scanRange(clone, `${root}..HEAD`)).skips.map(({ reason }) => reason)).toEqual(['missing-commit']);
    expect((await scanTarget(clone)).skips).toEqual([]);
    const other = repository.git('commit-tree', '-m', 'elsewhere', 'main~3^{tree}');
    repository.git('tag', 'elsewhere', other);
    repository.gitWith({}, '-C', clone, 'fetch', '--quiet', '--depth', '1', 'origin', 'tag', 'elsewhere');
    const seen = await scanRange(clone, 'elsewhere..HEAD');
    expect(seen.skips.map(({ reason, count }) => [reason, count])).toEqual([['shallow', 1]]);
    expect(seen.counts.scanned.commits).toBe(2);
  });

  it('says which blobs are missing, promised or damaged', async () => {
    const repository = buildRepository();
    repository.commit({ base: 'x\n' });
    repository.commit({ gone: 'gone\n', broken: 'broken\n', here: 'here\n' });
    const pathOfObject = (name: string): string => {
      const oid = repository.git('rev-parse', `:${name}`);
      return join(repository.path, '.git/objects', oid.slice(0, 2), oid.slice(2));
    };
    rmSync(pathOfObject('gone'));
    const seen = await scanRange(repository, 'main~1..main');
    expect(seen.skipped('missing-object').map(({ what }) => what)).toEqual(['gone']);
    expect(seen.blobs.map(({ text }) => text)).toContain('here\n');
  });

  it('may be narrowed to a folder and by globs, and a blob that is also elsewhere is found there', async () => {
    const repository = buildRepository();
    repository.commit({ base: 'x\n' });
    repository.commit({ 'docs/sample': 'SAME\n', 'src/code': 'SAME\n', 'other/x': 'X\n' });
    const globbed = await scanTarget(repository.path, { mode: 'range', range: 'main~1..main', ignore: ['docs/'] });
    expect((await globbed.resolve('SAME')).map((origin) => 'path' in origin && origin.path)).toEqual(['src/code']);
    expect(globbed.skips).toEqual([{ what: 'docs/', reason: 'excluded-glob', count: 1, bytes: 5 }]);
    const narrow = await scanTarget(join(repository.path, 'other'), { mode: 'range', range: 'main~1..main' });
    expect(narrow.blobs.filter(({ origin }) => origin.kind === 'commit').map(({ path }) => path)).toEqual(['other/x']);
  });

  it('works with sha256 object names', async () => {
    const repository = buildRepository('--object-format=sha256');
    repository.commit({ a: 'one\n' });
    repository.commit({ a: 'one\ntwo\n' });
    const seen = await scanRange(repository, 'main~1..main');
    expect([await seen.resolve('one'), await seen.resolve('two')].map(({ length }) => length)).toEqual([0, 1]);
  });
});
