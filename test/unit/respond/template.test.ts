import { describe, expect, it } from 'vitest';
import { fillTemplate, readTemplate, templateParts, templateProblem } from '../../../src/respond/rotate/template.ts';

const parts = new Map([
  ['user', 'shop_a'],
  ['secret', 'p@ss/wörd "1"'],
]);
const valueOf = (part: string): string | undefined => parts.get(part);

describe('a template', () => {
  it.each([
    ['postgresql://{user|url}:{secret|url}@db.example.com/shop?x={user}', 'postgresql://shop_a:p%40ss%2Fw%C3%B6rd%20%221%22@db.example.com/shop?x=shop_a'],
    ['{"id":"{user|json}","secret":"{secret|json}"}', '{"id":"shop_a","secret":"p@ss/wörd \\"1\\""}'],
    ['{user}\n{secret}', 'shop_a\np@ss/wörd "1"'],
    ['{secret}', 'p@ss/wörd "1"'],
  ])('is filled and read back: %j', (template, text) => {
    expect(fillTemplate(template, valueOf)).toBe(text);
    expect(Object.fromEntries(readTemplate(template, text) ?? [])).toEqual(Object.fromEntries([...parts].filter(([part]) => templateParts(template).includes(part))));
  });

  it('is read in any spelling of its coding', () => {
    expect(readTemplate('x://{user|url}:{secret|url}@h', 'x://shop%5fa:p%2dw@h')?.get('secret')).toBe('p-w');
  });

  it.each([
    ['{user}:{secret}', 'a:b:c', 'two ways'],
    ['x{secret}y', 'xy', 'nothing there'],
    ['x{secret}y', 'z', 'another beginning'],
    ['aa{secret}aa', 'aaa', 'too short'],
    ['{user}-{secret}-{user}', 'a-b-c', 'two values of one part'],
    ['{secret|url}', '%zz', 'no coding of this kind'],
    ['{secret|json}', 'a"b', 'no coding of this kind'],
  ])('does not read %j from %j: %s', (template, text) => {
    expect(readTemplate(template, text)).toBeUndefined();
  });

  it.each([
    ['{user}{secret}', /tells them apart/],
    ['{user}', /no \{secret\}/],
    ['nothing', /names no part/],
    ['{user}:{secret}', undefined],
  ])('is one or is none: %j', (template, why) => {
    if (why === undefined) expect(templateProblem(template)).toBeUndefined();
    else expect(templateProblem(template)).toMatch(why);
  });

  it('is not filled where a part is not known', () => {
    expect(fillTemplate('{secret}:{other}', valueOf)).toBeUndefined();
  });
});
