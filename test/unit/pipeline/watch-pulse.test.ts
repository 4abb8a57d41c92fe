import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Stuck, watchPulse, type PulseWatch } from '../../../src/pipeline/watch-pulse.ts';

let watch: PulseWatch | undefined;
let why: Stuck | undefined;
afterEach(() => {
  watch?.end();
  why = undefined;
});

const started = (value: number): Int32Array => {
  watch = watchPulse(120, (stuck) => void (why = stuck));
  const count = new Int32Array(watch.pulse);
  count[0] = value;
  return count;
};

describe('a thread under watch', () => {
  it('is stuck when it computes and does not get on', async () => {
    started(7);
    await delay(400);
    expect(why).toBeInstanceOf(Stuck);
    expect(String(why)).toContain('120 ms');
  });

  it('is not stuck while it waits for bytes, however long', async () => {
    started(8);
    await delay(400);
    expect(why).toBeUndefined();
  });

  it('is not stuck as long as it gets on', async () => {
    const count = started(1);
    for (let times = 0; times < 16; times += 1) {
      await delay(25);
      count[0] = (count[0] ?? 0) + 2;
    }
    expect(why).toBeUndefined();
  });
});
