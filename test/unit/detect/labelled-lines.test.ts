import { describe, expect, it } from 'vitest';
import { matchAll } from '../../../src/rules/index.ts';
import { labelledLines } from '../../bench/accuracy/labelled/labelled-lines.ts';
import { blobOf, engineFor, RULES } from './engine.ts';

const generic = RULES.filter(({ issuer }) => issuer === 'generic');
const engine = engineFor(generic);
const lines = labelledLines('unit', 2);

async function found(text: string): Promise<readonly { readonly value: string; readonly rule: string; readonly isShown: boolean; readonly isPlain: boolean }[]> {
  const output = await engine.scan(blobOf(Buffer.from(text, 'latin1')));
  return output.matches.map(({ secret, ruleId, confidence, features }) => ({
    value: Buffer.from(output.secrets.subarray(secret.offset, secret.offset + secret.length)).toString('latin1'),
    rule: ruleId,
    isShown: confidence !== 'low',
    isPlain: features['decoded'] === undefined,
  }));
}

describe('lines of many languages, labelled', () => {
  it('are found in nine of ten, and hardly ever where there is none', { timeout: 120_000 }, async () => {
    const counts = { credentials: 0, found: 0, wrong: 0 };
    for (const { text, secrets } of lines) {
      const shown = (await found(`first\n${text}\nlast\n`)).filter(({ isShown }) => isShown);
      const isFound = shown.some(({ value }) => secrets.some((secret) => value.includes(secret) || secret.includes(value)));
      if (secrets.length > 0) counts.credentials += 1;
      if (isFound) counts.found += 1;
      else if (shown.length > 0) counts.wrong += 1;
    }
    expect(counts.found / counts.credentials).toBeGreaterThan(0.85);
    expect(counts.found / (counts.found + counts.wrong)).toBeGreaterThan(0.97);
  });

  it('give the fast engine what they give the slow reference', { timeout: 120_000 }, async () => {
    const different: string[] = [];
    for (const { text, template } of lines) {
      const whole = Buffer.from(`first\n${text}\nlast\n`).toString('latin1');
      const fast = (await found(whole)).filter(({ isPlain }) => isPlain).map(({ rule, value }) => `${rule} ${value}`);
      const slow = matchAll(generic, whole).map(({ rule, value }) => `${rule.id} ${value}`);
      if (fast.sort().join('\n') !== slow.sort().join('\n')) different.push(template);
    }
    expect(different).toEqual([]);
  });
});
