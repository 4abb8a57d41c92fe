import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasSealedPrefix } from '../../src/rules/generic/sealed-prefix.ts';
import { compileRule, loadCatalogue, matchAll, matchOne, pathOfSamples, sampleOf } from '../../src/rules/index.ts';

const { rules } = await loadCatalogue(fileURLToPath(new URL('../../rules', import.meta.url)));
const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

describe.each(rules)('$id', (rule) => {
  it.each(rule.examples.map((sample, index) => ({ sample, index })))('example $index is found with exactly its bytes, by this rule alone', ({ sample }) => {
    const { text, token, start } = sampleOf(rule.id, sample);
    const found = matchAll(rules, latin1(text), pathOfSamples(rule)).filter((match) => match.rule.companionOnly === rule.companionOnly);
    expect(found.map((match) => ({ rule: match.rule.id, isWhole: match.value === token, start: match.start }))).toEqual([{ rule: rule.id, isWhole: true, start }]);
  });

  it('examples differ from each other', () => {
    expect(new Set(rule.examples.map((sample) => sampleOf(rule.id, sample).text)).size).toBe(rule.examples.length);
  });

  it.each(rule.nearMisses)('near miss: $why', (sample) => {
    const text = latin1(sampleOf(rule.id, sample).text);
    expect(matchOne(compileRule(rule), text)).toEqual([]);
    expect(matchAll(rules, text, pathOfSamples(rule)).filter(({ confidence, rule: other }) => confidence !== 'low' && !other.companionOnly)).toEqual([]);
  });

  it('is found at the edges of a file, in a line of its own, and after an escaped line end', () => {
    if (rule.validator !== undefined || rule.pattern.includes('(?<secret>')) return; // these need their surroundings
    const token = sampleOf(rule.id, rule.examples[0] ?? { recipe: '', seed: 0 }).token;
    for (const text of [token, `\n${token}\r\n`, `"line\\n${token}\\n"`, `'${token}'`, `(${token})`, `\u001b[32m${token}\u001b[0m`, `a%3D${token}%26`]) {
      expect(matchOne(compileRule(rule), text).map(({ value }) => value === token)).toEqual([true]);
    }
  });

  it('keeps an anchor within reach of every example', () => {
    if (rule.paths !== undefined) return; // files of a name are read without
    for (const sample of rule.examples) {
      const { text, start, token } = sampleOf(rule.id, sample);
      const window = text.toLowerCase();
      const near = rule.anchors.map((anchor) => anchor.toLowerCase()).filter((anchor) => {
        for (let at = window.indexOf(anchor); at !== -1; at = window.indexOf(anchor, at + 1)) {
          if (at - rule.windowBefore <= start && at + rule.windowAfter >= start + token.length) return true;
        }
        return false;
      });
      expect(near.length).toBeGreaterThan(0);
    }
  });

  it('has a public prefix that its examples begin with', () => {
    for (const sample of rule.examples) expect(sampleOf(rule.id, sample).token.startsWith(rule.publicPrefix)).toBe(true);
  });
});

describe('the catalogue', () => {
  it('covers the first forty-one entries of the issuer facts', () => {
    expect(rules.length).toBeGreaterThanOrEqual(90);
    expect(new Set(rules.map(({ issuer }) => issuer)).size).toBeGreaterThanOrEqual(20);
  });

  it('keeps generic rules away from the prefix of every kind with a checksum', () => {
    for (const rule of rules) {
      if (rule.checksum === undefined) continue;
      for (const sample of rule.examples) expect([rule.id, hasSealedPrefix(sampleOf(rule.id, sample).token)]).toEqual([rule.id, true]);
    }
  });

  it('has the same digest whenever it is read', async () => {
    const again = await loadCatalogue(fileURLToPath(new URL('../../rules', import.meta.url)));
    const first = await loadCatalogue(fileURLToPath(new URL('../../rules', import.meta.url)));
    expect(again.digest).toBe(first.digest);
    expect(again.digest).toMatch(/^[0-9a-f]{64}$/);
  });
});
