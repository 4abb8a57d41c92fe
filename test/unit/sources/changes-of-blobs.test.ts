import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { changesOfBlobs } from '../../../src/sources/plan/changes-of-blobs.ts';
import { BuiltRepository, removeFolders, temporaryFolder } from './build-repository.ts';

afterAll(removeFolders);

/** More commits than one git is given. */
const COMMITS = 9000;

/** A line of commits of which each has the same text at the same path as the one before, but for every thousandth. */
function longLine(): BuiltRepository {
  const repository = new BuiltRepository(`${temporaryFolder()}/long`);
  const stream: string[] = [];
  for (let index = 0; index < COMMITS; index += 1) {
    const content = `text ${Math.floor(index / 1000) % 3}\n`;
    stream.push(`commit refs/heads/main\ncommitter A Person <person@example.com> ${1_600_000_000 + index} +0000\ndata 0\n`, `M 100644 inline f${Math.floor(index / 3000)}\ndata ${content.length}\n${content}\n`);
  }
  repository.gitWith({ input: stream.join('') }, 'fast-import', '--quiet');
  return repository;
}

describe('changes of blobs', () => {
  it('are told in the order of the commits, whichever git is ready first', async () => {
    const repository = longLine();
    const commits = repository.git('rev-list', '--reverse', 'main').split('\n');
    const blobs = new Set(['0', '1', '2'].map((text) => repository.gitWith({ input: `text ${text}\n` }, 'hash-object', '--stdin')));
    const expected = Array.from({ length: COMMITS / 1000 }, (_, index) => ({ blob: [...blobs][index % 3], path: `f${Math.floor(index / 3)}`, commit: commits[index * 1000] }));
    const context = { repository: { gitDir: `${repository.path}/.git`, workTree: repository.path }, environment: { PATH: process.env['PATH'] ?? '' } };
    const seen = await changesOfBlobs(context, blobs, Readable.from(`${commits.join('\n')}\n`));
    expect(seen).toEqual({ changes: expected, isWhole: true });
    // With more blobs than git is named, all changes are read and looked through.
    const more = new Set([...blobs, ...Array.from({ length: 1000 }, (_, index) => index.toString(16).padStart(40, '0'))]);
    expect(await changesOfBlobs(context, more, Readable.from(`${commits.join('\n')}\n`))).toEqual(seen);
  });

  it('are the same with names and without where merges resolve conflicts', async () => {
    const repository = new BuiltRepository(`${temporaryFolder()}/merges`);
    repository.commit({ f: 'base\n', g: 'base\n' });
    repository.git('checkout', '--quiet', '-b', 'side');
    repository.commit({ f: 'side\n', g: 'same\n' });
    repository.git('checkout', '--quiet', 'main');
    repository.commit({ f: 'main\n', g: 'other\n' });
    repository.git('merge', '--quiet', '--no-commit', '--no-ff', '-s', 'ours', 'side');
    const merge = repository.commit({ f: 'both\n', g: 'same\n' }, 'merge');
    const commits = repository.git('rev-list', '--reverse', 'main').split('\n');
    const nameOf = (text: string): string => repository.gitWith({ input: text }, 'hash-object', '--stdin');
    const blobs = new Set(['both\n', 'same\n', 'side\n'].map(nameOf));
    const context = { repository: { gitDir: `${repository.path}/.git`, workTree: repository.path }, environment: { PATH: process.env['PATH'] ?? '' } };
    const list = (): Readable => Readable.from(`${commits.join('\n')}\n`);
    const seen = await changesOfBlobs(context, blobs, list());
    expect(seen.changes.filter(({ commit }) => commit === merge)).toEqual([{ blob: nameOf('both\n'), path: 'f', commit: merge }]);
    expect(seen.changes).toHaveLength(3);
    expect(await changesOfBlobs(context, new Set([...blobs, ...Array.from({ length: 1000 }, (_, index) => index.toString(16).padStart(40, '0'))]), list())).toEqual(seen);
  });
});
