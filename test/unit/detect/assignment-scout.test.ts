import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../src/rules/compiled-rule.ts';
import { examine } from '../../../src/rules/examine.ts';
import { parseRules } from '../../../src/rules/parse.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';
import { assignmentScout } from '../../../src/rules/generic/assignment-scout.ts';

const RULES = parseRules(readFileSync(new URL('../../../rules/generic.yml', import.meta.url), 'utf8'), 'generic.yml').filter(({ validator }) => validator === 'assigned-secret');
const NAMES = 'apiKey auth_token csrfToken secret.name pw_hash PASSWORD db-password key keys my.api.key tokens[0].key authSecretTokenKeyPasswordCredentialAndMuchMore public_key AUTH pass PASS psk secret access.key authpass auth_pwd keystorepass authtok secretPassphrase tokenPasscode AUTH_PSK my_token_pw'.split(' ');
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
          if (scout.mayKeep(text, found.index, found[0].length, found[1] ?? '')) kept += 1;
          else {
            dropped += 1;
            expect(examine(compiled, text, match)).toHaveProperty('dropped');
          }
        }
      }
    }
    expect(kept).toBeGreaterThan(1000);
    expect(dropped).toBeGreaterThan(1000);
  });

  test('drops no value that the validator keeps', () => {
    const random = seededRandom('values');
    const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
    const openings = ['', '"', "'", '`', '\\"', '\\\'', '&quot;', '"""', 'b"', 'rb\'', '@"', '$', 'u', '<![CDATA[', 'R', '""', '\\\\"'];
    const alphabets = ['0123456789abcdef', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz', 'abcdefABCDEFGHXYZ', 'qwxzkvjQWXZKVJ0123456789', 'qwxzkvjQWXZKVJ', '0aB-_+/=.~:!@#$%^&*?|', 'abcdef-', '0aB ,;(){}<>\\'];
    let kept = 0;
    for (let round = 0; round < 60_000; round += 1) {
      const [opening, alphabet] = [pick(openings), pick(alphabets)];
      const value = random.below(20) === 0 ? 'abcdefab-cdef-abcd-efab-cdefabcdefab' : Array.from({ length: 1 + random.below(random.below(2) === 0 ? 60 : 26) }, () => alphabet[random.below(alphabet.length)]).join('');
      const text = `${pick(NAMES)}${pick(SEPARATORS)}${opening}${value}${pick(['', opening, '"', "'", ']]>', ';', '&', '\\'])}${pick(['', '\n', ' ', ')', ' # x'])}`;
      for (const rule of RULES) {
        const compiled = compileRule(rule);
        const { expression, scout } = compiled;
        expression.lastIndex = 0;
        for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
          const examination = examine(compiled, text, match);
          if (!('match' in examination) || scout === undefined) continue;
          kept += 1;
          scout.expression.lastIndex = match.index;
          const found = scout.expression.exec(text);
          expect([text, found !== null && scout.mayKeep(text, found.index, found[0].length, found[1] ?? '')]).toEqual([text, true]);
        }
      }
    }
    expect(kept).toBeGreaterThan(1000);
  });

  test('does not look for patterns of another shape', () => {
    expect(assignmentScout.patternOf('(?<name>my secret)(?<separator> is )(?=(?<secret>[^\\r\\n]{4,20}))')).toBeUndefined();
    expect(assignmentScout.patternOf('secret=(?<secret>[a-z]{8})')).toBeUndefined();
  });
});
