import { describe, expect, it } from 'vitest';
import { asAscii } from '../../../src/build/as-ascii.ts';

const valueOf = (code: string): unknown => new Function('tag', `return ${code}`)((parts: TemplateStringsArray) => parts.join('|'));

describe('a bundle in ASCII', () => {
  it.each(['"a\u2026b"', 'tag`\u2019${1}\u{1F511}`', '/^[\u2022*]{2}\u2026$/.test("\u2022*\u2026")', '/^[\u{1F511}]$/u.test("\u{1F511}")'])('means the same: %s', (code) => {
    const escaped = asAscii(code);
    expect(escaped).toMatch(/^[\0-\x7f]*$/);
    expect(valueOf(escaped)).toEqual(valueOf(code));
  });

  it('is refused where an escape would be read as it is written', () => {
    expect(() => asAscii('String.raw`\u2026`')).toThrow(/would not be the character/);
  });

  it('is left alone if it is so already', () => {
    expect(asAscii('const a = String.raw`\\n`;')).toBe('const a = String.raw`\\n`;');
  });
});
