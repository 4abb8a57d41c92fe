import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../../src/lib/canonical-json.ts';
import { Secret } from '../../../src/model/index.ts';

it('sorts members by UTF-16 code units, at every depth, and leaves lists as they are', () => {
  expect(canonicalJson({ b: [{ z: 1, a: 2 }], a: null, '\u20ac': 1, '\ud83d\ude00': 2, '\ufb33': 3 })).toBe('{"a":null,"b":[{"a":2,"z":1}],"\u20ac":1,"\ud83d\ude00":2,"\ufb33":3}');
});

it('gives equal bytes for equal values, whatever the order they were written in', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(turned)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { seed: 5 },
  );
});

it('leaves undefined members out and honours toJSON: a secret shows its mask', () => {
  const value = ['exa', 'plain', 'text'].join('_');
  expect(canonicalJson({ at: new Date(0), gone: undefined, secret: new Secret(value, 'tw1:0', '****') })).toBe('{"at":"1970-01-01T00:00:00.000Z","secret":"****"}');
});

it('keeps a member that is named like a prototype', () => {
  expect(canonicalJson(JSON.parse('{"__proto__":1,"constructor":2}'))).toBe('{"__proto__":1,"constructor":2}');
});

it('refuses what JSON cannot say instead of changing it', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  for (const bad of [NaN, Infinity, 1n, () => 1, Symbol('x'), undefined, [undefined], { a: NaN }, cycle]) expect(() => canonicalJson(bad)).toThrow(TypeError);
  const shared = { a: 1 };
  expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]');
});
