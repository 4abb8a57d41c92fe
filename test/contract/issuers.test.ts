import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ISSUERS } from '../../src/issuers/registry.ts';
import { encodedForms } from '../../src/lib/http/secret-forms.ts';
import { BAD_ANSWERS, spoiled } from '../unit/issuers/bad-answers.ts';
import { replay } from '../unit/issuers/replay.ts';
import type { Replay } from '../unit/issuers/replay.ts';
import type { RecordedFile } from '../unit/issuers/recorded-exchange.ts';

const folder = fileURLToPath(new URL('../../fixtures/issuers/', import.meta.url));
/**
 * Every issuer that can be asked has these; `revoke` too if it can revoke; `silent` where some kinds are not asked. Bad
 * answers that every issuer may get are played by `BAD_ANSWERS`; `throttled`, `malformed`, `timeout` hold an issuer's own.
 */
const REQUIRED = ['active', 'inactive'];
/** Of every silence. */
const IMPATIENT_MS = 150;

const load = async (issuer: string, outcome: string): Promise<RecordedFile> => JSON.parse(await readFile(`${folder}${issuer}/${outcome}.json`, 'utf8')) as RecordedFile;
const present = new Map(await Promise.all(ISSUERS.map(async ({ id }) => [id, (await readdir(`${folder}${id}`).catch(() => [])).map((file) => file.replace(/\.json$/, ''))] as const)));

describe.each(ISSUERS)('issuer $id', ({ id, kinds, proof, introspect, revoke }) => {
  it('says what it is asked about and how that is proved', () => {
    expect(kinds.length).toBeGreaterThan(0);
    expect(proof.reference.length).toBeGreaterThan(10);
  });

  it('has a recorded exchange for every outcome', () => {
    const wanted = [...(introspect === undefined ? [] : REQUIRED), ...(revoke === undefined ? [] : ['revoke'])];
    expect(wanted.filter((outcome) => present.get(id)?.includes(outcome) !== true)).toEqual([]);
  });
});

const files = await Promise.all(
  [...present].flatMap(([issuer, outcomes]) => outcomes.map(async (outcome) => ({ issuer, outcome, ...(await load(issuer, outcome)) }))),
);
const cases = files.flatMap(({ issuer, outcome, source, cases: recorded }) => recorded.map((one) => ({ title: `${issuer} ${outcome}: ${one.name}`, issuer, outcome, source, recorded: one })));

describe('a recorded exchange', () => {
  it.each(cases)('$title', async ({ issuer, outcome, source, recorded }) => {
    expect(source).not.toBe('');
    const played = await replay(issuer, recorded);
    try {
      const { verifier } = played.bench;
      const answer = outcome === 'revoke' ? await verifier.revoke(played.credential) : await verifier.ask(played.credential);
      const plain = JSON.parse(JSON.stringify(answer)) as Record<string, unknown>;
      expect(plain).toMatchObject(recorded.expect);
      if ('facts' in recorded.expect) expect(plain['facts']).toEqual(recorded.expect.facts);
      if (outcome === 'inactive' || outcome === 'active') expect(plain['status']).toBe(outcome);
      expect(played.differences()).toEqual([]);
      expectNoSecret(played, plain);
    } finally {
      await played.stop();
    }
  });
});

/** One live case of each kind of each issuer. */
const live = cases.filter(({ issuer, outcome, recorded }, index) => outcome === 'active' && cases.findIndex((one) => one.outcome === 'active' && one.issuer === issuer && one.recorded.rule === recorded.rule) === index);

describe.each(live)('$issuer, asked about $recorded.rule,', ({ issuer, recorded }) => {
  it.each(BAD_ANSWERS)('takes $name for what it is', async ({ response, why }) => {
    const played = await replay(issuer, spoiled(recorded, response), response.hang === true ? IMPATIENT_MS : 5_000);
    try {
      const answer = await played.bench.verifier.ask(played.credential);
      expect(['unknown', 'notAttempted']).toContain(answer.status);
      // Where discovery comes first, it fails in its own words.
      if (why !== undefined && recorded.exchanges[0]?.request.path.startsWith('/.well-known') !== true) expect(answer).toMatchObject({ why });
      expectNoSecret(played, JSON.parse(JSON.stringify(answer)));
    } finally {
      await played.stop();
    }
  });
});

/** Neither the answer, nor the ledger, nor any URL holds the credential or our own secret, in any form. */
function expectNoSecret(played: Replay, answer: unknown): void {
  const kept = JSON.stringify([answer, played.bench.ledger, played.asked]);
  for (const secret of [played.token, played.ownSecret]) {
    for (const form of [secret, ...encodedForms(secret)]) expect(kept.includes(form)).toBe(false);
  }
}
