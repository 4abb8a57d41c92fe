import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WardenError } from '../../../src/model/index.ts';
import { loadCatalogue, parseRules } from '../../../src/rules/index.ts';

const KIND = `  - id: acme-key
    name: Acme API key
    type: api-key
    lifetime: persistent
    pattern: 'acme_[a-z0-9]{24}'
    anchors: [acme_]
    confidence: high
    opens: The Acme API in its owner's name.
    revoke-by-hand: Acme console, Keys, Delete.
    references: ['https://docs.acme.example/keys']
    examples: ['acme_<base36:24>', 'acme_<base36:24>']
    near-misses:
      - { recipe: 'acme_<base36:23>', why: one character short }
      - { recipe: 'acme_<repeat:x*24>', why: a placeholder }
`;
const FILE = `issuer: acme\nname: Acme\nkinds:\n${KIND}`;

function problemsOf(text: string): string {
  try {
    parseRules(text, 'rules/acme.yml');
  } catch (error) {
    if (error instanceof WardenError) {
      expect(error.code).toBe('RULE_INVALID');
      return error.message;
    }
    throw error;
  }
  throw new Error('the file was taken');
}

describe('parseRules', () => {
  it('fills in what a short entry leaves out', () => {
    expect(parseRules(FILE, 'rules/acme.yml')).toMatchObject([
      { id: 'acme-key', issuer: 'acme', issuerName: 'Acme', flags: '', anchorClass: 'shaped', publicPrefix: 'acme_', priority: 0, companionOnly: false, companions: [], since: '0.1.0' },
    ]);
  });

  it('derives windows that hold the token and its neighbours', () => {
    const [rule] = parseRules(FILE, 'rules/acme.yml');
    expect(rule?.windowBefore).toBeGreaterThanOrEqual(1);
    expect(rule?.windowAfter).toBe('acme_'.length + 24 + 2);
  });

  it.each([
    ['an unknown key, with the nearest spelling', FILE.replace('confidence:', 'confidance:'), /rules\/acme\.yml:10:5: unknown key "confidance" .*did you mean "confidence"\?/],
    ['a value that is none of the allowed', FILE.replace('type: api-key', 'type: api-kee'), /rules\/acme\.yml:6:5: .*"api-kee".*did you mean "api-key"\?/],
    ['a missing key', FILE.replace(/ {4}opens:.*\n/, ''), /rules\/acme\.yml:4:5: .*lacks "opens"/],
    ['a pattern that does not compile', FILE.replace('{24}', '{24}('), /rules\/acme\.yml:8:5: is not a JavaScript regular expression/],
    ['an end-of-text escape of other engines', FILE.replace("{24}'", "{24}\\z'"), /:8:5: has \\z/],
    ['a POSIX class', FILE.replace('[a-z0-9]', '[[:alnum:]]'), /:8:5: has a POSIX class/],
    ['a line anchor', FILE.replace("'acme_", "'^acme_"), /:8:5: has \^ or \$/],
    ['a checksum that does not exist', FILE.replace('confidence: high', 'confidence: high\n    checksum: github-crc23'), /:11:5: there is no checksum "github-crc23".*did you mean "github-crc32"\?/],
    ['a validator that does not exist', FILE.replace('confidence: high', 'confidence: high\n    validator: jwd'), /no validator "jwd".*did you mean "jwt"/],
    ['an anchor that is too short', FILE.replace('[acme_]', '[ac]'), /:9:15: .*fewer than 3/],
    ['an example without an anchor', FILE.replace('[acme_]', '[acne_]'), /examples.*|the example holds none of the anchors acne_/],
    ['an unknown recipe segment', FILE.replace("near-misses:\n      - { recipe: 'acme_<base36:23>'", "near-misses:\n      - { recipe: 'acme_<bas36:23>'"), /:15:9: recipe has <bas36:23>|recipe has <bas36>/],
    ['two rules of one id', FILE + KIND, /:18:5: rule id "acme-key" is used twice/],
    ['broken YAML', `${FILE}  nonsense: [`, /rules\/acme\.yml:\d+:\d+: /],
    ['a list where a map belongs', '- a\n- b\n', /rules\/acme\.yml:1:1: /],
    ['an empty file', '', /rules\/acme\.yml:1:1: /],
  ])('refuses %s', (_, text, message) => {
    expect(problemsOf(text)).toMatch(message);
  });

  it('refuses a bomb of aliases', () => {
    expect(() => parseRules(`a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`, 'x.yml')).toThrow();
  });

  it('names every problem of a file at once', () => {
    const text = FILE.replace('confidence: high', 'confidence: hihg').replace('lifetime: persistent', 'lifetime: for-ever');
    expect(problemsOf(text).split('\n')).toHaveLength(2);
  });
});

describe('loadCatalogue', () => {
  it('refuses one id in two files and a companion that no rule is', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tw-rules-'));
    await writeFile(join(dir, 'a.yml'), FILE);
    await writeFile(join(dir, 'b.yml'), FILE);
    await expect(loadCatalogue(dir)).rejects.toThrow(/b\.yml: rule id "acme-key" is also in a\.yml/);
    await writeFile(join(dir, 'b.yml'), FILE.replace('acme-key', 'acme-pair').replace('confidence: high', 'confidence: high\n    companions: [{ name: id, rule: acme-id }]'));
    await expect(loadCatalogue(dir)).rejects.toThrow(/"acme-pair" has a companion "acme-id"/);
  });

  it('gives rules sorted by id and a digest that moves with any of them', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tw-rules-'));
    await writeFile(join(dir, 'a.yml'), FILE);
    await writeFile(join(dir, 'b.yml'), FILE.replace('acme-key', 'abc-key'));
    const first = await loadCatalogue(dir);
    expect(first.rules.map(({ id }) => id)).toEqual(['abc-key', 'acme-key']);
    await writeFile(join(dir, 'b.yml'), FILE.replace('acme-key', 'abc-key').replace('{24}', '{25}').replace('<base36:24>', '<base36:25>'));
    expect((await loadCatalogue(dir)).digest).not.toBe(first.digest);
  });
});
