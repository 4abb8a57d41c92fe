import { describe, expect, it } from 'vitest';
import { createPathTest, matchAll, parseRules, pathOfSamples, sampleOf } from '../../../src/rules/index.ts';
import { blobOf, engineFor, plaintexts, RULES } from '../detect/engine.ts';

const engine = engineFor(RULES);
const bound = RULES.filter(({ paths }) => paths !== undefined);
const scan = (text: string, path: string): ReturnType<typeof engine.scan> => engine.scan({ ...blobOf(Buffer.from(text, 'latin1')), origin: { kind: 'file', path } });

describe('a path test', () => {
  it.each([
    ['config/master.key', true],
    ['apps/shop/config/master.key', true],
    ['old.zip!/config/master.key', true],
    ['myconfig/master.key', false],
    ['config/master.key.md', false],
    ['config/Master.key', false],
    ['users.acl', true],
    ['a/users.acl', true],
    ['users.acl/readme', false],
  ])('%s: %s', (path, expected) => {
    expect(createPathTest(['config/master.key', '*.acl'])(path)).toBe(expected);
  });
});

describe('rules of files of a name', () => {
  it.each(bound.map((rule) => [rule.id, rule] as const))('%s: the engine and the reference agree where the name is right, and find nothing of it elsewhere', async (_id, rule) => {
    for (const sample of [...rule.examples, ...rule.nearMisses]) {
      const text = Buffer.from(sampleOf(rule.id, sample).text).toString('latin1');
      for (const path of [pathOfSamples(rule) ?? '', `a/b/${pathOfSamples(rule)}`, 'a.txt']) {
        const found = (await scan(text, path)).matches.map(({ ruleId }) => ruleId).sort();
        expect(found).toEqual(matchAll(RULES, text, path).map((match) => match.rule.id).sort());
        if (path === 'a.txt') expect(found).not.toContain(rule.id);
        else if (rule.examples.includes(sample)) expect(found).toContain(rule.id);
      }
    }
  });

  it('reach over the first 64 KiB and no further', async () => {
    const line = (value: string): string => `bob:${value}\n`;
    const value = sampleOf('bound', { recipe: '<base62:13>', seed: 3 }).token;
    expect(plaintexts(await scan(`${'#\n'.repeat(100)}${line(value)}`, '.htpasswd'))).toEqual([value]);
    expect(plaintexts(await scan(`${'#\n'.repeat(40_000)}${line(value)}`, '.htpasswd'))).toEqual([]);
  });

  it('have paths or anchors, not both and not neither', () => {
    const file = (more: string): string =>
      `issuer: acme\nname: Acme\nkinds:\n  - { id: acme-key, name: Acme key, type: api-key, lifetime: static, pattern: '[a-z0-9]{20}', ${more}, confidence: high, opens: All of it., revoke-by-hand: Call Acme., references: ['https://example.com/'], examples: ['<base36:20>', { recipe: '<base36:20>', seed: 9 }], near-misses: [{ recipe: '<base36:19>', why: short }, { recipe: '<base36:21>', why: long }] }\n`;
    expect(parseRules(file('anchors: [], paths: [acme.key]'), 'acme.yml')).toMatchObject([{ paths: ['acme.key'] }]);
    expect(() => parseRules(file('anchors: []'), 'acme.yml')).toThrow(/unless `paths`/);
    expect(() => parseRules(file('anchors: [acme], paths: [acme.key]'), 'acme.yml')).toThrow(/a rule with `paths` has none/);
  });
});
