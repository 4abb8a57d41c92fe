import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leadOf } from '../../../../src/rules/pattern/lead.ts';
import { arbitraryPattern, arbitraryText } from './arbitrary-pattern.ts';

const ANCHORS = ['a', 'ab', 'bc', 'cab', '-a', 'aa', 'b-'] as const;

describe('how far before an anchor a match begins', () => {
  test.each([
    ['secret=(\\w{8})', ['secret'], 0],
    ['my_?(?:secret|token)=(\\w{8})', ['SECRET', 'token'], 3],
    ['(?:api[_-]?key|[a-z]{1,5}token)', ['api_key', 'api-key', 'apikey', 'token'], 5],
    ['(?:Server|Addr)\\s{0,2}=', ['server', 'addr='], undefined],
    ['(?:Server|Addr)\\s{0,2}=', ['server', 'addr'], 0],
    ['(?<=[_-])pw=', ['_pw', '-pw'], 0],
    ['(?<=[_.-])pw=', ['_pw', '-pw'], undefined],
    ['\\w+secret', ['secret'], undefined],
    ['x(?=secret)', ['secret'], undefined],
    ['[a-z0-9]{3,40}:secret', ['secret', ':sec'], 40],
    ['(a|b)\\1secret', ['secret'], undefined],
  ] as const)('%s with %j: %s', (pattern, anchors, lead) => {
    expect(leadOf(pattern, 'i', anchors)).toBe(lead);
  });

  test('an anchor begins so far behind the start of every match at most', () => {
    let known = 0;
    fc.assert(
      fc.property(arbitraryPattern, arbitraryText, fc.subarray([...ANCHORS], { minLength: 1 }), (pattern, text, anchors) => {
        const lead = leadOf(pattern, '', anchors);
        if (lead === undefined) return;
        for (const { 0: match, index } of text.matchAll(new RegExp(pattern, 'g'))) {
          known += 1;
          const first = Math.min(...anchors.map((anchor) => match.indexOf(anchor)).filter((at) => at !== -1));
          expect([text, index, first <= lead]).toEqual([text, index, true]);
        }
      }),
      { numRuns: 20_000, seed: 5 },
    );
    expect(known).toBeGreaterThan(500);
  });
});
