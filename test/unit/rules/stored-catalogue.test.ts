import { describe, expect, it } from 'vitest';
import { catalogueOf } from '../../../src/rules/index.ts';
import { namesOf, ruleLookup, storeCatalogue, StoredCatalogue } from '../../../src/rules/stored-catalogue.ts';
import { RULES } from '../detect/engine.ts';

describe('a catalogue in a file', () => {
  const made = catalogueOf(RULES.filter(({ companions }, index) => companions.length === 0 && index % 7 === 0));
  const file = Buffer.from(storeCatalogue(made));
  const stored = new StoredCatalogue(file);

  it('holds the same rules, names and digest', () => {
    expect(stored.rules).toEqual(made.rules);
    expect(stored.digest).toBe(made.digest);
    expect(namesOf(stored).ids).toEqual(namesOf(made).ids);
    expect(new Set(namesOf(stored).issuers)).toEqual(new Set(namesOf(made).issuers));
  });

  it('finds each rule by id and by place, as one object whoever asks', () => {
    const fresh = new StoredCatalogue(file);
    for (const [index, { id }] of made.rules.entries()) {
      const rule = ruleLookup(fresh).get(id);
      expect(rule?.id).toBe(id);
      expect(fresh.at(index)).toBe(rule);
      expect(fresh.rules[index]).toBe(rule);
    }
  });

  it('knows no other ids and no places beyond its end', () => {
    for (const id of ['', 'zzzz', `${made.rules[0]?.id ?? ''}x`]) expect(stored.get(id)).toBeUndefined();
    expect(stored.at(-1)).toBeUndefined();
    expect(stored.at(made.rules.length)).toBeUndefined();
  });

  it('refuses a file that is cut off or something else', () => {
    expect(() => new StoredCatalogue(file.subarray(0, -10))).toThrow(RangeError);
    expect(() => new StoredCatalogue(Buffer.from('{"rules":'))).toThrow(SyntaxError);
  });
});
