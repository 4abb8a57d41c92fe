import { describe, expect, it } from 'vitest';
import { convertPattern, NotConvertible, type Dialect } from '../../../../src/rules/import/convert-pattern.ts';

describe('an expression of another engine', () => {
  it.each<readonly [Dialect, string, string, string]>([
    ['re2', '(?i)acme[_-]?(?P<key>[a-z0-9]{32})(?:[\\x60\'"\\s;]|\\\\[nr]|$)', 'acme[_\\-]?(?<secret>[a-z0-9]{32})(?:[`\'"\\s;]|\\\\[nr]|(?![^]))', 'i'],
    ['rust', '(?xi)\n  \\b # start\n aws [[:alnum:]/+=]{40} \\ x [ a b ] \\z', '\\baws[A-Za-z0-9\\/\\+=]{40} x[ab](?![^])', 'i'],
    ['re2', 'a(?i:bc)D', 'a(?:[Bb][Cc])D', ''],
    ['re2', '(?i)(?:foo|(?-i:BAR))x', '(?:[Ff][Oo][Oo]|(?:BAR))[Xx]', ''],
    ['re2', 'a|(?i)b|c', 'a|[Bb]|[Cc]', ''],
    ['re2', '[]a-]+[^]x]{2}', '[\\]a\\-]+[^\\]x]{2}', ''],
    ['rust', '[a-z&&[^aeiou]]{3}', '[b-df-hj-np-tv-z]{3}', ''],
    ['rust', '[a-f--[cd]]', '[abef]', ''],
    ['re2', '(?s)a.b(?-s:.)', 'a[\\s\\S]b(?:[^\\n])', ''],
    ['re2', '\\Qa.b\\E+?', 'a\\.b+?', ''],
    ['re2', 'ü+', '(?:\\xc3\\xbc)+', ''],
    ['re2', '\\x{1F600}\\x41', '(?:\\xf0\\x9f\\x98\\x80)A', ''],
    ['rust', 'a{,3}b{2}{3}', 'a{0,3}(?:b{2}){3}', ''],
    ['re2', 'x{abc}{,3}', 'x\\{abc\\}\\{,3\\}', ''],
    ['re2', '(?U)a+b+?', 'a+?b+', ''],
    ['re2', '\\Afoo(?m)^bar$', '(?<![^])foo(?<![^\\n])bar(?![^\\n])', ''],
    ['rust', '(?# a comment )x\\h\\<y\\>', 'x[ \\t]\\b(?=\\w)y\\b(?<=\\w)', ''],
    ['re2', '[[:^digit:]]', '[\\x00-\\x2f\\x3a-\\xff]', ''],
    ['re2', '(?P<a>x)(?<b>y)(z)', '(?<secret>x)(?:y)(?:z)', ''],
  ])('of %s: %s', (dialect, source, pattern, flags) => {
    expect(convertPattern(source, { dialect })).toMatchObject({ pattern, flags });
    expect(() => new RegExp(pattern, flags)).not.toThrow();
  });

  it('gives the group that is asked for, by number or name', () => {
    expect(convertPattern('(a)(b)', { dialect: 're2', secret: 2 }).pattern).toBe('(?:a)(?<secret>b)');
    expect(convertPattern('(a)(?P<TOKEN>b)', { dialect: 'rust', secret: 'TOKEN' }).pattern).toBe('(?:a)(?<secret>b)');
    expect(convertPattern('(a)(b)', { dialect: 'rust', secret: 'TOKEN' }).pattern).toBe('(?<secret>a)(?:b)');
  });

  it('tells what changes its meaning', () => {
    expect(convertPattern('(?>ab)c*+', { dialect: 're2' }).notes).toEqual(['an atomic group gives back here', 'a possessive repetition gives back here']);
    expect(convertPattern('\\pL\\p{Nd}', { dialect: 're2' }).notes).toHaveLength(2);
  });

  it.each(['(\\w)\\1', '\\X', '(?|a|b)', '(?P=x)', '(?R)', '[é]', '[a-', '(a', 'a)', '*a', 'a\\', '\\p{Han}', '(*UTF8)x'])('is refused as %s', (source) => {
    expect(() => convertPattern(source, { dialect: 're2' })).toThrow(NotConvertible);
  });
});
