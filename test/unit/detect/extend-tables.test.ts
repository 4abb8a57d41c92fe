import { describe, expect, it } from 'vitest';
import { compileTables } from '../../../src/detect/engine/tables.ts';
import { extendTables } from '../../../src/detect/engine/extend-tables.ts';
import type { Rule } from '../../../src/model/index.ts';
import { readOwnKind } from '../../../src/rules/index.ts';
import { RULES } from './engine.ts';

const own = (id: string, pattern: string): Rule => {
  const read = readOwnKind({ id, pattern }, {}, (key, message) => {
    throw new Error(`${key} ${message}`);
  });
  if (read === undefined) throw new Error('refused');
  return read.rule;
};

describe('tables that are extended', () => {
  const some = RULES.filter((_, index) => index % 9 === 0);
  const tables = compileTables(some);

  it.each<readonly [string, readonly (string | undefined)[], readonly Rule[]]>([
    ['by nothing', [], []],
    ['by own rules among the others', [], [own('aaa-first', 'aaa_[a-z0-9]{20}'), own('mmm', 'ghp_[a-z0-9]{9}x'), own('zzz-last', '(?:secret|token)=[a-z]{20}')]],
    ['by leaving some out', [some[0]?.id, some[7]?.id, some.at(-1)?.id], []],
    ['by both, one of them in another\'s place', [some[3]?.id, some[4]?.id], [own('bbb', 'bbb_[0-9]{12}'), { ...own('x', 'xyz_[0-9]{12}'), id: some[4]?.id ?? '' }]],
  ])('%s are byte for byte those of the new list', (_name, gone, added) => {
    const merged = [...some.filter(({ id }) => !gone.includes(id)), ...added].sort((a, b) => (a.id < b.id ? -1 : 1));
    const indexOf = new Map(merged.map((rule, index) => [rule, index]));
    const extended = extendTables(tables, { rules: merged, kept: some.map((rule) => indexOf.get(rule)), added: added.map((rule) => ({ rule, index: indexOf.get(rule) ?? -1 })) });
    expect(extended).toEqual(compileTables(merged));
  });
});
