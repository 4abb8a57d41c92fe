import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert as holds, constantFrom, integer, oneof, property, record, string, uniqueArray, type Arbitrary } from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { addEntries, describeProblems, lineOf, readFile, writeFile, type WaiverEntry } from '../../../src/waivers/index.ts';
import { readLines } from '../../../src/waivers/read-lines.ts';
import { entryOf, fingerprintOf, NOW, POLICY } from './finding.ts';

const KEY = '1a2b3c4d';
const read = (text: string) => readFile(text, { file: 'w.yml', policy: POLICY, now: NOW });
const problemsOf = (text: string): readonly string[] => describeProblems(read(text).problems);

/** Entries with whatever people write, and what parsers trip over. */
const text: Arbitrary<string> = oneof(string({ unit: 'binary', minLength: 1, maxLength: 40 }), constantFrom('true', 'null', '~', '1.5', '2027-01-31', '- {', "it's \"quoted\" \\ here", 'a: b', '# no comment', '}', 'x, y: z', '\n', 'é\u2028\u202e', '=', '<<')).filter((one) => one.trim() !== '');
const entries = uniqueArray(
  record({ number: integer({ min: 0, max: 5000 }), owner: text, reason: text, kind: constantFrom('waiver', 'baseline', 'false-positive'), verdict: constantFrom(undefined, 'unverified', 'active/leaked/scopes-0123456789ab') }).map(
    ({ number, owner, reason, kind, verdict }): WaiverEntry => entryOf({ fingerprint: fingerprintOf(number), owner, reason, kind: kind as WaiverEntry['kind'], ...(verdict === undefined ? {} : { verdict }) }),
  ),
  { selector: ({ fingerprint }) => fingerprint, maxLength: 30 },
);

describe('the waiver file', () => {
  it('reads what it wrote, in whatever order it was given, and the same entries give the same bytes', () => {
    holds(
      property(entries, (list) => {
        const written = writeFile(list, KEY);
        const again = read(written);
        expect(again.problems).toEqual([]);
        expect(again.key).toBe(KEY);
        expect(writeFile(again.entries, KEY)).toBe(written);
        expect(writeFile([...list].reverse(), KEY)).toBe(written);
        expect(new Map(again.entries.map((entry) => [entry.fingerprint, entry]))).toEqual(new Map(list.map((entry) => [entry.fingerprint, entry])));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('is YAML: the fast reader and the parser see the same in it', () => {
    holds(
      property(entries, (list) => {
        const written = writeFile(list, KEY);
        expect(readLines(written)?.data).toEqual(parse(written));
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('has one line for an entry, none of it a line number or a time of a run', () => {
    const before = writeFile([], KEY).split('\n');
    const after = writeFile([entryOf()], KEY).split('\n');
    expect(after.filter((line) => !before.includes(line))).toEqual([lineOf(entryOf())]);
    expect(after).toHaveLength(before.length + 1);
  });

  it('may be written by hand as any YAML, and stand in any order', () => {
    const byHand = `waivers:\n  - fingerprint: ${fingerprintOf(9)}\n    rule: example-token\n    owner: Ana\n    reason: >-\n      two\n      lines\n    expires: 2027-01-31\n  - {fingerprint: '${fingerprintOf(2)}', rule: other, owner: Bo, reason: x, expires: 2026-12-01}\n`;
    const { entries: found, problems } = read(byHand);
    expect(problems).toEqual([]);
    expect(found).toEqual([entryOf({ fingerprint: fingerprintOf(9), owner: 'Ana', reason: 'two lines' }), entryOf({ fingerprint: fingerprintOf(2), rule: 'other', owner: 'Bo', reason: 'x', expires: '2026-12-01' })]);
  });

  it.each(['', '\n', 'waivers:\n', 'waivers: []\n', '# nothing yet\n'])('may be empty: %j', (empty) => {
    expect(read(empty)).toMatchObject({ entries: [], problems: [] });
  });

  it('takes ten thousand entries without the YAML parser, which needs seconds for them', () => {
    const written = writeFile(Array.from({ length: 10_000 }, (_, number) => entryOf({ fingerprint: fingerprintOf(number) })), KEY);
    expect(readLines(written)).toBeDefined();
    expect(read(written).entries).toHaveLength(10_000);
  });

  it('takes the same line twice, as a union merge leaves it, but not two that differ', () => {
    const line = lineOf(entryOf());
    expect(read(`waivers:\n${line}\n${line}\n`)).toMatchObject({ entries: [entryOf()], problems: [] });
    expect(problemsOf(`waivers:\n${line}\n${line.replace('a test account', 'otherwise')}\n`)).toEqual(['w.yml:3:3: the same finding is waived otherwise on line 2; keep one of the two lines']);
  });
});

describe('a waiver that may not be is a configuration error with its place', () => {
  const line = (more: string, without = ''): string => {
    const all = lineOf(entryOf()).replace(' }', `${more === '' ? '' : `, ${more}`} }`);
    return `version: 1\nwaivers:\n${without === '' ? all : all.replace(new RegExp(`(?:, )?${without}: (?:"[^"]*"|\\S+?)(?=,| \\})`), '')}\n`;
  };
  it.each([
    ['without an expiry', line('', 'expires'), /^w\.yml:3:3: the waiver has no expiry; say when it ends, at the latest 2027-11-22: expires: YYYY-MM-DD$/],
    ['without an owner', line('', 'owner'), /^w\.yml:3:3: the waiver has no owner; /],
    ['without a reason', line('', 'reason'), /^w\.yml:3:3: the waiver has no reason; /],
    ['without a rule', line('', 'rule'), /^w\.yml:3:3: the waiver names no `rule`$/],
    ['over the limit', line('').replace('2027-01-31', '2028-11-22'), /^w\.yml:3:\d+: the waiver expires in 731 days, over the limit of 365 \(waivers\.max-days\); choose 2027-11-22 or earlier/],
    ['on no day', line('').replace('2027-01-31', '2027-02-30'), /^w\.yml:3:\d+: the waiver expires on no day of the calendar; write the day as YYYY-MM-DD$/],
    ['approved by its owner, who asked', line('approved-by: "Ana <ANA@example.com>"'), /^w\.yml:3:\d+: the waiver is approved by its own requester; let somebody else approve it/],
    ['approved by its requester', line('requested-by: "bo", approved-by: "@Bo"'), /is approved by its own requester/],
    ['with a typing error', line('aproved-by: "bo"'), /^w\.yml:3:\d+: unknown key in a waiver, expected .*; did you mean `approved-by`\?$/],
    ['of an unknown kind', line('kind: base-line'), /: expected waiver, baseline or false-positive; did you mean `baseline`\?$/],
    ['with half a fingerprint', line('').replace(/tw1:[0-9a-f]{8}/, 'tw1:'), /: expected a fingerprint: `tw1:` and 32 hex digits/],
    ['with a verdict that is none', line('verdict: "alive"'), /: expected a verdict such as /],
    ['whose owner is no text', line('').replace('"ana@example.com"', '[ana]'), /^w\.yml:3:\d+: `owner` is not text, or empty; put it in quotes$/],
    ['that is no mapping', 'waivers:\n- all of them\n', /^w\.yml:2:3: expected an entry: /],
    ['in a list with another name', 'waiver:\n- x\n', /^w\.yml:1:\d+: unknown key, expected version, key or waivers; did you mean `waivers`\?$/],
    ['of the future', 'version: 2\nwaivers:\n', /^w\.yml:1:\d+: this tokenwarden reads version 1 of the file/],
    ['with a conflict left in it', `waivers:\n<<<<<<< ours\n${lineOf(entryOf())}\n=======\n`, /^w\.yml:2:1: a merge conflict was left here; keep the entries of both sides, each once$/],
  ])('%s', (_, content, message) => {
    const problems = problemsOf(content);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
    expect(read(content).entries).toEqual([]);
  });

  it('names the column of the field that is wrong, the same by both readers', () => {
    const wrong = line('').replace('2027-01-31', '2028-11-22');
    const slow = wrong.replace('version: 1\n', 'version:   1\n');
    expect(readLines(slow)).toBeUndefined();
    const column = (wrong.split('\n')[2] ?? '').indexOf('2028') + 1;
    expect(problemsOf(wrong)[0]).toContain(`w.yml:3:${column}:`);
    expect(problemsOf(slow)).toEqual(problemsOf(wrong));
  });

  it('points at the key that is unknown, the same by both readers', () => {
    const wrong = line('aproved-by: "bo"');
    expect(problemsOf(wrong)[0]).toContain(`w.yml:3:${(wrong.split('\n')[2] ?? '').indexOf('aproved') + 1}:`);
    expect(problemsOf(wrong.replace('version: 1\n', 'version:   1\n'))).toEqual(problemsOf(wrong));
  });

  it('never repeats what stands in the file', () => {
    const pasted = 'exa_pasted_by_mistake';
    for (const field of ['fingerprint', 'rule', 'kind', 'expires', 'verdict', 'approved-by']) {
      const told = problemsOf(`waivers:\n- { ${field}: "${pasted} !", ${pasted}: x }\n`).join('\n');
      expect(told).not.toContain(pasted);
      expect(told).not.toBe('');
    }
  });

  it('says all of them at once', () => {
    expect(problemsOf(`waivers:\n- { rule: x }\n- { fingerprint: "${fingerprintOf(1)}" }\n`).length).toBeGreaterThan(6);
  });

  it('of a missing approval where the configuration demands one, but not of a false positive that waits for it', () => {
    const strict = (content: string) => readFile(content, { file: 'w.yml', policy: { maxDays: 365, requireApproval: true }, now: NOW });
    expect(describeProblems(strict(line('')).problems)[0]).toMatch(/the waiver has no approval, which waivers\.require-approval demands/);
    expect(strict(line('approved-by: "bo"')).problems).toEqual([]);
    expect(strict(line('kind: false-positive')).problems).toEqual([]);
  });
});

describe('adding entries', () => {
  it('replaces what names the same finding, counts, and leaves the rest', () => {
    const before = [entryOf({ fingerprint: fingerprintOf(1) }), entryOf({ fingerprint: fingerprintOf(2) }), entryOf({ fingerprint: fingerprintOf(3) })];
    const added = addEntries(before, [entryOf({ fingerprint: fingerprintOf(1) }), entryOf({ fingerprint: fingerprintOf(2), owner: 'bo' }), entryOf({ fingerprint: fingerprintOf(2), rule: 'other' }), entryOf({ fingerprint: fingerprintOf(4) })]);
    expect(added).toMatchObject({ added: 2, replaced: 1, unchanged: 1 });
    expect(added.entries).toHaveLength(5);
  });
});

describe('two branches that add waivers', () => {
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

  const merge = (base: readonly WaiverEntry[], ours: readonly WaiverEntry[], theirs: readonly WaiverEntry[], union = false): { readonly isClean: boolean; readonly text: string } => {
    const folder = mkdtempSync(join(tmpdir(), 'tokenwarden-merge-'));
    folders.push(folder);
    const path = (name: string): string => join(folder, name);
    for (const [name, list] of Object.entries({ base, ours, theirs })) writeFileSync(path(name), list === base && base.length === 0 && union ? '' : writeFile(list, KEY));
    try {
      execFileSync('git', ['merge-file', ...(union ? ['--union'] : []), path('ours'), path('base'), path('theirs')], { stdio: 'pipe' });
      return { isClean: true, text: readFileSync(path('ours'), 'utf8') };
    } catch {
      return { isClean: false, text: readFileSync(path('ours'), 'utf8') };
    }
  };

  it('merge without conflict and give the file that one hand would have written, unless both fall between the same marks', () => {
    let clean = 0;
    for (let seed = 0; seed < 40; seed += 1) {
      const one = entryOf({ fingerprint: fingerprintOf(seed * 2) });
      const other = entryOf({ fingerprint: fingerprintOf(seed * 2 + 1) });
      const { isClean, text: merged } = merge([], [one], [other]);
      if (!isClean) continue;
      clean += 1;
      expect(merged).toBe(writeFile([one, other], KEY));
    }
    expect(clean).toBeGreaterThanOrEqual(38);
  });

  it('never conflict with the union driver, and the next writing brings the order back', () => {
    const [one, other] = [entryOf({ fingerprint: fingerprintOf(5) }), entryOf({ fingerprint: fingerprintOf(5), rule: 'other' })];
    const { isClean, text: merged } = merge([], [one], [other], true);
    expect(isClean).toBe(true);
    const both = read(merged);
    expect(both.problems).toEqual([]);
    expect(writeFile(both.entries, KEY)).toBe(writeFile([one, other], KEY));
  });

  it('conflict where both change the same entry: a person decides', () => {
    const base = [entryOf()];
    expect(merge(base, [entryOf({ expires: '2027-02-01' })], [entryOf({ expires: '2027-03-01' })]).isClean).toBe(false);
  });
});
