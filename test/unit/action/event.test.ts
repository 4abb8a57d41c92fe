import { describe, expect, it } from 'vitest';
import { readTrigger } from '../../../src/action/event.ts';
import { pullRequest, push } from '../../github/workspace.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const NONE = '0'.repeat(40);
const RUNNER = { ref: 'refs/heads/main', sha: A };

describe('an event says what is read', () => {
  const group = { merge_group: { base_sha: A, head_sha: B, head_ref: 'refs/heads/gh-readonly-queue/main/pr-1' }, repository: { private: true } };
  const table: readonly (readonly [name: string, event: string, payload: unknown, extent: unknown])[] = [
    ['a pull request: what it adds to its base', 'pull_request', pullRequest({ base: A, head: B }), { kind: 'range', from: A, to: B }],
    ['a pull request of a fork', 'pull_request', pullRequest({ base: A, head: B, fork: true }), { kind: 'range', from: A, to: B }],
    ['pull_request_target, too', 'pull_request_target', pullRequest({ base: A, head: B }), { kind: 'range', from: A, to: B }],
    ['a push', 'push', push({ before: A, after: B }), { kind: 'range', from: A, to: B }],
    ['a force-push', 'push', push({ before: A, after: B, forced: true }), { kind: 'range', from: A, to: B }],
    ['the first push of all: history', 'push', push({ before: NONE, after: B }), { kind: 'history' }],
    ['the first push of a branch: what the default branch lacks', 'push', push({ before: NONE, after: B, ref: 'refs/heads/topic' }), { kind: 'new-branch', to: B, defaultBranch: 'main' }],
    ['a new tag', 'push', push({ before: NONE, after: B, ref: 'refs/tags/v1' }), { kind: 'new-branch', to: B, defaultBranch: 'main' }],
    ['a deleted branch: nothing', 'push', push({ before: A, after: NONE, deleted: true }), { kind: 'nothing', why: 'the ref was deleted' }],
    ['a merge group', 'merge_group', group, { kind: 'range', from: A, to: B }],
    ['a schedule: the tree', 'schedule', { schedule: '0 4 * * *' }, { kind: 'tree' }],
    ['workflow_dispatch: the tree', 'workflow_dispatch', { inputs: {} }, { kind: 'tree' }],
    ['an event nobody knows: the tree', 'sunrise', undefined, { kind: 'tree' }],
    ['a push that names no commits: the tree, which is more', 'push', { ref: 'refs/heads/main' }, { kind: 'tree' }],
    ['a pull request that names no commits: the tree', 'pull_request', { number: 1, pull_request: { base: {}, head: { sha: '--upload-pack=x' } } }, { kind: 'tree' }],
    ['a merge group that names no commits: the tree', 'merge_group', {}, { kind: 'tree' }],
  ];
  it.each(table)('%s', (_name, event, payload, extent) => {
    expect(readTrigger(event, payload, RUNNER).extent).toEqual(extent);
  });
});

describe('whom a pull request comes from', () => {
  it.each([
    ['its own repository', pullRequest({ base: A, head: B }), false],
    ['a fork', pullRequest({ base: A, head: B, fork: true }), true],
    ['a repository that is gone', { number: 7, pull_request: { number: 7, base: { sha: A, repo: { id: 1 } }, head: { sha: B, repo: null } } }, true],
    ['nobody knows', { number: 7, pull_request: { number: 7, base: { sha: A }, head: { sha: B } } }, true],
    ['a name that only looks like its own', { number: 7, pull_request: { number: 7, base: { sha: A, repo: { full_name: 'o/r' } }, head: { sha: B, repo: { full_name: 'o/R' } } } }, true],
  ])('%s', (_name, payload, isFork) => {
    expect(readTrigger('pull_request', payload, RUNNER).pullRequest?.isFork).toBe(isFork);
  });
});

describe('who may read it', () => {
  it.each([
    [{ repository: { private: true } }, false],
    [{ repository: { private: false } }, true],
    [{ repository: { private: 'true' } }, true],
    [{}, true],
    [undefined, true],
  ])('%j', (payload, isPublic) => {
    expect(readTrigger('schedule', payload, RUNNER).isPublic).toBe(isPublic);
  });
});

describe('the ref of code scanning', () => {
  it('is one that GitHub takes, or none', () => {
    expect(readTrigger('pull_request', pullRequest({ base: A, head: B, number: 12 }), RUNNER)).toMatchObject({ ref: 'refs/pull/12/head', commit: B });
    expect(readTrigger('push', push({ before: A, after: B, ref: 'refs/tags/v1' }), RUNNER)).toMatchObject({ ref: 'refs/tags/v1', commit: B });
    expect(readTrigger('schedule', {}, { ref: 'main', sha: 'x' })).not.toHaveProperty('ref');
    expect(readTrigger('schedule', {}, { ref: 'main', sha: 'x' })).not.toHaveProperty('commit');
  });
});
