import type { HttpOutcome } from '../../model/index.ts';
import { failed } from './failure.ts';
import type { Failure } from './failure.ts';
import { readThrottling } from './retry-after.ts';

export interface HostLimits {
  readonly requestsPerSecond: number;
  /** Requests in flight at once. Default 4. */
  readonly concurrency?: number;
}

export interface HostQueueOptions {
  readonly now: () => Date;
  /** Rejects when the signal aborts. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** A host that asks for a longer pause is answered `throttled` at once. Default 60 s. */
  readonly maxPauseMs?: number;
  /** After so many connection failures in a row the host is not asked again for a while. Default 5. */
  readonly failuresToOpen?: number;
  /** For how long. Default 60 s; then one request tries again. */
  readonly openForMs?: number;
}

export interface HostQueue {
  /** Runs the task when the host's pace allows. Throws the signal's reason when it aborts while waiting. */
  readonly run: (host: string, limits: HostLimits, task: () => Promise<HttpOutcome>, signal?: AbortSignal) => Promise<HttpOutcome>;
}

interface HostState {
  running: number;
  readonly waiting: (() => void)[];
  nextStartAt: number;
  pausedUntil: number;
  failuresInRow: number;
  lastFailure?: Failure;
  openUntil: number;
}

const DEFAULT_CONCURRENCY = 4;
const MOST_AT_ONCE = 64;

/** How many requests must be in flight for a pace to be kept where answers take half a second. */
export function concurrencyAt(requestsPerSecond: number): number {
  return Math.min(MOST_AT_ONCE, Math.max(DEFAULT_CONCURRENCY, Math.ceil(requestsPerSecond / 2)));
}

const MAX_ATTEMPTS = 3;
/** When a host says "too many" but not for how long. */
const DEFAULT_PAUSE_MS = 2_000;

/**
 * Politeness towards each host: a declared pace, few requests at once, pauses when it asks for one, and no hammering
 * when it is down. Hosts do not wait for each other.
 */
export function createHostQueue(options: HostQueueOptions): HostQueue {
  const { now, sleep } = options;
  const maxPauseMs = options.maxPauseMs ?? 60_000;
  const failuresToOpen = options.failuresToOpen ?? 5;
  const openForMs = options.openForMs ?? 60_000;
  const states = new Map<string, HostState>();
  const stateOf = (host: string): HostState => {
    const known = states.get(host) ?? { running: 0, waiting: [], nextStartAt: 0, pausedUntil: 0, failuresInRow: 0, openUntil: 0 };
    states.set(host, known);
    return known;
  };

  /** Waits for pace and pauses; a failure when the wait is not worth it. */
  const untilTurn = async (state: HostState, limits: HostLimits, signal: AbortSignal | undefined): Promise<Failure | undefined> => {
    for (;;) {
      signal?.throwIfAborted();
      const at = now().getTime();
      if (state.openUntil > at && state.lastFailure !== undefined) return failed(state.lastFailure.why, `the host failed ${failuresToOpen} times in a row and is left alone for a while: ${state.lastFailure.detail}`);
      const pause = state.pausedUntil - at;
      if (pause > maxPauseMs) return throttled(pause);
      if (pause > 0) {
        await sleep(pause, signal);
        continue;
      }
      const startAt = Math.max(at, state.nextStartAt);
      state.nextStartAt = startAt + 1000 / limits.requestsPerSecond;
      if (startAt <= at) return undefined;
      await sleep(startAt - at, signal);
      // A pause may have begun meanwhile; the slot is spent, which only slows us down.
      if (state.pausedUntil <= now().getTime() && state.openUntil <= now().getTime()) return undefined;
    }
  };

  const learn = (state: HostState, outcome: HttpOutcome): void => {
    const down = !outcome.ok && (outcome.why === 'network' || outcome.why === 'timeout' || outcome.why === 'tls');
    if (!down) {
      state.failuresInRow = 0;
      return;
    }
    state.failuresInRow += 1;
    state.lastFailure = outcome;
    if (state.failuresInRow >= failuresToOpen) state.openUntil = now().getTime() + openForMs;
  };

  const attempt = async (state: HostState, limits: HostLimits, task: () => Promise<HttpOutcome>, signal?: AbortSignal): Promise<HttpOutcome> => {
    for (let attempts = 1; ; attempts += 1) {
      const refused = await untilTurn(state, limits, signal);
      if (refused !== undefined) return refused;
      const outcome = await task();
      learn(state, outcome);
      const later = outcome.ok ? readThrottling(outcome.response, now()) : undefined;
      if (later === undefined) return outcome;
      const pause = later.retryAfterSeconds === undefined ? DEFAULT_PAUSE_MS * attempts : later.retryAfterSeconds * 1000;
      state.pausedUntil = Math.max(state.pausedUntil, now().getTime() + pause);
      if (attempts >= MAX_ATTEMPTS || pause > maxPauseMs) return throttled(later.retryAfterSeconds === undefined ? undefined : pause);
    }
  };

  const run: HostQueue['run'] = async (host, limits, task, signal) => {
    const state = stateOf(host);
    signal?.throwIfAborted();
    if (state.running >= (limits.concurrency ?? DEFAULT_CONCURRENCY)) await new Promise<void>((resolve) => state.waiting.push(resolve));
    else state.running += 1;
    // Whoever leaves hands its place to the next in line, also when it leaves by an error.
    try {
      return await attempt(state, limits, task, signal);
    } finally {
      const next = state.waiting.shift();
      if (next === undefined) state.running -= 1;
      else next();
    }
  };
  return { run };
}

/** Longer waits were cut to a day when they were read. */
function waitOf(seconds: number): string {
  return seconds >= 86_400 ? 'at least 24 h' : `${seconds} s`;
}

function throttled(pauseMs: number | undefined): Failure {
  if (pauseMs === undefined) return failed('throttled', 'the issuer asks for fewer requests');
  const seconds = Math.ceil(pauseMs / 1000);
  return failed('throttled', `the issuer asks to wait ${waitOf(seconds)}`, seconds);
}
