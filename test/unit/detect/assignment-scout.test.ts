import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../src/rules/compiled-rule.ts';
import { examine } from '../../../src/rules/examine.ts';
import { parseRules } from '../../../src/rules/parse.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';
import { assignmentScout } from '../../../src/rules/generic/assignment-scout.ts';

const RULES = parseRules(readFileSync(new URL('../../../rules/generic.yml', import.meta.url), 'utf8'), 'generic.yml').filter(({ validator }) => validator === 'assigned-secret');
const NAMES = 'apiKey auth_token csrfToken secret.name pw_hash PASSWORD db-password key keys my.api.key tokens[0].key authSecretTokenKeyPasswordCredentialAndMuchMore public_key AUTH pass PASS psk secret access.key'.split(' ');
const SEPARATORS = ['=', ' = ', ': ', '": "', "' => '", '", "', ': SecretToken = "', '" value="', ' default="x" value="', `" { ${'a'.repeat(150)} default = "`, '("', ' is "', ' ', '>', '</key> <string>', '.', '-', '\n  value: ', '" { token: default = "'];
const VALUES = ['a', 'xyz9', 'Zq8', 'process.env.TOKEN', 'hunter2hunter2', '${auth}', 'R7fk2', 'a-word', '"', '";', '\n', ', '];

describe('the scout of assignments', () => {
  test('finds where the expression does, and drops only what the validator would drop', () => {
    const random = seededRandom('scout');
    const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
    let kept = 0;
    let dropped = 0;
    for (let round = 0; round < 3000; round += 1) {
      const text = Array.from({ length: 6 }, () => pick(NAMES) + pick(SEPARATORS) + pick(VALUES) + pick(VALUES) + pick(['', '"', '\n', ' '])).join('');
      for (const rule of RULES) {
        const compiled = compileRule(rule);
        const { expression, scout } = compiled;
        if (scout === undefined) throw new Error(`${rule.id} has no scout`);
        expression.lastIndex = 0;
        scout.expression.lastIndex = 0;
        for (;;) {
          const match = expression.exec(text);
          const found = scout.expression.exec(text);
          expect([found?.index, found?.[0], found?.[1]]).toEqual([match?.index, match?.[0], match?.groups?.['name']]);
          if (match === null || found === null) break;
          if (scout.mayKeep(text, found)) kept += 1;
          else {
            dropped += 1;
            expect(examine(compiled, text, match)).toHaveProperty('dropped', 'value: the name promises no secret');
          }
        }
      }
    }
    expect(kept).toBeGreaterThan(1000);
    expect(dropped).toBeGreaterThan(1000);
  });

  test('does not look for patterns of another shape', () => {
    expect(assignmentScout.patternOf('(?<name>my secret)(?<separator> is )(?=(?<secret>[^\\r\\n]{4,20}))')).toBeUndefined();
    expect(assignmentScout.patternOf('secret=(?<secret>[a-z]{8})')).toBeUndefined();
  });
});
