/** Why a thread was ended: it computed on one piece of a file for too long. */
export class Stuck extends Error {
  constructor(milliseconds: number) {
    super(`a rule took over ${milliseconds >= 1000 ? `${Math.round(milliseconds / 1000)} s` : `${milliseconds} ms`} on a part of it, and was stopped`);
    this.name = 'Stuck';
  }
}

export interface PulseWatch {
  /** For the thread: its first 32 bits count up, and are odd while it computes. */
  readonly pulse: SharedArrayBuffer;
  readonly end: () => void;
}

/** Calls `onStuck` once the count stayed odd and the same for the whole time. Looks a few times within `stuckMs`, so that this is between one and one and a quarter of it. Does not keep the process running. */
export function watchPulse(stuckMs: number, onStuck: (why: Stuck) => void): PulseWatch {
  const pulse = new SharedArrayBuffer(4);
  const count = new Int32Array(pulse);
  const looks = 4;
  let last = 0;
  let same = 0;
  const timer = setInterval(() => {
    const now = Atomics.load(count, 0);
    same = now === last && (now & 1) === 1 ? same + 1 : 0;
    last = now;
    if (same < looks) return;
    clearInterval(timer);
    onStuck(new Stuck(stuckMs));
  }, stuckMs / looks);
  timer.unref();
  return { pulse, end: () => clearInterval(timer) };
}
