import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalIssuer, Place } from './respond-world.ts';

let place: Place;
let issuer: LocalIssuer;
beforeEach(async () => {
  place = new Place();
  // Long enough that all of them stand between question and answer.
  issuer = new LocalIssuer(() => 200);
  await issuer.start();
});
afterEach(() => {
  issuer.stop();
  place.remove();
});

/** What each of several processes came to; all of them begin at the same time. */
async function atOnce(commands: readonly (readonly string[])[]): Promise<readonly string[]> {
  const ran = await Promise.all(commands.map((args) => place.run(args)));
  return ran.map(({ code, stdout, stderr }) => (code === 2 ? (/\[(\w+)\]/.exec(stderr)?.[1] ?? stderr) : `${String(code)} ${/^(\S+)/.exec(stdout)?.[1] ?? ''}`)).toSorted();
}

const mutations = (): number => [...issuer.tokens.values()].reduce((sum, one) => sum + one.mutations, 0);

describe('several that would carry out a plan at the same time', { timeout: 60_000 }, () => {
  it('send nothing twice, of one plan or of two with the same token', async () => {
    const token = issuer.mint();
    place.configure(issuer);
    place.write('leak.txt', `token = ${token}\n`);
    await place.run(['audit', '--plan', 'one.json', 'leak.txt']);
    await place.run(['audit', '--plan', 'two.json', 'leak.txt']);
    const came = await atOnce([...Array<string[]>(3).fill(['apply', 'one.json', '--yes']), ['apply', 'two.json', '--yes'], ['apply', 'two.json', '--yes']]);
    expect(mutations()).toBe(1);
    expect(came.filter((one) => one === '0 done')).toHaveLength(1);
    for (const one of came) expect(['0 done', '0 already-inactive', 'APPLY_RUNNING']).toContain(one);
    expect(place.events().filter(({ event }) => event === 'apply.intent')).toHaveLength(1);
    expect((await place.run(['apply', 'two.json', '--yes'])).stdout).toContain('already-inactive');
    expect((await place.run(['ledger', 'verify'])).code).toBe(0);
  });

  it('send nothing twice where one of them acts by a rule', async () => {
    const token = issuer.mint();
    place.configure(issuer, 'respond:\n  rules: [{ name: leaks, when: { leaked: true, active: true }, then: revoke }]\n  issuers: [local]\n');
    place.write('leak.txt', `token = ${token}\n`);
    await place.run(['audit', '--plan', 'one.json', 'leak.txt']);
    await atOnce([['apply', 'one.json', '--yes'], ['respond', 'leak.txt', '--yes'], ['respond', 'leak.txt', '--yes']]);
    expect(mutations()).toBe(1);
    expect(place.events().filter(({ event }) => event === 'apply.intent')).toHaveLength(1);
  });
});
