import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { adversarialInputs } from '../../../src/rules/adversarial-inputs.ts';
import { compileRule, loadCatalogue, matchOne } from '../../../src/rules/index.ts';
import { patternHash } from '../../../src/rules/pattern-hash.ts';

const { rules } = await loadCatalogue(fileURLToPath(new URL('../../../rules', import.meta.url)));
const verdicts = JSON.parse(await readFile(new URL('../../../fixtures/rules/redos-verdicts.json', import.meta.url), 'utf8')) as Record<string, { readonly rule: string; readonly verdict: string }>;
const LENGTH = 32_768;
/** Generous: a busy machine of two cores needs under 30 for all but a few; quadratic patterns need thousands. */
const MAX_MS = 600;

/** One rule for each pattern: lines of the context table that share a shape differ by a literal word. */
const distinct = [...new Map(rules.map((rule) => [patternHash(rule), rule])).values()];

describe.each(distinct)('$id', (rule) => {
  it('has a verdict of the ReDoS gate for this very pattern (else run `node src/build/check-patterns.ts`)', () => {
    expect(verdicts[patternHash(rule)]?.verdict ?? 'missing').toMatch(/^(?:safe|refuted|unknown)$/);
  });

  it('matches and examines 32 KiB of hostile text in time that grows with its length', () => {
    const compiled = compileRule(rule);
    for (const text of adversarialInputs(rule, LENGTH)) {
      // The best of three: a thread that had to wait is not a slow pattern.
      const took = (): number => {
        const startedAt = performance.now();
        matchOne(compiled, text);
        return performance.now() - startedAt;
      };
      const isQuick = took() < MAX_MS || took() < MAX_MS || took() < MAX_MS;
      expect([text.slice(0, 40), isQuick]).toEqual([text.slice(0, 40), true]);
    }
  });
});

it('keeps no verdict of a pattern that is gone', () => {
  const hashes = new Set(rules.map(patternHash));
  expect(Object.keys(verdicts).filter((hash) => !hashes.has(hash))).toEqual([]);
});
