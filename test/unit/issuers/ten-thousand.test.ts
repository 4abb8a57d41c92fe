import { describe, expect, it } from 'vitest';
import { credentialKey } from '../../../src/issuers/ask/index.ts';
import type { Http } from '../../../src/lib/http/index.ts';
import type { Introspection, KeptAnswers } from '../../../src/model/index.ts';
import { makeCredential, makeToken } from './make-credential.ts';
import { makeStore, makeVerifier, NOW } from './make-verifier.ts';

const COUNT = 10_000;
const PER_SECOND = 50;
const KILLED_AT = 4_000;
const credentials = Array.from({ length: COUNT }, () => makeCredential('gitlab-pat', makeToken('glpat-', 20)));

/** Answers at once; throws at the request of that number. */
function instantHttp(asked: string[], diesAt = Infinity): Http {
  return {
    send: async (request, { onAdmitted }) => {
      await Promise.resolve();
      onAdmitted?.();
      if (asked.length >= diesAt) throw new Error('killed');
      asked.push(request.headers['private-token'] ?? '');
      return { ok: true, response: { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id: asked.length, active: true, revoked: false, scopes: ['api'], expires_at: null }) } };
    },
    converse: () => Promise.reject(new Error('no such conversation')),
    close: () => Promise.resolve(),
  };
}

function keeper(): KeptAnswers & { readonly all: ReadonlyMap<string, Introspection> } {
  const all = new Map<string, Introspection>();
  return { all, get: (id) => all.get(id), put: (id, answer) => void all.set(id, answer) };
}

describe('ten thousand credentials of one host', () => {
  it('are asked about at the pace it declares, with progress to the end', async () => {
    const asked: string[] = [];
    let clock = NOW.getTime();
    const seen: number[] = [];
    const { verifier, http } = makeVerifier({
      stores: [makeStore('gitlab', 'http://127.0.0.1:9', { requestsPerSecond: PER_SECOND })],
      http: instantHttp(asked),
      now: () => new Date(clock),
      sleep: async (milliseconds) => {
        clock += milliseconds;
        await Promise.resolve();
      },
      onProgress: (done) => seen.push(done),
    });
    const answers = await verifier.verify(credentials);
    expect([...answers.values()].every(({ status }) => status === 'active')).toBe(true);
    expect(new Set(asked).size).toBe(COUNT);
    expect(seen.at(-1)).toBe(COUNT);
    const seconds = (clock - NOW.getTime()) / 1000;
    expect(seconds).toBeGreaterThanOrEqual((COUNT - PER_SECOND) / PER_SECOND - 1);
    await http.close();
  });

  it('are not asked about twice when a run dies on the way and begins again', async () => {
    const kept = keeper();
    const asked: string[] = [];
    const store = makeStore('gitlab', 'http://127.0.0.1:9');
    const controller = new AbortController();
    const first = makeVerifier({ stores: [store], http: instantHttp(asked, KILLED_AT), kept, signal: controller.signal, onProgress: (done) => done === KILLED_AT && controller.abort() });
    await first.verifier.verify(credentials);
    const before = kept.all.size;
    expect(before).toBeGreaterThanOrEqual(KILLED_AT - 10);
    expect(before).toBeLessThan(COUNT);
    expect([...kept.all.values()].every(({ status }) => status === 'active' || status === 'inactive')).toBe(true);

    const again: string[] = [];
    const second = makeVerifier({ stores: [store], http: instantHttp(again), kept });
    const answers = await second.verifier.verify(credentials);
    expect(again).toHaveLength(COUNT - before);
    expect(credentials.every((credential) => answers.get(credentialKey(credential))?.status === 'active')).toBe(true);
  });

  it('are all asked about again at another store, or with other parts', async () => {
    const kept = keeper();
    const one = credentials.slice(0, 1);
    const ask = async (store: ReturnType<typeof makeStore>, more = {}): Promise<number> => {
      const asked: string[] = [];
      await makeVerifier({ stores: [store], http: instantHttp(asked), kept }).verifier.verify(one.map((credential) => ({ ...credential, ...more })));
      return asked.length;
    };
    const here = makeStore('gitlab', 'http://127.0.0.1:9');
    expect([await ask(here), await ask(here)]).toEqual([1, 0]);
    expect(await ask(makeStore('gitlab', 'http://127.0.0.1:10'))).toBe(1);
    expect(await ask(here, { companions: [{ name: 'account', secret: credentials[1]?.secret }] })).toBe(1);
  });
});
