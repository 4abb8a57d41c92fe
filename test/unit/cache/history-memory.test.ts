import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { buildRepository, type BuiltRepository, removeFolders, temporaryFolder } from '../sources/build-repository.ts';
import { run, token, type Told } from './audit-run.ts';

afterAll(removeFolders);

/** The seal at the end of a file of the cache, whose bytes may be anything. */
const SHA256_BYTES = 32;

let repository: BuiltRepository;
let stateDir = '';
beforeEach(() => {
  repository = buildRepository();
  stateDir = join(temporaryFolder(), 'state');
});

const scan = (cached = true): Promise<Told> => run({ targets: [repository.path], source: { mode: 'history' }, ...(cached ? { cache: { stateDir } } : {}) });

/** The same with and without; and what it says. */
async function told(): Promise<{ readonly report: string; readonly exitCode: number }> {
  const without = await scan(false);
  for (const _time of [1, 2]) {
    const { report, exitCode } = await scan();
    expect(report).toBe(without.report);
    expect(exitCode).toBe(without.exitCode);
  }
  return without;
}

describe('a history that was walked before', () => {
  it('has all its places again: of merges, of several branches, of blobs under several paths', async () => {
    repository.commit({ 'a.txt': `token = ${token(1)}\n`, 'b.txt': 'b' });
    repository.git('checkout', '--quiet', '-b', 'side');
    repository.commit({ 'side.txt': `token = ${token(2)}\n`, 'copy.txt': `token = ${token(1)}\n` });
    repository.git('checkout', '--quiet', 'main');
    repository.commit({ 'b.txt': `token = ${token(2)}\n` });
    repository.git('merge', '--quiet', '--no-edit', 'side');
    expect((await told()).report).toContain('copy.txt');
    // What is new is found though the rest is known.
    repository.commit({ 'later.txt': `token = ${token(1)}\n` }, `message with ${token(3)}`);
    expect((await told()).report).toContain('later.txt');
    repository.git('branch', '--quiet', '--delete', '--force', 'side');
    repository.git('mv', 'a.txt', 'moved.txt');
    expect((await told()).report).toContain('later.txt');
  });

  it('tells of an object that is gone since', async () => {
    repository.commit({ 'a.txt': `token = ${token(1)}\n`, 'clean.txt': 'nothing here\n' });
    expect((await told()).exitCode).toBe(1);
    const oid = repository.git('rev-parse', 'HEAD:clean.txt');
    rmSync(join(repository.path, '.git', 'objects', oid.slice(0, 2), oid.slice(2)));
    const after = await told();
    expect(after.exitCode).toBe(3);
    expect(after.report).toContain('missing-object');
  });

  it('tells of what was missing from the start each time', async () => {
    repository.commit({ 'clean.txt': 'nothing here\n', 'other.txt': 'nor here\n' });
    const oid = repository.git('rev-parse', 'HEAD:clean.txt');
    rmSync(join(repository.path, '.git', 'objects', oid.slice(0, 2), oid.slice(2)));
    const { report, exitCode } = await told();
    expect(report).toContain('missing-object');
    expect(exitCode).toBe(3);
  });

  it('is kept in one file for each repository, which holds names of objects only', async () => {
    repository.commit({ [`${token(5)}.txt`]: `token = ${token(1)}\n` });
    for (let number = 0; number < 3; number += 1) {
      repository.commit({ 'x.txt': `${number}` });
      await scan();
    }
    const files = readdirSync(join(stateDir, 'cache')).map((name) => readFileSync(join(stateDir, 'cache', name), 'latin1'));
    const [facts, ...others] = files.filter((file) => file.startsWith('twfacts1'));
    expect(others).toEqual([]);
    const parsed = JSON.parse(facts?.slice('twfacts1'.length, -SHA256_BYTES) ?? '') as { readonly facts: unknown };
    expect(JSON.stringify(parsed.facts)).toMatch(/^\{"isWhole":true,"ends":\{"paths":\[[^\]]*\],"blobs":\[\]\}(?:,"areNamesClean":true)?,"places":\{"blobs":\[("[0-9a-f]{40}",?)+\],"commits":\[("[0-9a-f]{40}",?)+\]\}\}$/);
  });
});
