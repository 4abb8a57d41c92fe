import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/model/index.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';
import { writeRecipe } from '../../../src/rules/samples/recipe.ts';

const shapeOf = (value: string, prefix = ''): string => new Secret(value, 'tw1:00', '********').shape(prefix);

describe('the shape of a secret', () => {
  it.each([
    ['0123456789', '<digits:10>'],
    ['deadbeef01', '<hex:10>'],
    ['DEADBEEF01', '<hexupper:10>'],
    ['somewords', '<lower:9>'],
    ['SOMEWORDS', '<upper:9>'],
    ['some1words', '<base36:10>'],
    ['Some1Words', '<base62:10>'],
    ['ab+/Cd==', '<base64:8>'],
    ['a_Bc-d_e1', '<base64url:9>'],
    ['p@ss wörd', '<strong:9>'],
    ['123e4567-e89b-12d3-a456-42661417400a', '<hex:8>-<hex:4>-<hex:4>-<hex:4>-<hex:12>'],
    ['Ab1-Cd2-Ef3', '<base64url:11>'],
    ['12345678:AAxx_yyZZ', '<digits:8>:<base64url:9>'],
  ])('%j is %s', (value, shape) => {
    expect(shapeOf(value)).toBe(shape);
  });

  it('shows the public prefix only', () => {
    expect(shapeOf('exa_Some1Words', 'exa_')).toBe('exa_<base62:10>');
    expect(shapeOf('Some1Words', 'exa_')).toBe('<base62:10>');
  });

  it('is a recipe that writes something of the same shape, and holds nothing else of the value', () => {
    const random = seededRandom('shape');
    for (const recipe of ['exa_<base62:36>', '<uuid>', '<base64url:43>.<base64url:20>', '<strong:24>', '<digits:6>-<lower:9>', '<base64:41>=']) {
      const value = writeRecipe(recipe, random);
      const shape = shapeOf(value, 'exa_');
      expect(writeRecipe(shape, random)).toHaveLength(value.length);
      expect(shape.replace(/^exa_/, '').replace(/<[a-z0-9]+:\d+>/g, '')).toMatch(/^[.:-]*$/);
    }
  });
});
