import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Rule } from '../../../../src/model/index.ts';
import { boundRules } from '../../../../src/rules/bound-paths.ts';
import { loadCatalogue } from '../../../../src/rules/catalogue.ts';
import { applyChanges } from '../../../../src/rules/own/changes.ts';
import { MergedRules } from '../../../../src/rules/own/merged-rules.ts';
import { storeCatalogue, StoredCatalogue } from '../../../../src/rules/stored-catalogue.ts';

const catalogue = await loadCatalogue(fileURLToPath(new URL('../../../../rules', import.meta.url)));
const stored = (): StoredCatalogue => new StoredCatalogue(Buffer.from(storeCatalogue(catalogue)));
const own = (id: string, more: Partial<Rule> = {}): Rule => ({ ...(catalogue.rules[0] as Rule), id, ...more });

describe('the catalogue with changes, read rule by rule', () => {
  test.each([
    ['nothing', { added: [], removed: [] }],
    ['rules before, between and behind', { added: [own('zzz'), own('aaa'), own('github-own')], removed: [] }],
    ['rules gone and replaced', { added: [own('generic-secret'), own('own-a', { paths: ['own.key'] })], removed: ['jwt', 'aws-access-key', 'rails-master-key-file'] }],
  ] as const)('is what the whole list is: %s', (_name, changes) => {
    const merged = new MergedRules(stored(), changes);
    const whole = applyChanges(catalogue.rules, changes);
    expect(merged.length).toBe(whole.length);
    expect(Array.from({ length: merged.length }, (_, index) => merged.at(index))).toEqual(whole);
    expect(merged.bound).toEqual(boundRules(whole));
    expect(merged.at(merged.length)).toBeUndefined();
  });
});
