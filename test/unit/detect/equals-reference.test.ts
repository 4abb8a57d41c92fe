import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchAll, sampleOf } from '../../../src/rules/index.ts';
import { blobOf, engineFor, plaintexts, RULES } from './engine.ts';

const samples = RULES.flatMap((rule) => [...rule.examples, ...rule.nearMisses].map((sample) => sampleOf(rule.id, sample).text));
const engine = engineFor(RULES);
/** Without the anchors of other rules, which might open the same window. */
const assignments = engineFor(RULES.filter(({ id }) => id === 'generic-password'));
const BATCH = 60;

/** What both matchers must agree on: which rule, which bytes. */
function reference(text: string): readonly string[] {
  return matchAll(RULES, text)
    .map((match) => `${match.rule.id} ${match.start} ${match.value}`)
    .sort();
}

async function fast(text: string, most?: number): Promise<readonly string[]> {
  const bytes = Buffer.from(text, 'latin1');
  const output = await engine.scan(blobOf(bytes, most));
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map((feed) => feed.index + 1)];
  return output.matches
    .map((match) => {
      const value = Buffer.from(output.secrets.subarray(match.secret.offset, match.secret.offset + match.secret.length)).toString('latin1');
      return `${match.ruleId} ${(lineStarts[match.region.startLine - 1] as number) + match.region.startColumn - 1} ${value}`;
    })
    .sort();
}

describe('the fast engine finds what the slow reference finds', () => {
  // Many samples make one text: the reference runs every rule over all of it, which takes its time.
  const batches = Array.from({ length: Math.ceil(samples.length / BATCH) }, (_, index) => samples.slice(index * BATCH, (index + 1) * BATCH));
  it.each(batches.map((batch, index) => [index * BATCH, batch] as const))('in the samples of the catalogue from %i on', { timeout: 60_000 }, async (_index, batch) => {
    const text = batch.join('\n\n');
    expect(await fast(text)).toEqual(reference(text));
  });

  it('in each sample alone, where the anchors of no other open a window', { timeout: 60_000 }, async () => {
    const missed: string[] = [];
    for (const rule of RULES.filter(({ paths }) => paths === undefined)) {
      for (const { text } of rule.examples.map((sample) => sampleOf(rule.id, sample))) {
        const isFound = (await fast(text)).some((found) => found.startsWith(`${rule.id} `));
        if (!isFound && reference(text).some((found) => found.startsWith(`${rule.id} `))) missed.push(rule.id);
      }
    }
    expect(missed).toEqual([]);
  });

  it.each([['password', 'DB_PASSWORD', '9EhD5+qTFpc5'], ['apiToken', 'API_TOKEN', 'q8Zr1LmXw94kTbVn02Pd']])('behind a name that is given another name or a literal: %s', async (name, other, value) => {
    for (const text of [`const ${name} = process.env.${other} ?? '${value}';\n`, `const ${name} = process.env.${other} ?? '${value}'\n`]) {
      expect(reference(text)).toHaveLength(1);
      expect(await fast(text)).toEqual(reference(text));
    }
  });

  it.each(['p@ss;w0rd!99', 'ab,Cd9$kL#p2', 'Kx9&mmQ2!tt', 'a;Bq7,xL#2zz', 'qwbzxkvm;Q7z'])('in settings whose password holds separators: %s', async (password) => {
    for (const line of [`password: ${password}`, `port: 1\npassword: ${password} # comment\n`, `DB_PASSWORD=${password}`, `DB_PASSWORD=${password}\r\nx=1\r\n`]) {
      expect(await fast(line)).toEqual(reference(line));
      expect(plaintexts(await assignments.scan(blobOf(Buffer.from(line))))).toEqual([password]);
    }
  });

  it('in lines that the padding of base64 ends, which are no quoted-printable ones', async () => {
    for (const name of ['./deploy --token ', 'ARG USER_APP_SECRET=', 'mail.encryption.key = ', 'Authorization: Bearer ']) {
      for (let seed = 0; seed < 12; seed += 1) {
        const value = sampleOf('padding', { recipe: '<base64bytes:32>', seed }).token;
        const line = `first\n${name}${value}\nlast line\n`;
        expect(value).toMatch(/[^=]=$/);
        expect(await fast(line)).toEqual(reference(line));
      }
    }
  });

  it('in samples joined by noise', { timeout: 120_000 }, async () => {
    const noise = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEF0123456789_-=: \n\t"\'/.,;{}()<>@$%&+!#*'.split('')), maxLength: 200 }),
      fc.constantFrom('password', 'token=', 'ghp_', '-----BEGIN ', '://', 'secret: "', '\n', 'api_key', 'eyJ'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(noise, fc.constantFrom(...samples)), { maxLength: 40 }), fc.constantFrom('\n', ' ', ''), async (parts, glue) => {
        const text = parts.join(glue);
        expect(await fast(text)).toEqual(reference(text));
      }),
      { seed: 7, numRuns: 80 },
    );
  });

  it('wherever a chunk of the stream ends', { timeout: 120_000 }, async () => {
    const filler = 'const value = compute(alpha, beta); // nothing here\n';
    const [sample] = RULES.flatMap((rule) => (rule.id === 'github-pat-classic' ? rule.examples.map((example) => sampleOf(rule.id, example).text) : []));
    const chunk = 1 << 20;
    for (const shift of [-200, -70, -40, -1, 0, 1, 39]) {
      for (const edge of [chunk, chunk + 65_536, chunk + 131_072, 2 * chunk]) {
        const head = filler.repeat(Math.ceil((edge + shift) / filler.length)).slice(0, edge + shift - 1);
        const text = `${head}\n${sample}\n${filler}`;
        const found = (await fast(text, 50_000)).filter((line) => line.startsWith('github-pat-classic'));
        expect(found).toHaveLength(1);
        const at = Number(found[0]?.split(' ')[1]);
        expect(text.slice(at, at + 4)).toBe('ghp_');
      }
    }
  });
});
