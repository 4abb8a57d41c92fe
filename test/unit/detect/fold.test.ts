import { describe, expect, it } from 'vitest';
import { foldMatches, type FoldInput } from '../../../src/detect/index.ts';
import { DEFAULT_FINGERPRINT_KEY, type FingerprintKey } from '../../../src/lib/fingerprint.ts';
import type { Credential, Rule } from '../../../src/model/index.ts';
import { sampleOf } from '../../../src/rules/index.ts';
import { blobOf, engineFor, RULES } from './engine.ts';

const engine = engineFor(RULES);
const rules: ReadonlyMap<string, Rule> = new Map(RULES.map((rule) => [rule.id, rule]));
const SECRET_KEY: FingerprintKey = { bytes: new Uint8Array(32).fill(7), secrecy: 'secret' };
const token = (recipe: string, seed: number): string => sampleOf('fold', { recipe, seed }).token;

async function fold(files: Readonly<Record<string, string>>, key: FingerprintKey = DEFAULT_FINGERPRINT_KEY): Promise<readonly Credential[]> {
  const inputs: FoldInput[] = [];
  for (const [path, text] of Object.entries(files)) {
    const { matches, secrets } = await engine.scan(blobOf(Buffer.from(text)));
    inputs.push(...matches.map((raw) => ({ raw, secrets, origins: [{ shown: { kind: 'file' as const, path }, path }] })));
  }
  return foldMatches(inputs, rules, key);
}

describe('matches fold into credentials', () => {
  const github = token('ghp_<base62:30><github-crc32>', 3);

  it('one for each secret, with all of its places, whatever their order', async () => {
    const files = { 'b.env': `A=${github}\n`, 'a.env': `\nB=${github} ${github}\n` };
    const [credential, ...more] = await fold(files);
    expect(more).toEqual([]);
    expect(credential?.occurrences.map(({ origin, region }) => [origin.kind === 'file' && origin.path, region.startLine])).toEqual([['a.env', 2], ['a.env', 2], ['b.env', 1]]);
    const [again] = await fold(Object.fromEntries(Object.entries(files).reverse()));
    expect(again?.fingerprint).toBe(credential?.fingerprint);
    expect(again?.occurrences).toEqual(credential?.occurrences);
  });

  it('under the rule that knows most, though another matched elsewhere', async () => {
    const jwt = token('<jwt:{"iss":"https://sso.example.com","exp":1797800000}>', 4);
    const found = await fold({ 'a.txt': `Authorization: Bearer ${jwt}\n`, 'b.txt': `x ${jwt}\n` });
    expect(found.map(({ rule }) => rule.id)).toEqual(['jwt']);
    expect(found[0]?.facts?.issuerUrl).toBe('https://sso.example.com');
  });

  it('a guessable value has no fingerprint of its own while the key is public', async () => {
    const line = `db_password = "${['tr0ub4dor', '3x'].join('&')}"\n`;
    const [here] = await fold({ 'a.ini': line });
    const [there] = await fold({ 'b.ini': line });
    expect(here?.rule.tokenType).toBe('password');
    expect(here?.fingerprint).not.toBe(there?.fingerprint);
    const [changed] = await fold({ 'a.ini': line.replace('3x', '4y') });
    expect(changed?.fingerprint).toBe(here?.fingerprint);
    const [keyed] = await fold({ 'a.ini': line }, SECRET_KEY);
    const [keyedThere] = await fold({ 'b.ini': line }, SECRET_KEY);
    expect(keyed?.fingerprint).toBe(keyedThere?.fingerprint);
  });

  describe('of several parts', () => {
    const id = token('AKIA<base32:16>', 5);
    const secret = token('<base64:40>', 6);
    const secretLine = `aws_secret_access_key = ${secret}\n`;
    const companions = (credentials: readonly Credential[]): readonly string[] => credentials.filter(({ rule }) => rule.id === 'aws-access-key').flatMap((one) => one.companions.map(({ name, secret: part }) => `${name} ${part.reveal()}`));

    it('near each other in one file', async () => {
      expect(companions(await fold({ credentials: `[default]\naws_access_key_id = ${id}\n${secretLine}` }))).toEqual([`key-id ${id}`]);
    });

    it('in two files of one folder', async () => {
      expect(companions(await fold({ 'etc/id.txt': `${id}\n`, 'etc/key.ini': secretLine }))).toEqual([`key-id ${id}`]);
    });

    it('not in another folder, and not when there are two to choose from', async () => {
      expect(companions(await fold({ 'other/id.txt': `${id}\n`, 'etc/key.ini': secretLine }))).toEqual([]);
      expect(companions(await fold({ 'etc/id.txt': `${id}\n`, 'etc/id2.txt': `${token('AKIA<base32:16>', 8)}\n`, 'etc/key.ini': secretLine }))).toEqual([]);
    });

    it('and the id alone is no credential', async () => {
      expect(await fold({ 'etc/id.txt': `${id}\n` })).toEqual([]);
    });
  });
});
