import type { Unit } from '../../model/index.ts';
import type { Planned } from './target.ts';

/** So long may a stopped run still look up where its findings came from: a person is waiting. */
const GRACE_MS = 300;

/** A run that was stopped has no more units, and the noise of its dying processes is no error: who stopped it says so. */
export async function* untilStopped(units: AsyncIterable<Unit>, signal: AbortSignal): AsyncGenerator<Unit> {
  try {
    for await (const unit of units) {
      if (signal.aborted) return;
      yield unit;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Fires a little after `signal`: reports of a stopped run are still written. */
export function withGrace(signal: AbortSignal): AbortSignal {
  const later = new AbortController();
  const start = (): void => void setTimeout(() => later.abort(), GRACE_MS).unref();
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return later.signal;
}

/** In a stopped run, a hit whose origins cannot be told is kept as it is. */
export function keepIfStopped(resolve: Planned['resolve'], signal: AbortSignal): Planned['resolve'] {
  return async (hits) => {
    try {
      return await resolve(hits);
    } catch (error) {
      if (!signal.aborted) throw error;
      return hits.map(({ origin }) => [origin]);
    }
  };
}
