import { describe, expect, it } from 'vitest';
import { createHostQueue } from '../../../src/lib/http/host-queue.ts';
import type { HostQueue } from '../../../src/lib/http/host-queue.ts';
import type { HttpOutcome } from '../../../src/model/index.ts';

const OK: HttpOutcome = { ok: true, response: { status: 200, headers: {}, body: '' } };
const DOWN: HttpOutcome = { ok: false, why: 'network', detail: 'the connection failed (ECONNREFUSED)' };
const busy = (retryAfter?: string): HttpOutcome => ({ ok: true, response: { status: 429, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter }, body: '' } });
const FAST = { requestsPerSecond: 1_000_000, concurrency: 4 };

/** A clock that only moves when someone sleeps. */
function bench(): { readonly queue: HostQueue; readonly elapsed: () => number } {
  let at = 0;
  const queue = createHostQueue({
    now: () => new Date(at),
    sleep: async (milliseconds, signal) => {
      const until = at + milliseconds;
      await Promise.resolve();
      signal?.throwIfAborted();
      at = Math.max(at, until);
    },
  });
  return { queue, elapsed: () => at };
}

describe('the queue of a host', () => {
  it('keeps the declared pace', async () => {
    const { queue, elapsed } = bench();
    await Promise.all(Array.from({ length: 11 }, () => queue.run('a', { requestsPerSecond: 5, concurrency: 4 }, () => Promise.resolve(OK))));
    expect(elapsed()).toBeGreaterThanOrEqual(2_000);
  });

  it('never has more requests in flight than allowed, and serves all in order', async () => {
    const { queue } = bench();
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const task = (index: number) => async (): Promise<HttpOutcome> => {
      order.push(index);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      return OK;
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => queue.run('a', { ...FAST, concurrency: 3 }, task(index))));
    expect(most).toBe(3);
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('waits as long as Retry-After says, then asks again', async () => {
    const { queue, elapsed } = bench();
    const answers = [busy('7'), OK];
    expect(await queue.run('a', FAST, () => Promise.resolve(answers.shift() ?? DOWN))).toBe(OK);
    expect(elapsed()).toBeGreaterThanOrEqual(7_000);
  });

  it('says "at least 24 h" of a wait that was cut to a day', async () => {
    const { queue } = bench();
    expect(await queue.run('a', FAST, () => Promise.resolve(busy('99999999')))).toMatchObject({ ok: false, detail: 'the issuer asks to wait at least 24 h' });
  });

  it('does not wait an hour: it answers throttled at once, also to those behind', async () => {
    const { queue, elapsed } = bench();
    let sent = 0;
    const task = (): Promise<HttpOutcome> => {
      sent += 1;
      return Promise.resolve(busy('3600'));
    };
    expect(await queue.run('a', FAST, task)).toMatchObject({ ok: false, why: 'throttled', retryAfterSeconds: 3600 });
    expect(await queue.run('a', FAST, task)).toMatchObject({ ok: false, why: 'throttled' });
    expect(sent).toBe(1);
    expect(elapsed()).toBeLessThan(1_000);
  });

  it('gives up on a host that is always busy', async () => {
    const { queue } = bench();
    let sent = 0;
    const outcome = await queue.run('a', FAST, () => {
      sent += 1;
      return Promise.resolve(busy());
    });
    expect(outcome).toMatchObject({ ok: false, why: 'throttled' });
    expect(sent).toBe(3);
  });

  it('leaves a host alone after five failures in a row, and another host in peace', async () => {
    const { queue } = bench();
    let sent = 0;
    const down = (): Promise<HttpOutcome> => {
      sent += 1;
      return Promise.resolve(DOWN);
    };
    for (let index = 0; index < 20; index += 1) expect(await queue.run('a', FAST, down)).toMatchObject({ ok: false, why: 'network' });
    expect(sent).toBe(5);
    expect(await queue.run('b', FAST, () => Promise.resolve(OK))).toBe(OK);
  });

  it('tries a failed host again after a while', async () => {
    let at = 0;
    const queue = createHostQueue({ now: () => new Date(at), sleep: () => Promise.resolve(), openForMs: 1_000 });
    for (let index = 0; index < 6; index += 1) await queue.run('a', FAST, () => Promise.resolve(DOWN));
    at = 2_000;
    expect(await queue.run('a', FAST, () => Promise.resolve(OK))).toBe(OK);
    expect(await queue.run('a', FAST, () => Promise.resolve(OK))).toBe(OK);
  });

  it('does not take a server that answers 500 for a dead line', async () => {
    const { queue } = bench();
    const error: HttpOutcome = { ok: true, response: { status: 500, headers: {}, body: '' } };
    for (let index = 0; index < 10; index += 1) expect(await queue.run('a', FAST, () => Promise.resolve(error))).toBe(error);
  });

  it('rejects everyone who waits when the run is aborted, and blocks nobody afterwards', async () => {
    const { queue } = bench();
    const controller = new AbortController();
    const release: (() => void)[] = [];
    const held = (): Promise<HttpOutcome> => new Promise((resolve) => release.push(() => resolve(OK)));
    const runs = Array.from({ length: 6 }, () => queue.run('a', { ...FAST, concurrency: 1 }, held, controller.signal));
    await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    release.forEach((free) => free());
    const settled = await Promise.allSettled(runs);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected', 'rejected', 'rejected']);
    expect(await queue.run('a', { ...FAST, concurrency: 1 }, () => Promise.resolve(OK))).toBe(OK);
  });

  it('passes on what a task throws, and keeps going', async () => {
    const { queue } = bench();
    await expect(queue.run('a', { ...FAST, concurrency: 1 }, () => Promise.reject(new Error('ledger')))).rejects.toThrow('ledger');
    expect(await queue.run('a', { ...FAST, concurrency: 1 }, () => Promise.resolve(OK))).toBe(OK);
  });
});
