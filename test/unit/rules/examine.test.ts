import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTEXT_BYTES, VALIDATORS, compileRule, examine, loadCatalogue, matchAll, matchOne, sampleOf } from '../../../src/rules/index.ts';
import { placeholderReason } from '../../../src/rules/placeholder.ts';
import { writeRecipe } from '../../../src/rules/samples/recipe.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';
import { allMatches } from '../../../src/rules/pattern/expression.ts';

const { rules } = await loadCatalogue(fileURLToPath(new URL('../../../rules', import.meta.url)));
const make = (recipe: string): string => writeRecipe(recipe, seededRandom('examine'));
const only = (text: string) => matchAll(rules, Buffer.from(text).toString('latin1')).filter(({ rule }) => !rule.companionOnly);

describe('matches carry what people and issuers need', () => {
  it('tells a key under a passphrase from a plain one', () => {
    expect(only(make('<pem:openssh>'))).toMatchObject([{ rule: { id: 'private-key-openssh' }, confidence: 'high', features: { encrypted: 'no' } }]);
    expect(only(make('<pem:openssh-encrypted>'))).toMatchObject([{ confidence: 'low', features: { encrypted: 'yes' } }]);
    expect(only(make('<pem:rsa-encrypted>'))).toMatchObject([{ rule: { id: 'private-key-rsa' }, confidence: 'low', features: { encrypted: 'yes' } }]);
    expect(only(make('<pem:pgp-encrypted>'))).toMatchObject([{ confidence: 'low', features: { encrypted: 'yes' } }]);
    expect(only(make('<pem:pgp>'))).toMatchObject([{ confidence: 'high', features: { encrypted: 'no' } }]);
  });

  it.each([
    ['indented in YAML', (pem: string) => pem.replace(/^/gm, '      ')],
    ['in a Java string over several lines', (pem: string) => pem.split('\n').map((line) => `  "${line}\\n" +`).join('\n')],
    ['in JSON', (pem: string) => JSON.stringify({ key: pem })],
    ['in JSON in JSON', (pem: string) => JSON.stringify({ body: JSON.stringify({ key: pem }) })],
    ['with Windows line ends', (pem: string) => pem.replace(/\n/g, '\r\n')],
    ['behind comment marks', (pem: string) => pem.replace(/^(?!-----BEGIN)/gm, '# ')],
  ])('reads a key %s', (_, write) => {
    for (const kind of ['rsa', 'ec', 'pkcs8', 'openssh']) {
      for (const seed of ['1', '2', '3', '4', '5']) expect(only(write(writeRecipe(`<pem:${kind}>`, seededRandom(seed)))).map(({ confidence }) => confidence)).toEqual(['high']);
    }
  });

  it('reads the account of an AWS key from the id beside it, and joins what is near with high confidence', () => {
    const text = 'aws_access_key_id=AKIAQ<base32:15>\naws_secret_access_key=<base64:40>\n';
    expect(only(make(text))).toMatchObject([{ rule: { id: 'aws-access-key' }, confidence: 'high', features: { 'key id': 'beside it' } }]);
    expect(only(make('aws_secret_access_key=<base64:40>\n'))).toMatchObject([{ confidence: 'medium' }]);
  });

  it('takes no secret of AWS for a path because letters stand between its slashes, and no path for one', () => {
    const idsOf = (text: string): readonly string[] => only(text).map(({ rule }) => rule.id);
    const pairs = Array.from({ length: 500 }, (_, seed) => writeRecipe('aws_access_key_id=AKIAQ<base32:15>\naws_secret_access_key=<base64:40>\n', seededRandom(String(seed))));
    expect(pairs.filter((text) => !idsOf(text).includes('aws-access-key')).length).toBeLessThan(8);
    const path = `src/components/${make('<base62:25>')}`;
    expect([path.length, idsOf(`aws_access_key_id=AKIAQ${make('<base32:15>')}\naws_secret_access_key=${path}\n`)]).toEqual([40, expect.not.arrayContaining(['aws-access-key'])]);
  });

  it('says where a value stands', () => {
    const token = make('ghp_<base62:30><github-crc32>');
    expect(only(`https://x:${token}@github.com/a/b`)).toMatchObject([{ role: 'url' }]);
    expect(only(`GH=${token}`)).toMatchObject([{ role: 'assignment' }]);
    expect(only(`see ${token} there`)).toMatchObject([{ role: 'text' }]);
  });

  it('keeps the facts of a JWT that an npm configuration holds, and the registry rule over the JWT rule', () => {
    expect(only(make('//registry.example:4873/:_authToken=<jwt:{"name":"ana","exp":1797800000}>'))).toMatchObject([{ rule: { id: 'npmrc-auth-token' }, facts: { subject: 'ana', expiresAt: new Date(1_797_800_000_000) } }]);
  });

  it('gives a JWT without registered claims low confidence, one without times medium, and none whose signature is too short for any algorithm', () => {
    expect(only(make('<jwt:{"hello":"there"}>'))).toMatchObject([{ confidence: 'low' }]);
    expect(only(make('<jwt:{"sub":"ana"}>'))).toMatchObject([{ confidence: 'medium' }]);
    expect(only(make('<jwt:{"iss":"https://sso.example.com","exp":1797800000}>'))).toMatchObject([{ confidence: 'high' }]);
    expect(only(make('<jwt:{"iss":"https://sso.example.com","exp":1797800000}>').replace(/[^.]*$/, 'wrong'))).toMatchObject([{ confidence: 'low' }]);
  });

  it('reports an unsecured JWT, whose algorithm is none and whose signature is empty, and leaves one without its signature at low confidence', () => {
    const unsigned = (text: string): string => make(text).replace(/[^.]*$/, '');
    const unsecured = unsigned('<jwt:{"$alg":"none","sub":"a","iss":"https://sso.example.com"}>');
    for (const text of [unsecured, `token: ${unsecured}\nnext: 1`, `const jwt = "${unsecured}";`, `Authorization: Bearer ${unsecured}`, `https://acme.internal/cb?id_token=${unsecured}&state=1`]) {
      expect(only(text)).toMatchObject([{ rule: { id: 'jwt' }, value: unsecured, confidence: 'medium', facts: { algorithm: 'none', expiresAt: 'never' }, features: { signed: 'no' } }]);
    }
    expect(only(unsigned('<jwt:{"$alg":"none","hello":"there"}>'))).toMatchObject([{ confidence: 'low' }]);
    expect(only(unsigned('<jwt:{"sub":"a"}>'))).toMatchObject([{ confidence: 'low' }]);
    expect(only(unsigned('<jwt:{"$alg":"none","sub":"1234567890"}>'))).toEqual([]);
  });

  it('never puts a value, or six characters of it, into features', () => {
    for (const rule of rules) {
      for (const sample of rule.examples) {
        const { text, token } = sampleOf(rule.id, sample);
        const told = JSON.stringify(matchOne(compileRule(rule), text).map(({ features }) => features));
        for (let at = rule.publicPrefix.length; at + 6 <= Math.min(token.length, 200); at += 1) expect(told.includes(token.slice(at, at + 6)) && !token.startsWith('-----') && !token.startsWith('PuTTY')).toBe(false);
      }
    }
  });
});

describe('examine', () => {
  it('judges the same whether it sees the whole file or only the context around the value', () => {
    const noise = 'lorem ipsum dolor '.repeat(60);
    // Rules that are bound to paths are given the head of their file, whatever surrounds the value.
    for (const rule of rules.filter(({ paths }) => paths === undefined)) {
      const compiled = compileRule(rule);
      for (const sample of rule.examples) {
        const { text } = sampleOf(rule.id, sample);
        const whole = `${noise}\n` + Buffer.from(text).toString('latin1') + `\n${noise}`;
        const [far] = [...allMatches(compiled.expression, whole)];
        if (far === undefined) throw new Error(rule.id);
        const from = Math.max(0, far.index - CONTEXT_BYTES - 8192);
        const near = whole.slice(from);
        const [found] = [...allMatches(compiled.expression, near)];
        if (found === undefined) throw new Error(rule.id);
        const [a, b] = [examine(compiled, whole, far), examine(compiled, near, found)];
        expect('match' in a && 'match' in b && { ...b.match, start: b.match.start + from, end: b.match.end + from }).toEqual('match' in a && a.match);
      }
    }
  });
});

describe('validators', () => {
  it.each([...VALIDATORS.values()])('$id answers any text without throwing, and quickly', (validator) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 256 }), (value, around) => {
        const judgement = validator.judge({ value, before: around, after: around, line: around + value, groups: { name: 'password', separator: '=', user: 'u', host: 'h.x', scheme: 'http' } });
        return typeof judgement.keep === 'boolean' && (judgement.value === undefined || value.includes(judgement.value));
      }),
      { seed: 5, numRuns: 300 },
    );
    const startedAt = performance.now();
    for (const character of ['a', 'A1', 'a.', 'a/', '${', ' ', '"', '\\', '-', '=', '0', '/', '\n', '(']) {
      validator.judge({ value: character.repeat(16_384), before: character.repeat(256), after: character.repeat(256), line: character.repeat(16_384), groups: {} });
    }
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});

describe('placeholderReason', () => {
  it.each(['x'.repeat(36), 'EXAMPLEKEY12', '0123456789abcdef', 'abcabcabcabc', 'your-token-1234', '', '------', 'AAAAAAAAAAAAAAAAAAAA', 'zyxwvutsrq', 'changeme1'])('calls %s an illustration', (body) => {
    expect(placeholderReason(body)).toBeDefined();
  });

  it.each(['base62:36', 'hex:64', 'base64url:43', 'base36:24', 'base64:200'])('takes 2,000 random bodies of %s for real', (segment) => {
    for (let seed = 0; seed < 2000; seed += 1) {
      const body = writeRecipe(`<${segment}>`, seededRandom(`p${seed}`));
      expect([body, placeholderReason(body)]).toEqual([body, undefined]);
    }
  });
});
