import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ISSUERS } from '../../src/issuers/registry.ts';
import { encodedForms } from '../../src/lib/http/secret-forms.ts';
import { BAD_ANSWERS, spoiled } from '../unit/issuers/bad-answers.ts';
import { replay } from '../unit/issuers/replay.ts';
import type { Replay } from '../unit/issuers/replay.ts';
import { makeSecret } from '../unit/issuers/make-credential.ts';
import type { RecordedCase, RecordedFile } from '../unit/issuers/recorded-exchange.ts';

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

type Run = (played: Replay, recorded: RecordedCase) => Promise<unknown>;

/** A token that was found, or one that was merely listed. */
async function limited({ bench, credential, storeId }: Replay, { tokenId = '', rule, listed, limit = {} }: RecordedCase): Promise<unknown> {
  const { until, keep = [], drop = [] } = limit;
  return bench.verifier.limiting.carryOut({ tokenId, ...(listed === true ? { store: storeId, rule } : { credential }) }, until === undefined ? { kind: 'narrow', keep, drop } : { kind: 'shorten', until: new Date(until) });
}

/** The rest of what an issuer can do, one file each. */
const OPERATIONS: Readonly<Record<string, Run>> = {
  deactivate: ({ bench, credential }) => bench.verifier.deactivate(credential),
  async rotate({ bench, credential }, { wish }) {
    const { expiresAt, ...rest } = wish ?? {};
    const replacement = await bench.verifier.rotate(credential, { ...rest, ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }) }, makeSecret);
    return replacement.status === 'issued' ? { ...replacement, secret: replacement.secret.reveal() } : replacement;
  },
  list: async ({ bench, storeId }) => drain('tokens', bench.verifier.administrator.list(storeId)),
  'revoke-by-id': ({ bench, storeId }, { tokenId }) => bench.verifier.administrator.revokeById(storeId, tokenId ?? ''),
  shorten: limited,
  narrow: limited,
  async uses({ bench, storeId }, { tokenId, since }) {
    const uses = bench.verifier.administrator.uses(storeId, tokenId ?? '', new Date(since ?? 0));
    return uses === undefined ? { end: { complete: false, why: 'no audit log' } } : drain('uses', uses);
  },
};

async function drain<T, E>(name: string, items: AsyncGenerator<T, E>): Promise<Readonly<Record<string, unknown>>> {
  const seen: T[] = [];
  for (;;) {
    const next = await items.next();
    if (next.done === true) return { [name]: seen, end: next.value };
    seen.push(next.value);
  }
}

const files = await Promise.all(
  [...present].flatMap(([issuer, outcomes]) => outcomes.map(async (outcome) => ({ issuer, outcome, ...(await load(issuer, outcome)) }))),
);
/** Files whose cases are answers of `ask`, or of `revoke`. */
const cases = files.filter(({ outcome }) => !(outcome in OPERATIONS)).flatMap(({ issuer, outcome, source, cases: recorded }) => recorded.map((one) => ({ title: `${issuer} ${outcome}: ${one.name}`, issuer, outcome, source, recorded: one })));

describe('a recorded exchange', () => {
  it.each(cases)('$title', async ({ issuer, outcome, source, recorded }) => {
    expect(source).not.toBe('');
    const played = await replay(issuer, recorded);
    try {
      const { verifier } = played.bench;
      const answer = outcome === 'revoke' ? await verifier.revoke(played.credential) : await verifier.ask(played.credential);
      const plain = JSON.parse(JSON.stringify(answer)) as Record<string, unknown>;
      const expected = JSON.parse(played.fill(JSON.stringify(recorded.expect))) as Record<string, unknown>;
      expect(plain).toMatchObject(expected);
      if ('facts' in expected) expect(plain['facts']).toEqual(expected['facts']);
      if (outcome === 'inactive' || outcome === 'active') expect(plain['status']).toBe(outcome);
      expect(played.differences()).toEqual([]);
      expectNoSecret(played, plain);
    } finally {
      await played.stop();
    }
  });
});

const operations = files.filter(({ outcome }) => outcome in OPERATIONS).flatMap(({ issuer, outcome, source, cases: recorded }) => recorded.map((one) => ({ title: `${issuer} ${outcome}: ${one.name}`, issuer, run: OPERATIONS[outcome] as Run, outcome, source, recorded: one })));

describe('a recorded operation', () => {
  it.each(operations)('$title', async ({ issuer, run, outcome, source, recorded }) => {
    expect(source).not.toBe('');
    const played = await replay(issuer, recorded);
    try {
      const done = JSON.parse(JSON.stringify(await run(played, recorded))) as Record<string, unknown>;
      expect(done).toMatchObject(JSON.parse(played.fill(JSON.stringify(recorded.expect))) as Record<string, unknown>);
      expect(played.differences()).toEqual([]);
      const { secret, ...told } = done;
      expectNoSecret(played, told);
      if (outcome === 'rotate' && done['status'] === 'issued') expect(secret).toMatch(/.{12}/);
    } finally {
      await played.stop();
    }
  });

  it('is there for all that an issuer says it can do', () => {
    const able = ISSUERS.flatMap(({ id, deactivate, rotate, shorten, narrow, list, revokeById, uses }) => [
      ...(shorten === undefined ? [] : [`${id} shorten`]),
      ...(narrow === undefined ? [] : [`${id} narrow`]),
      ...(deactivate === undefined ? [] : [`${id} deactivate`]),
      ...(rotate === undefined ? [] : [`${id} rotate`]),
      ...(list === undefined ? [] : [`${id} list`]),
      ...(revokeById === undefined ? [] : [`${id} revoke-by-id`]),
      ...(uses === undefined ? [] : [`${id} uses`]),
    ]);
    const shown = new Set(operations.map(({ issuer, outcome }) => `${issuer} ${outcome}`));
    expect(able.filter((one) => !shown.has(one))).toEqual([]);
    expect([...shown].filter((one) => !able.includes(one))).toEqual([]);
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
      // What is no answer of its protocol at all has no status to be read.
      const isHttp = ISSUERS.find(({ id }) => id === issuer)?.protocol === undefined;
      if (!isHttp) expect(['malformed', 'network', 'timeout', 'tls']).toContain('why' in answer ? answer.why : undefined);
      else if (why !== undefined && recorded.exchanges[0]?.request.path.startsWith('/.well-known') !== true) expect(answer).toMatchObject({ why });
      expectNoSecret(played, JSON.parse(JSON.stringify(answer)));
    } finally {
      await played.stop();
    }
  });
});

/** Neither the answer, nor the ledger, nor any URL holds the credential or our own secret, in any form. */
function expectNoSecret(played: Replay, answer: unknown): void {
  const kept = JSON.stringify([answer, played.bench.ledger, played.asked]);
  for (const secret of [played.token, played.ownSecret, played.replacement]) {
    for (const form of [secret, ...encodedForms(secret)]) expect(kept.includes(form)).toBe(false);
  }
}
