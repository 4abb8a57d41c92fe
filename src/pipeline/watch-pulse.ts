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
  /** Aborts, with a `Stuck` as its reason, when the count stayed odd and the same for the whole time. */
  readonly signal: AbortSignal;
  readonly end: () => void;
}

/** Looks a few times within `stuckMs`, so that a thread is ended between one and one and a quarter of it. Does not keep the process running. */
export function watchPulse(stuckMs: number): PulseWatch {
  const pulse = new SharedArrayBuffer(4);
  const count = new Int32Array(pulse);
  const controller = new AbortController();
  const looks = 4;
  let last = 0;
  let same = 0;
  const timer = setInterval(() => {
    const now = Atomics.load(count, 0);
    same = now === last && (now & 1) === 1 ? same + 1 : 0;
    last = now;
    if (same < looks) return;
    clearInterval(timer);
    controller.abort(new Stuck(stuckMs));
  }, stuckMs / looks);
  timer.unref();
  return { pulse, signal: controller.signal, end: () => clearInterval(timer) };
}
