import { describe, expect, it } from 'vitest';
import { inTurn, NotNow, work, workAbreast, type HeldJob, type JobStore } from '../../../src/organization/index.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const job = (name: string, leaseSeconds = 0.04): HeldJob => ({ key: `run ${name}`, run: 'run', name, fence: 1, leaseSeconds });

interface World {
  readonly said: string[];
  readonly jobs: JobStore<HeldJob>;
}

function worldOf(names: readonly string[], renew: (renewals: number) => Promise<boolean>): World {
  const said: string[] = [];
  const waiting = [...names];
  let renewals = 0;
  const note = (what: string) => ({ name }: HeldJob): Promise<boolean> => {
    said.push(`${what} ${name}`);
    return Promise.resolve(true);
  };
  return {
    said,
    jobs: {
      claim: () => Promise.resolve(waiting.length === 0 ? undefined : job(waiting.shift() ?? '')),
      renew: () => renew((renewals += 1)),
      fail: note('fail'),
      release: note('release'),
    },
  };
}

const run = ({ jobs, said }: World, scan: (job: HeldJob, held: AbortSignal) => Promise<boolean>, signal = new AbortController().signal): Promise<number> => work({ jobs, scan, signal, onEnd: ({ name }, how) => void said.push(`${how} ${name}`) });

describe('a worker', () => {
  it('goes on saying that it lives after the database was away, and learns then that its repository is another\'s', async () => {
    let asked = 0;
    const world = worldOf(['a'], (renewals) => {
      asked = renewals;
      return renewals < 4 ? Promise.reject(new Error('the database is away')) : Promise.resolve(renewals < 6);
    });
    const done = await run(world, async (_, held) => {
      await new Promise<void>((resolve) => held.addEventListener('abort', () => resolve()));
      throw held.reason;
    });
    expect([done, asked, world.said]).toEqual([0, 6, ['lost a']]);
  });

  it('keeps its repository as long as nobody says otherwise, and stops its signs with it', async () => {
    let asked = 0;
    const world = worldOf(['a', 'b'], (renewals) => {
      asked = renewals;
      return Promise.reject(new Error('away'));
    });
    expect(await run(world, async () => {
      await sleep(60);
      return true;
    })).toBe(2);
    const before = asked;
    expect(before).toBeGreaterThan(2);
    await sleep(50);
    expect([asked, world.said]).toEqual([before, ['done a', 'done b']]);
  });

  it('gives back what it was stopped at, and what is to be tried again, and tells each', async () => {
    const stop = new AbortController();
    const world = worldOf(['a', 'b', 'c'], () => Promise.resolve(true));
    await run(world, ({ name }) => {
      if (name === 'a') throw new NotNow('unreachable', 'no answer');
      stop.abort();
      throw new Error('stopped');
    }, stop.signal);
    expect(world.said).toEqual(['fail a', 'failed a', 'release b', 'released b']);
  });

  it('ends with whatever else goes wrong: that is no matter of one repository', async () => {
    const world = worldOf(['a'], () => Promise.resolve(true));
    await expect(run(world, () => Promise.reject(new Error('the disk is full')))).rejects.toThrow('the disk is full');
  });
});

describe('several repositories at once', () => {
  it('are each taken once, and what needs the processors goes one after the other', async () => {
    const world = worldOf(['a', 'b', 'c', 'd', 'e'], () => Promise.resolve(true));
    const alone = inTurn();
    const most = { held: 0, scanned: 0 };
    let [held, scanned] = [0, 0];
    const done = await workAbreast(3, {
      jobs: world.jobs,
      signal: new AbortController().signal,
      onEnd: ({ name }, how) => void world.said.push(`${how} ${name}`),
      async scan({ name }) {
        most.held = Math.max(most.held, (held += 1));
        await sleep(5);
        const end = alone(async () => {
          most.scanned = Math.max(most.scanned, (scanned += 1));
          await sleep(5);
          scanned -= 1;
          if (name === 'c') throw new NotNow('failed', 'no');
        });
        await end.finally(() => (held -= 1));
        return true;
      },
    });
    expect([done, most, world.said.filter((line) => line.startsWith('done'))]).toEqual([4, { held: 3, scanned: 1 }, ['done a', 'done b', 'done d', 'done e']]);
    expect(world.said).toContain('failed c');
  });

  it('end together with the first that fails, and those that were at work are given back', async () => {
    const world = worldOf(['a', 'b', 'c', 'd'], () => Promise.resolve(true));
    const ending = workAbreast(2, {
      jobs: world.jobs,
      signal: new AbortController().signal,
      onEnd: ({ name }, how) => void world.said.push(`${how} ${name}`),
      async scan({ name }, signal) {
        if (name === 'a') throw new Error('the disk is full');
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        throw signal.reason;
      },
    });
    await expect(ending).rejects.toThrow('the disk is full');
    expect(world.said).toEqual(['release b', 'released b']);
  });
});
