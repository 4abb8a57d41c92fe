import { describe, expect, it } from 'vitest';
import { day, epochSeconds, instant, orNever, text, texts, words } from '../../../src/issuers/reading/fields.ts';
import { readJwtClaims } from '../../../src/issuers/reading/jwt-claims.ts';
import { readObject } from '../../../src/issuers/reading/json.ts';

describe('fields of an answer', () => {
  it.each<[unknown, string | undefined]>([
    ['2026-11-22T07:58:26Z', '2026-11-22T07:58:26.000Z'],
    ['2026-11-22T07:58:26.156475253Z', '2026-11-22T07:58:26.156Z'],
    ['2026-11-22T07:58:26+05:30', '2026-11-22T02:28:26.000Z'],
    ['2026-11-22 07:58:26-0500', '2026-11-22T12:58:26.000Z'],
    ['2026-11-22T07:58:26', undefined],
    ['2026-11-22', undefined],
    ['2026-13-45T00:00:00Z', undefined],
    ['tomorrow', undefined],
    [1795330706, undefined],
    [null, undefined],
  ])('instant(%j)', (value, expected) => {
    expect(instant(value)?.toISOString()).toBe(expected);
  });

  it.each<[unknown, string | undefined]>([
    [1795330706, '2026-11-22T06:58:26.000Z'],
    [1795330706.5, '2026-11-22T06:58:26.500Z'],
    [0, undefined],
    [-1, undefined],
    [1e20, undefined],
    [Number.NaN, undefined],
    ['1795330706', undefined],
  ])('epochSeconds(%j)', (value, expected) => {
    expect(epochSeconds(value)?.toISOString()).toBe(expected);
  });

  it('a day begins in UTC, null is never, absence is silence', () => {
    expect(day('2026-12-24')?.toISOString()).toBe('2026-12-24T00:00:00.000Z');
    expect(day('24.12.2026')).toBeUndefined();
    expect(orNever(null, day)).toBe('never');
    expect(orNever(undefined, day)).toBeUndefined();
  });

  it('texts and words', () => {
    expect([text('a'), text(''), text(7), text(Number.NaN), text({})]).toEqual(['a', undefined, '7', undefined, undefined]);
    expect([texts(['a', '', 3, 'b']), texts('a')]).toEqual([['a', 'b'], undefined]);
    expect([words('repo, read:org'), words('read write'), words(''), words(undefined)]).toEqual([['repo', 'read:org'], ['read', 'write'], [], undefined]);
  });
});

describe('bodies', () => {
  const read = (type: string | undefined, body: string): unknown => readObject({ status: 200, headers: type === undefined ? {} : { 'content-type': type }, body });

  it.each<[string | undefined, string, boolean]>([
    ['application/json', '{}', true],
    ['Application/JSON; charset=utf-8', '{}', true],
    ['application/problem+json', '{}', true],
    ['text/html', '{}', false],
    ['application/jsonp', '{}', false],
    ['text/plain', '{}', false],
    [undefined, '{}', false],
    ['application/json', '[]', false],
    ['application/json', 'null', false],
    ['application/json', '"x"', false],
    ['application/json', '{"a":', false],
    ['application/json', '', false],
    ['application/json', '['.repeat(500_000), false],
  ])('of type %s', (type, body, readable) => {
    expect(read(type, body) !== undefined).toBe(readable);
  });
});

describe('claims of a JWT', () => {
  const encode = (value: string): string => Buffer.from(value).toString('base64url');
  it.each([
    ['claims', `${encode('{}')}.${encode('{"iss":"a"}')}.c2ln`, { iss: 'a' }],
    ['an unsigned one', `${encode('{}')}.${encode('{"iss":"a"}')}.`, { iss: 'a' }],
    ['two parts', `${encode('{}')}.${encode('{}')}`, undefined],
    ['no JSON', `a.${encode('nope')}.b`, undefined],
    ['a list', `a.${encode('[]')}.b`, undefined],
    ['an enormous one', `a.${'A'.repeat(20_000)}.b`, undefined],
  ])('are read from %s', (_, token, expected) => {
    expect(readJwtClaims(token)).toEqual(expected);
  });
});
