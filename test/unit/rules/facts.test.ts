import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FACT_READERS } from '../../../src/rules/facts/registry.ts';
import { readFacts } from '../../../src/rules/index.ts';
import { awsAccountOf } from '../../../src/lib/aws-account.ts';
import { BASE32 } from '../../../src/rules/encoding/base-n.ts';
import { writeRecipe } from '../../../src/rules/samples/recipe.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';

const make = (recipe: string): string => writeRecipe(recipe, seededRandom('facts'));

describe('readFacts', () => {
  it('reads the registered claims of a JWT', () => {
    const token = make('<jwt:{"iss":"https://sso.example.com","sub":"u1","aud":["api","web"],"azp":"cli","scope":"read  write","iat":1795300000,"exp":1795303600,"jti":"t-1"}>');
    expect(readFacts('jwt', token)).toEqual({
      issuedAt: new Date('2026-11-21T22:26:40.000Z'),
      expiresAt: new Date('2026-11-21T23:26:40.000Z'),
      subject: 'u1',
      clientId: 'cli',
      issuerUrl: 'https://sso.example.com',
      audience: ['api', 'web'],
      scopes: ['read', 'write'],
      algorithm: 'HS256',
      notes: { jti: 't-1' },
    });
  });

  it('calls a JWT without exp one that never expires, and one with a broken exp one that says nothing', () => {
    expect(readFacts('jwt', make('<jwt:{"sub":"x"}>'))?.expiresAt).toBe('never');
    expect(readFacts('jwt', make('<jwt:{"exp":"soon"}>'))?.expiresAt).toBeUndefined();
    expect(readFacts('jwt', make('<jwt:{"exp":1795303600000}>'))?.expiresAt).toBeUndefined();
    expect(readFacts('jwt', make('<jwt:{"exp":-5}>'))?.expiresAt).toBeUndefined();
  });

  it('keeps control characters and long text of strangers out of claims', () => {
    const facts = readFacts('jwt', make(`<jwt:{"sub":"a\\u001b[31mb\\n","iss":"${'x'.repeat(400)}"}>`));
    expect(facts?.subject).toBe('a [31mb ');
    expect(facts?.issuerUrl).toHaveLength(300);
  });

  it('reads caveats of a PyPI token; the earliest expiry holds', () => {
    const token = make('pypi-<macaroon:registry.example;id;[1,["app","lib"]];[0,1797800000,1795300000];[0,1796000000,0];[3,"user-7"]>');
    expect(readFacts('pypi', token)).toEqual({ expiresAt: new Date('2026-11-30T00:53:20.000Z'), subject: 'user-7', scopes: ['project:app', 'project:lib'], notes: { location: 'registry.example' } });
    expect(readFacts('pypi', make('pypi-<macaroon:registry.example;id>'))).toMatchObject({ expiresAt: 'never', scopes: ['user'] });
  });

  it('reads caveats of a devpi token', () => {
    expect(readFacts('devpi', make('devpi-<macaroon:;ana-77aa;expires=1797800000;indexes=ana/dev,ana/prod>'))).toEqual({
      expiresAt: new Date('2026-12-20T20:53:20.000Z'),
      subject: 'ana',
      scopes: ['indexes:ana/dev', 'indexes:ana/prod'],
      notes: { tokenId: '77aa' },
    });
    expect(readFacts('devpi', make('devpi-<macaroon:;ana-77aa;expires=never>'))?.expiresAt).toBe('never');
  });

  it('reads whom a routable GitLab token is routed to', () => {
    expect(readFacts('gitlab-routable', make('glpat-<gitlab-payload:o:1,p:2n9c,u:a>.01.<gitlab-routable>'))).toEqual({ subject: 'user 10', notes: { organization: '1', project: '123456', user: '10' } });
    expect(readFacts('gitlab-routable', make('glpat-<base62:20>'))).toBeUndefined();
  });

  it('reads end, start and permissions of a shared access signature', () => {
    expect(readFacts('azure-sas', make('sv=2022-11-02&amp;st=2026-11-01T00:00:00Z&amp;se=2026-12-01&amp;sp=rwl&amp;sr=c&amp;sig=<percent:32>'))).toEqual({
      issuedAt: new Date('2026-11-01T00:00:00Z'),
      expiresAt: new Date('2026-12-01T00:00:00Z'),
      scopes: ['r', 'w', 'l'],
      notes: { sr: 'c', sv: '2022-11-02' },
    });
    expect(readFacts('azure-sas', make('sv=2022-11-02&si=policy&sr=c&sig=<percent:32>'))?.expiresAt).toBeUndefined();
  });

  it('reads app id and expiry of a stateless GitHub installation token', () => {
    expect(readFacts('github-stateless', make('ghs_12345_<jwt:{"exp":1795303600}>'))).toMatchObject({ clientId: '12345', expiresAt: new Date('2026-11-21T23:26:40.000Z') });
  });

  it('reads start and end of a short-lived Bedrock key', () => {
    const token = make('bedrock-api-key-<base64of:bedrock.amazonaws.com/?Action=X&X-Amz-Date=20261122T100000Z&X-Amz-Expires=43200>');
    expect(readFacts('aws-bedrock', token)).toEqual({ issuedAt: new Date('2026-11-22T10:00:00Z'), expiresAt: new Date('2026-11-22T22:00:00Z') });
  });

  it('finds the account number that was put into an AWS key id', () => {
    for (const account of ['000000000001', '123456789012', '999999999999']) {
      expect(awsAccountOf(keyIdOf(account))).toBe(account);
      expect(readFacts('aws-key-id', keyIdOf(account))).toEqual({ notes: { account } });
    }
    expect(awsAccountOf(`AKIA${'I'.repeat(16)}`)).toBeUndefined(); // of the old form, which holds none
    expect(awsAccountOf('AKIA')).toBeUndefined();
  });

  it.each([...FACT_READERS.values()])('$id says nothing of texts that are no such token, and never throws', (reader) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => {
        reader.read(text);
        return true;
      }),
      { seed: 3, numRuns: 300 },
    );
    expect(reader.read('')).toBeUndefined();
    expect(readFacts('no-such-reader', 'x')).toBeUndefined();
  });
});

/** The inverse of the decoding, written apart from it: first bit set, 40 bits of account, 7 bits of anything. */
function keyIdOf(account: string): string {
  let bits = (1n << 47n) | (BigInt(account) << 7n) | 5n;
  bits = (bits << 32n) | 0x12345678n;
  let text = '';
  for (let index = 0; index < 16; index += 1) {
    text = BASE32.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return `AKIA${text}`;
}
