/** Why a run ends before its work is done; the names that skips have. */
export type WhyStopped = 'interrupted' | 'timeout';

/** The reason of the abort signal of a run. Its name is that of all abort errors. */
export class Stopped extends Error {
  readonly why: WhyStopped;
  constructor(why: WhyStopped) {
    super(why);
    this.name = 'AbortError';
    this.why = why;
  }
}

/** Why an aborted signal was aborted. */
export function whyStopped(signal: AbortSignal): WhyStopped {
  return signal.reason instanceof Stopped ? signal.reason.why : 'interrupted';
}
