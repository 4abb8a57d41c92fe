import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../../src/model/index.ts';
import { applyChanges, catalogueOf, mergeRules, readOwnKind, type Catalogue, type OwnRule } from '../../../../src/rules/index.ts';

const own = (id: string, more: object = {}): OwnRule => {
  const rule = readOwnKind({ id, pattern: `${id}_[a-z0-9]{20}`, ...more }, {}, (key, message) => {
    throw new Error(`${key} ${message}`);
  });
  if (rule === undefined) throw new Error('refused');
  return rule;
};
const withPart = (id: string, part: string, required: boolean): Rule => ({ ...own(id).rule, companions: [{ name: 'part', rule: part, withinBytes: 100, required }] });
const BUILT_IN = catalogueOf([own('aaa').rule, own('bbb').rule, own('ccc').rule, withPart('needs-bbb', 'bbb', false), withPart('needs-ccc', 'ccc', true)]);

function merge(rules: readonly OwnRule[], disable: readonly string[] = []): { readonly merged: Catalogue | undefined; readonly complaints: readonly string[] } {
  const complaints: string[] = [];
  return { merged: mergeRules(BUILT_IN, { rules, disable }, (at, message) => complaints.push(`${JSON.stringify(at)} ${message}`)), complaints };
}

describe('own rules and the built-in ones', () => {
  it('stay as they are where nothing is changed', () => {
    expect(merge([]).merged).toBe(BUILT_IN);
  });

  it('stand together, sorted by id, under another digest, the same every time', () => {
    const { merged } = merge([own('abc')]);
    expect(merged?.rules.map(({ id }) => id)).toEqual(['aaa', 'abc', 'bbb', 'ccc', 'needs-bbb', 'needs-ccc']);
    expect(merged?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(merged?.digest).not.toBe(BUILT_IN.digest);
    expect(merge([own('abc')]).merged?.digest).toBe(merged?.digest);
    expect(merge([own('abc', { 'min-entropy': 2 })]).merged?.digest).not.toBe(merged?.digest);
    expect(merge([], ['aaa']).merged?.digest).not.toBe(merged?.digest);
  });

  it('replace one only where they say so', () => {
    expect(merge([own('aaa')])).toEqual({ merged: undefined, complaints: ['{"rule":0} "aaa" is the id of a built-in rule; choose another one, or say `override: true` to replace it'] });
    expect(merge([own('aaa', { override: true, name: 'mine now' })]).merged?.rules.find(({ id }) => id === 'aaa')?.name).toBe('mine now');
    expect(merge([own('aab', { override: true })]).complaints).toEqual(['{"rule":0} there is no built-in rule "aab" to override; did you mean "aaa"?']);
    expect(merge([own('xyz'), own('xyz')]).complaints).toEqual(['{"rule":1} rule id "xyz" is used twice']);
  });

  it('may be switched off by name, and what would need them is told', () => {
    expect(merge([], ['aaa']).merged?.rules.map(({ id }) => id)).toEqual(['bbb', 'ccc', 'needs-bbb', 'needs-ccc']);
    expect(merge([], ['aax']).complaints).toEqual(['{"disable":0} no rule is called "aax"; did you mean "aaa"?']);
    expect(merge([], ['aaa', 'ccc']).complaints).toEqual(['{"disable":1} "needs-ccc" is found only together with "ccc"; disable it, too']);
    expect(merge([], ['bbb']).merged?.rules.find(({ id }) => id === 'needs-bbb')?.companions).toEqual([]);
    expect(merge([own('xyz')], ['xyz']).complaints).toEqual(['{"disable":0} "xyz" is a rule of your own; delete it instead']);
  });

  it('may have each other and built-in ones for parts, but nobody who is not there', () => {
    const companions = [{ name: 'part', rule: 'bbb' }];
    expect(merge([own('xyz', { companions })]).merged?.rules.find(({ id }) => id === 'xyz')?.companions).toHaveLength(1);
    expect(merge([own('xyz', { companions })], ['bbb']).complaints).toEqual(['{"rule":0} "xyz" has a companion "bbb" that no rule is']);
  });

  it('are made again from the changes alone, as threads do', () => {
    const { merged } = merge([own('abc'), own('aaa', { override: true })], ['bbb']);
    if (merged?.changes === undefined) throw new Error('no changes');
    expect(merged.changes.added.map(({ id }) => id)).toEqual(['aaa', 'abc', 'needs-bbb']);
    expect(merged.changes.removed).toEqual(['bbb']);
    expect(applyChanges(BUILT_IN.rules, structuredClone(merged.changes))).toEqual(merged.rules);
  });
});
