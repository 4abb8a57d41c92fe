import { beforeAll, describe, expect, it } from 'vitest';
import { compileRule, loadLinearEngine, matchOne, parseOwnRules, readOwnKind, type OwnKind } from '../../../../src/rules/index.ts';

beforeAll(loadLinearEngine);

const KEY = 'k3Jd9PqLmZx8RtVw';

function read(kind: Partial<OwnKind> & { readonly pattern: string }): { readonly rule: ReturnType<typeof readOwnKind>; readonly complaints: readonly string[] } {
  const complaints: string[] = [];
  const rule = readOwnKind({ id: 'own-kind', ...kind }, {}, (key, message) => complaints.push(`${key}: ${message}`));
  return { rule, complaints };
}

function finds(kind: Partial<OwnKind> & { readonly pattern: string }, text: string): readonly string[] {
  const { rule, complaints } = read(kind);
  if (rule === undefined) throw new Error(complaints.join('; '));
  return matchOne(compileRule(rule.rule), text).map(({ value }) => value);
}

describe('an own kind', () => {
  it('needs an id and a pattern, and has a default for all else', () => {
    expect(read({ pattern: 'acme_[A-Za-z0-9]{16}' }).rule).toMatchObject({
      override: false,
      rule: { id: 'own-kind', issuer: 'own', issuerName: 'own', tokenType: 'api-key', lifetime: 'persistent', confidence: 'medium', anchors: ['acme_'], publicPrefix: 'acme_', examples: [], nearMisses: [] },
    });
  });

  it('belongs to the issuer that it names, else to that of its file', () => {
    const issuerOf = (kind: OwnKind): string | undefined => readOwnKind(kind, { issuer: 'acme', name: 'Acme Inc' }, () => undefined)?.rule.issuerName;
    expect(issuerOf({ id: 'a', pattern: 'acme_[a-z]{9}' })).toBe('Acme Inc');
    expect(issuerOf({ id: 'a', pattern: 'acme_[a-z]{9}', issuer: 'globex' })).toBe('globex');
  });

  it('runs natively where that is linear, else on the linear-time engine, and finds the same there', () => {
    expect(read({ pattern: 'acme_[A-Za-z0-9]{16}' }).rule?.rule.engine).toBeUndefined();
    const wild = { pattern: 'acme_(?<secret>(?:[A-Za-z0-9]+-?)+)!' };
    expect(read(wild).rule?.rule.engine).toBe('linear');
    expect(finds(wild, `x acme_${KEY}-${KEY}! y acme_${KEY}`)).toEqual([`${KEY}-${KEY}`]);
  });

  it('excepts secrets by words in any case, and by patterns', () => {
    const kind = { pattern: 'acme_[A-Za-z0-9]{16}', except: { words: ['DQP', 'test'], patterns: ['^acme_0{2}', '(?:9+)+z$'] } };
    const tokens = [`acme_${KEY}`, 'acme_aTeStBcDeFgHiJkL', 'acme_00cDeFgHiJkLmNoP', 'acme_k3Jd1PqLmZx8R99z', 'acme_Zk3Jd1PqLmZx8R9p'];
    expect(finds(kind, tokens.join('\n'))).toEqual(['acme_k3Jd9PqLmZx8RtVw', 'acme_Zk3Jd1PqLmZx8R9p']);
  });

  it.each([
    ['(a+)+$', /pattern: has no text of three or more characters/],
    ['[a-z]+', /add `anchors`/],
    ['acme_(a+)+(?=b)c', /pattern: could take time that grows faster than the text because of `\(a\+\)\+`, and the linear-time engine cannot run it: .* \(`\(\?=b\)`\)/],
    ['acme_(?:x|xx)+\\b(?<=ab)y', /because of `\(\?:x\|xx\)\+`/],
    ['acme_([a-z]+)-\\1', /back reference/],
    ['acme_(a{1,900}){1,900}b(?!cd)e', /could take [\d,]+ steps for each byte because of|faster than the text because of/],
    ['(?i)acme_[a-z]{9}', /`flags: i`/],
    ['acme_[a-z', /not a JavaScript regular expression/],
    ['^acme_[a-z]{9}$', /\^ or \$/],
    ['acme_[[:alpha:]]{9}', /POSIX class/],
    ['äcme_[a-z]{9}', /write \\xc3\\xa4/],
    ['acme_[a-z]{9}\\z', /\\z/],
  ])('is refused with the reason where its pattern is %s', (pattern, reason) => {
    const { rule, complaints } = read({ pattern });
    expect(rule).toBeUndefined();
    expect(complaints.join('\n')).toMatch(reason);
  });

  it('is refused where an exception could take too long', () => {
    expect(read({ pattern: 'acme_[a-z]{9}', except: { patterns: ['ok', '(a+)+(?=b)c'] } }).complaints).toEqual([expect.stringMatching(/^except\.patterns\.1: .*`\(a\+\)\+`/)]);
  });

  it.each([['(a+)+b'], ['(?:a|a)*b'], ['(?:a?){40}a{40}b'], ['(?:\\w+\\s?)*b'], ['(?:(?:a*)*)*b']])('answers 100,000 hostile characters at once for acme_%s', (tail) => {
    const { rule } = read({ pattern: `acme_${tail}` });
    if (rule === undefined) throw new Error('refused');
    const startedAt = performance.now();
    expect(matchOne(compileRule(rule.rule), `acme_${'a'.repeat(100_000)}!`)).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

describe('a file of own rules', () => {
  it('names line and column of every problem', () => {
    const text = `issuer: acme
kinds:
  - id: one
    pattern: 'acme_(x+)+(?=y)z'
  - id: two
    pattern: 'acme_[a-z]{9}'
    examples: ['<base61:3>']
`;
    expect(() => parseOwnRules(text, 'own.yml')).toThrow(/own\.yml:4:5: one: the pattern could take time[\s\S]*own\.yml:7:16: two: recipe has <base61>/);
  });

  it('may be a file as the catalogue has them', () => {
    const text = "issuer: acme\nname: Acme\nkinds:\n  - { id: acme-key, name: Acme key, type: api-key, lifetime: static, pattern: 'acme_[a-z0-9]{20}', anchors: [acme_], confidence: high, opens: All of it., revoke-by-hand: Call Acme., references: ['https://example.com/'], examples: ['acme_<base36:20>', 'acme_<base36:20>'], near-misses: [{ recipe: 'acme_<base36:19>', why: short }, { recipe: 'acme_<base36:21>', why: long }] }\n";
    expect(parseOwnRules(text, 'acme.yml').map(({ rule }) => [rule.id, rule.issuerName, rule.confidence, rule.examples.length])).toEqual([['acme-key', 'Acme', 'high', 2]]);
  });
});
