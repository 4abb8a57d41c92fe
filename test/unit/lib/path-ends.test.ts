import { matchesGlob } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPathTest } from '../../../src/lib/path-ends.ts';

it('a path ends in whole components, whatever stands before them', () => {
  const test = createPathTest(['.npmrc', '.aws/credentials', '*.sql', '.htpasswd-*', 'id_*sa']);
  for (const path of ['.npmrc', 'a/.npmrc', '.aws/credentials', 'x/y/.aws/credentials', 'dump.sql', 'a/.sql', 'a/.htpasswd-old', '.htpasswd-', 'id_rsa', 'k/id_dsa']) expect(test(path), path).toBe(true);
  for (const path of ['', 'a.npmrc', '.npmrc/x', 'aws/credentials', 'x.aws/credentials', 'dump.SQL', '.htpasswd', 'a/xid_rsa', 'id_/sa', 'sql']) expect(test(path), path).toBe(false);
  expect(createPathTest([])('')).toBe(false);
});

it('many ends together mean what each of them means', () => {
  const part = fc.stringMatching(/^[ab.*]{1,6}$/);
  const end = fc.array(part, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('/'));
  const path = fc.array(fc.stringMatching(/^[ab.]{1,7}$/), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(fc.array(end, { minLength: 1, maxLength: 8 }), path, (ends, of) => {
      const some = ends.some((one) => createPathTest([one])(of));
      expect(createPathTest(ends)(of)).toBe(some);
      const parts = of.split('/').map((name) => name.replaceAll('.', 'c'));
      const globbed = ends.some((one) => {
        const count = one.split('/').length;
        // Stars are never taken for whole folders: a component is matched by a component.
        return parts.length >= count && one.split('/').every((want, index) => matchesGlob(parts.at(index - count) ?? '', want.replaceAll('.', 'c').replaceAll(/\*+/g, '*')));
      });
      expect(some).toBe(globbed);
    }),
    { seed: 1, numRuns: 2000 },
  );
});
