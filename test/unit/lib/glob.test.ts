import { describe, expect, it } from 'vitest';
import { nameMatcher, pathMatcher } from '../../../src/lib/glob.ts';

describe('nameMatcher', () => {
  it.each([
    ['*', '', true],
    ['a', 'a', true],
    ['a', 'ab', false],
    ['a', 'A', false],
    ['gitlab-*', 'gitlab-pat', true],
    ['gitlab-*', 'gitlab', false],
    ['*-pat', 'gitlab-pat', true],
    ['*-pat', 'gitlab-patx', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['ab*ba', 'aba', false],
    ['ab*ba', 'abba', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['?*', '', false],
    ['read:*', 'read:org', true],
    ['a.c', 'abc', false],
    ['**', 'anything', true],
  ])('%s and %s: %s', (pattern, name, fits) => expect(nameMatcher(pattern)(name)).toBe(fits));

  it('does not go back and forth over a long text', () => {
    const started = performance.now();
    expect(nameMatcher(`${'a*'.repeat(50)}b`)('a'.repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('pathMatcher', () => {
  it.each([
    ['secrets/**', 'secrets/a.env', true],
    ['secrets/**', 'secrets/deep/a.env', true],
    ['secrets/**', 'other/secrets/a.env', false],
    ['secrets/**', 'secrets-old/a.env', false],
    ['secrets/', 'x/secrets/a.env', true],
    ['*.env', 'deep/a.env', true],
    ['*.env', 'deep/a.ENV', false],
    ['/deploy', 'deploy/a', true],
    ['/deploy', 'x/deploy/a', false],
    ['deploy', '/deploy/a', true],
    ['deploy', './deploy/a', true],
    ['**', 'commit/abc', true],
    ['a/**', '../a/x', false],
    ['a', '', false],
    ['a', '/', false],
    ['new\nline', 'new\nline', true],
  ])('%j and %j: %s', (pattern, path, fits) => expect(pathMatcher(pattern)(path)).toBe(fits));
});
