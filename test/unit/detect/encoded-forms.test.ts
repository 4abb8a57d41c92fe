import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../../src/rules/index.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';
import { BINARIES, JOINS, SPELLINGS, type Write } from './encoded-forms.ts';
import { blobOf, engineFor, plaintexts, RULES } from './engine.ts';

const engine = engineFor(RULES);

/** Tokens of several issuers: letters of both cases, digits, dashes, dots and underscores, with a checksum and without. */
const RECIPES: readonly (readonly [string, string])[] = [
  ['github-pat-classic', 'ghp_<base62:30><github-crc32>'],
  ['gitlab-pat', 'glpat-<base62:20>'],
  ['slack-bot', 'xoxb-<digits:12>-<digits:13>-<base62:24>'],
  ['stripe-live', 'sk_live_<base62:24>'],
  ['sendgrid', 'SG.<base62:22>.<base62:43>'],
  ['digitalocean', 'dop_v1_<hex:64>'],
  ['huggingface', 'hf_<letters:34>'],
  ['shopify', 'shpat_<hex:32>'],
];

interface Miss {
  readonly form: string;
  readonly issuer: string;
}

async function missed(forms: Readonly<Record<string, Write>>, each: number): Promise<readonly Miss[]> {
  const misses: Miss[] = [];
  const names = Object.keys(forms);
  for (const [index, name] of names.entries()) {
    for (let n = 0; n < each; n += 1) {
      const [issuer, recipe] = RECIPES[(index + n * 3) % RECIPES.length] as readonly [string, string];
      const { token } = sampleOf('encoded-forms', { recipe, seed: index * 16 + n });
      const form = (forms[name] as Write)(token, seededRandom(`${name}${n}`));
      const whole = typeof form === 'string' ? Buffer.from(`first line\n${form}\nlast line\n`) : form;
      if (!plaintexts(await engine.scan(blobOf(whole))).includes(token)) misses.push({ form: name, issuer });
    }
  }
  return misses;
}

describe('a token that is written in another way', () => {
  const groups: readonly (readonly [string, Readonly<Record<string, Write>>])[] = [
    ['spelled', SPELLINGS],
    ['put together', JOINS],
    ['among bytes', BINARIES],
  ];
  it.each(groups)('%s, is found in 98 of 100 cases', { timeout: 120_000 }, async (_name, forms) => {
    const each = 4;
    const misses = await missed(forms, each);
    const total = Object.keys(forms).length * each;
    expect(1 - misses.length / total, misses.map(({ form, issuer }) => `${form} (${issuer})`).join(', ')).toBeGreaterThanOrEqual(0.98);
  });
});

describe('strings side by side', () => {
  const { token } = sampleOf('encoded-forms', { recipe: 'ghp_<base62:30><github-crc32>', seed: 77 });
  const [a, b] = [token.slice(0, 17), token.slice(17)];

  it.each([
    ['a list that nothing joins', `const parts = ["${a}", "${b}"];`],
    ['two settings', `A=${a}\nB=${b}`],
    ['names that are never used together', `const a = "${a}";\nconst b = "${b}";\nlog(a); log(b);`],
  ])('%s: are no token', async (_name, text) => {
    expect(plaintexts(await engine.scan(blobOf(Buffer.from(`first line\n${text}\nlast line\n`))))).toEqual([]);
  });

  it('values that double with every line end soon', { timeout: 20_000 }, async () => {
    const text = `a = "ghp_abcdefgh"\n${Array.from({ length: 500 }, () => 'a = f"ghp_{a}{a}{a}{a}{a}{a}{a}{a}"\n').join('')}`;
    expect(plaintexts(await engine.scan(blobOf(Buffer.from(text))))).toEqual([]);
    expect(plaintexts(await engine.scan(blobOf(Buffer.from(`a = "ghp_abcdefgh" + a + a\na += a\n`))))).toEqual([]);
  });
});
