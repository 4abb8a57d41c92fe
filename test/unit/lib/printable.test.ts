import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, displayWidth, padTo, wrap } from '../../../src/lib/columns.ts';
import { printable, printableJson } from '../../../src/lib/printable.ts';

describe('printable', () => {
  it.each([
    ['a newline starts no line', 'a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['an ANSI sequence moves no cursor', 'x\u001b[2J', 'x\\u{1b}[2J'],
    ['a C1 introducer moves no cursor', 'x\u009b2J', 'x\\u{9b}2J'],
    ['an override reverses no line', 'a\u202etxt.exe', 'a\\u{202e}txt.exe'],
    ['an isolate reverses no line', '\u2067a\u2069', '\\u{2067}a\\u{2069}'],
    ['an invisible character is seen', 'a\u200bb\ufeff\u00ad', 'a\\u{200b}b\\u{feff}\\u{ad}'],
    ['a tag character is seen', `a${String.fromCodePoint(0xe0041)}`, 'a\\u{e0041}'],
    ['a lone surrogate is seen', 'a\ud800b', 'a\\u{d800}b'],
    ['a line separator is seen', 'a\u2028b', 'a\\u{2028}b'],
    ['a NUL is seen', 'a\0b', 'a\\0b'],
    ['ordinary writing stays', 'Grüße/日本語/🙂 é', 'Grüße/日本語/🙂 é'],
  ])('%s', (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('leaves nothing that it would change again', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => printable(printable(text)) === printable(text)), { seed: 7 });
  });
});

it('printable JSON means the same value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = JSON.stringify({ [text]: [text] }, null, 2);
      const safe = printableJson(json);
      expect(JSON.parse(safe)).toEqual(JSON.parse(json));
      expect(printable(safe.replaceAll('\n', ''))).toBe(safe.replaceAll('\n', ''));
    }),
    { seed: 7 },
  );
});

describe('columns', () => {
  it('counts wide characters twice and marks not at all', () => {
    expect(['abc', '日本', 'e\u0301', '🙂'].map(displayWidth)).toEqual([3, 4, 1, 2]);
    expect(padTo('日本', 6)).toBe('日本  ');
  });

  it('wraps at spaces and never inside a path', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap(`see ${'p/'.repeat(20)}x`, 10)).toEqual(['see', `${'p/'.repeat(20)}x`]);
  });

  it('loses no word', () => {
    fc.assert(fc.property(fc.array(fc.stringMatching(/^[a-z]{1,9}$/)), fc.integer({ min: 5, max: 40 }), (words, width) => wrap(words.join(' '), width).join(' ') === words.join(' ')), { seed: 7 });
  });

  it('clips without splitting a pair', () => {
    expect(clip('abcdef', 4)).toBe('abc…');
    expect(clip('ab🙂cd', 4)).toBe('ab…');
    expect(clip('abc', 3)).toBe('abc');
  });
});
