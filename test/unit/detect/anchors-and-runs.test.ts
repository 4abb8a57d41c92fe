import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANCHOR_CLASS } from '../../../src/detect/engine/byte-classes.ts';
import { compileTables } from '../../../src/detect/engine/tables.ts';
import { matchAll, sampleOf } from '../../../src/rules/index.ts';
import { blobOf, engineFor, RULES } from './engine.ts';

const anchors = compileTables(RULES).anchors;
/** Kinds whose values may be short, which the prefilter looks for in another way than for long ones, and some of all others. */
const short = new Set(anchors.filter(({ kind, minRun }) => (kind === ANCHOR_CLASS.near || kind === ANCHOR_CLASS.context) && minRun < 23).flatMap(({ rules }) => rules));
const chosen = RULES.filter((_, index) => short.has(index) || index % 16 === 0);
const engine = engineFor(chosen);
const words = compileTables(chosen).anchors.map(({ text }) => text.replaceAll('\x01', '_'));
const samples = chosen
  .flatMap((rule) => [...rule.examples, ...rule.nearMisses].map((sample) => sampleOf(rule.id, sample).text))
  // A quote at its end and one that follows join two literals into one, which the reference does not decode.
  .map((text) => text.replace(/(["'`])\s*$/, '$1;'));

const alphabets = ['0123456789abcdef', 'abcdefghijklmnopqrstuvwxyz0123456789', 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-', 'abcXYZ019+/=', '.-_:=/'];
const run = fc.constantFrom(...alphabets).chain((alphabet) => fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 70 }));
const mark = fc.constantFrom(' ', '\n', '"', "'", '=', ': ', '= "', '>', ', ', '(', '', ' '.repeat(15), ' '.repeat(100));

async function found(text: string): Promise<readonly string[]> {
  const output = await engine.scan(blobOf(Buffer.from(text, 'latin1')));
  return output.matches.map(({ ruleId, secret }) => `${ruleId} ${Buffer.from(output.secrets.subarray(secret.offset, secret.offset + secret.length)).toString('latin1')}`).sort();
}

describe('anchors, and runs of every length beside them', () => {
  it('are told as the reference tells them, wherever blocks of sixteen bytes begin', { timeout: 180_000 }, async () => {
    const part = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...words) }, { weight: 4, arbitrary: run }, { weight: 2, arbitrary: fc.constantFrom(...samples) });
    let matches = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(part, mark), { minLength: 10, maxLength: 40, size: 'max' }), fc.nat(16), async (parts, shift) => {
        const text = ' '.repeat(shift) + parts.map((pair) => pair.join('')).join('');
        const here = await found(text);
        matches += here.length;
        expect(here).toEqual(
          matchAll(chosen, text)
            .map(({ rule, value }) => `${rule.id} ${value}`)
            .sort(),
        );
      }),
      { seed: 11, numRuns: 400 },
    );
    expect(matches).toBeGreaterThan(300);
  });
});
