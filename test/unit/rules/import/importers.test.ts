import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WardenError } from '../../../../src/model/index.ts';
import { readFilter } from '../../../../src/rules/import/filter-expression.ts';
import { importRules } from '../../../../src/rules/import/import-rules.ts';
import { writeImported } from '../../../../src/rules/import/write-rules.ts';
import { loadLinearEngine, parseOwnRules, SampleJudge } from '../../../../src/rules/index.ts';

beforeAll(loadLinearEngine);

const fixture = (name: string): Promise<string> => readFile(new URL(`../../../../fixtures/rules/import/${name}`, import.meta.url), 'utf8');
const FILES = [
  ['gitleaks', 'gitleaks.toml'],
  ['kingfisher', 'kingfisher.yml'],
  ['noseyparker', 'noseyparker.yml'],
] as const;

describe.each(FILES)('rules of %s', (format, name) => {
  it('are carried over as far as they can be, and all that is lost is told', async () => {
    const imported = await importRules(format, await fixture(name), new Set(['github-pat-classic']));
    const yaml = writeImported(imported, `Rules of ${name}`);
    await expect(yaml).toMatchFileSnapshot(`../../../../fixtures/rules/import/${name.split('.')[0]}.golden.yml`);
  });

  it('load again, and their examples are found', async () => {
    const imported = await importRules(format, await fixture(name), new Set());
    const rules = parseOwnRules(writeImported(imported, name), 'imported.yml').map(({ rule }) => rule);
    expect(rules).toHaveLength(imported.rules.filter(({ kind }) => kind !== undefined).length);
    const judge = new SampleJudge(rules);
    const proofs = rules.flatMap((rule) => rule.examples.map((example) => [rule.id, judge.judge(rule, example).found || rule.companionOnly]));
    expect(proofs.length).toBeGreaterThan(0);
    expect(proofs.filter(([, found]) => found !== true)).toEqual([]);
  });
});

describe('what is no rule file', () => {
  it.each([
    ['gitleaks', 'rules: []', 'IMPORT_UNREADABLE'],
    ['gitleaks', 'title = "x"', 'IMPORT_UNREADABLE'],
    ['kingfisher', '{', 'IMPORT_UNREADABLE'],
    ['kingfisher', '[1, 2]', 'IMPORT_UNREADABLE'],
    ['noseyparker', '', 'IMPORT_UNREADABLE'],
    ['trufflehog', '', 'IMPORT_FORMAT_UNKNOWN'],
  ])('as %s: %j', async (format, text, code) => {
    const error = await importRules(format, text, new Set()).catch((caught: WardenError) => caught);
    expect(error).toMatchObject({ code });
  });

  it('and hostile values of fields do no harm', async () => {
    const text = '[[rules]]\nid = 3\nregex = ["x"]\nentropy = "high"\nkeywords = 7\nallowlist = "x"\n[[rules]]\nid = "\\u001b[31m"\ndescription = "a\\nb # c"\nregex = "abcd_[a-z]{9}"\n';
    const imported = await importRules('gitleaks', text, new Set());
    expect(imported.rules.map(({ kind }) => kind?.id)).toEqual([undefined, '31m']);
    expect(writeImported(imported, 'x')).not.toContain('\u001b');
  });
});

describe('a filter of betterleaks', () => {
  it('is read as far as it speaks of the secret', () => {
    expect(readFilter('filter.entropy(finding["secret"]) <= 3.5 || (containsAny(finding.secret, ["a,b", \'c\']) || matchesAny(finding.secret, [r"""x"y""", `z`]))')).toEqual({ minEntropy: 3.5, exceptWords: ['a,b', 'c'], exceptPatterns: ['x"y', 'z'], unknown: [] });
    expect(readFilter('failsTokenEfficiency(finding.secret)\n|| attributes["path"] == "||"')).toMatchObject({ unknown: ['failsTokenEfficiency', 'an expression'] });
    expect(readFilter('entropy(finding.secret) <= 3 && containsAny(finding.secret, ["x"])')).toMatchObject({ exceptWords: [], unknown: ['entropy'] });
    expect(readFilter('(a || b) && (c || d)').unknown).toHaveLength(1);
  });
});
