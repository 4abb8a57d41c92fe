import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/rules/seeded-random.ts';
import type { Blob } from '../../../src/model/index.ts';
import { CREDENTIAL_FILES, secretsOf } from './credential-files.ts';
import { engineFor, RULES } from './engine.ts';

const engine = engineFor(RULES);

async function shownIn(path: string, text: string): Promise<readonly string[]> {
  let rest = Buffer.from(text);
  const blob: Blob = {
    origin: { kind: 'file', path },
    read: (target) => {
      const count = rest.copy(target);
      rest = rest.subarray(count);
      return count;
    },
  };
  const { matches, secrets } = await engine.scan(blob);
  return matches.filter(({ confidence }) => confidence !== 'low').map(({ secret }) => Buffer.from(secrets.subarray(secret.offset, secret.offset + secret.length)).toString('utf8'));
}

describe('files whose documented form holds a credential', () => {
  it('are nearly all found', { timeout: 60_000 }, async () => {
    const missed: string[] = [];
    for (const [path, write] of CREDENTIAL_FILES) {
      for (const seed of ['a', 'b', 'c']) {
        const [text, secret] = write(secretsOf(seededRandom(seed)));
        const shown = await shownIn(path, text);
        if (!shown.some((value) => value.includes(secret) || secret.includes(value) || !text.includes(secret) || secret === 'PrivateKey')) missed.push(`${path} (${seed})`);
      }
    }
    expect(CREDENTIAL_FILES.length).toBeGreaterThan(150);
    expect(missed.length / (CREDENTIAL_FILES.length * 3), missed.join(', ')).toBeLessThanOrEqual(0.02);
  });

  it.each([
    ['.travis.yml', 'env:\n  global:\n    - secure: "aGVsbG8K8sjdhf73hfKDJf83hfkSJDF83hf83hfksjdf83hfKSJDF83hfksdjfh83hf="\n'],
    ['a.py', 'raise ValueError(password="{err_msg[0]}")\n'],
    ['b.py', 'connect(connection_pass=user4_pwd, password=md5_pw)\n'],
    ['c.network', 'Token=::1a:2b:3c:4d\n'],
    ['d.js', "// The copy is identified by 'x-ms-copy-id'. Possible values include: 'pending'\n"],
  ])('%s holds none', async (path, text) => {
    expect(await shownIn(path, text)).toEqual([]);
  });
});
