import { describe, expect, it } from 'vitest';
import { readRetryAfter, readThrottling } from '../../../src/lib/http/retry-after.ts';

const now = new Date('2026-11-22T12:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['120', 120],
    [' 7 ', 7],
    ['99999999999', 86_400],
    ['999999999', 86_400],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['Sun, 22 Nov 2026 12:01:30 GMT', 90],
    ['Sunday, 22-Nov-26 12:01:30 GMT', 90],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    ['Sun, 22 Nov 2126 12:00:00 GMT', 86_400],
    [undefined, undefined],
  ])('%s is %s seconds', (value, seconds) => {
    expect(readRetryAfter(value, now)).toBe(seconds);
  });
});

describe('throttling', () => {
  const at = String(now.getTime() / 1000 + 40);
  it.each([
    [429, {}, {}],
    [429, { 'retry-after': '3' }, { retryAfterSeconds: 3 }],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': at }, { retryAfterSeconds: 40 }],
    [403, { 'retry-after': '9' }, { retryAfterSeconds: 9 }],
    [403, { 'x-ratelimit-remaining': '12' }, undefined],
    [503, { 'retry-after': '5' }, { retryAfterSeconds: 5 }],
    [503, {}, undefined],
    [200, { 'retry-after': '5' }, undefined],
  ])('%i with %j is %j', (status, headers, expected) => {
    expect(readThrottling({ status, headers: headers as Record<string, string>, body: '' }, now)).toEqual(expected);
  });
});
