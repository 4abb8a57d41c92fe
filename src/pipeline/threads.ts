import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { ASSETS } from '../assets.ts';
import type { ThreadAnswer, ThreadData, ThreadTask, UnitRequest, UnitResult } from '../scan-worker.ts';
import { watchPulse, type PulseWatch } from './watch-pulse.ts';

interface Task {
  readonly request: UnitRequest;
  readonly resolve: (result: UnitResult) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly watch: PulseWatch;
  /** In the order in which the thread takes them: the first is at work. */
  readonly tasks: Task[];
}

/** Tasks that a thread is given at once: one at work, and one so that it need not wait for this thread to notice. */
const AT_ONCE = 2;

/** Short-lived strings are most of what a thread makes: a larger nursery lets them lie, and costs each thread tens of megabytes for no time that could be measured. */
const YOUNG_MB = 12;

/**
 * How often a function is called before V8 compiles it well, and best: by default 400 and 3,000 times. Most of ours are called a few thousand times in a tree of a
 * gigabyte, and each thread compiles them anew: that cost more than it gave. So did most of what is compiled into its callers (920 bytes of it by default, 460 at
 * once). Node 22 and 24 know all of these flags.
 */
const COMPILED_LESS = [
  '--invocation-count-for-maglev=2000',
  '--invocation-count-for-turbofan=60000',
  '--max-inlined-bytecode-size=100',
  '--max-inlined-bytecode-size-cumulative=200',
  '--max-maglev-inlined-bytecode-size=100',
  '--max-maglev-inlined-bytecode-size-cumulative=200',
] as const;

export interface ThreadsOptions {
  readonly most: number;
  readonly data: ThreadData;
  /** Once it fires, all threads are ended and all tasks reject with its reason. */
  readonly signal: AbortSignal;
  /** How long a thread may compute on one piece of a file before it is ended. */
  readonly stuckMs: number;
}

/**
 * Worker threads, started when there is work for them, all with the same compiled rules in shared memory. A thread that dies,
 * or is ended because it is stuck, costs the task it was at; what waited behind it goes to another one.
 */
export class Threads {
  readonly #options: ThreadsOptions;
  readonly #threads: Thread[] = [];
  readonly #waiting: Task[] = [];
  readonly #stop = (): void => {
    const tasks = [...this.#threads.flatMap((thread) => thread.tasks.splice(0)), ...this.#waiting.splice(0)];
    this.end();
    for (const { reject } of tasks) reject(this.#options.signal.reason);
  };

  constructor(options: ThreadsOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', this.#stop, { once: true });
  }

  /** Rejects with the signal's reason once it fires; with a `Stuck` if the thread was ended for it; with another Error if its thread died. */
  run(request: UnitRequest): Promise<UnitResult> {
    if (this.#options.signal.aborted) return Promise.reject(this.#options.signal.reason as Error);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#hand();
    });
  }

  /** Ends all threads, without waiting for them. */
  end(): void {
    this.#options.signal.removeEventListener('abort', this.#stop);
    for (const { worker, watch } of this.#threads.splice(0)) {
      watch.end();
      void worker.terminate();
    }
  }

  /** Gives waiting tasks to the thread that has the fewest, or to a new one rather than behind another task. Nothing waits behind large ones, and they wait behind nothing: largest first. */
  #hand(): void {
    while (this.#waiting.length > 0) {
      const free = this.#threads.reduce<Thread | undefined>((best, one) => (best === undefined || loadOf(one) < loadOf(best) ? one : best), undefined);
      const isNew = free === undefined || (free.tasks.length > 0 && this.#threads.length < this.#options.most);
      const isIdle = isNew || free.tasks.length === 0;
      if (!isIdle && loadOf(free) >= AT_ONCE) return;
      const next = isIdle ? this.#largest() : this.#waiting.findIndex(({ request }) => !isLarge(request));
      if (next === -1) return;
      const thread = isNew ? this.#start() : free;
      const task = this.#waiting.splice(next, 1)[0] as Task;
      thread.tasks.push(task);
      thread.worker.postMessage({ request: task.request } satisfies ThreadTask);
    }
  }

  /** The first in turn where none is large. */
  #largest(): number {
    let best = 0;
    for (let index = 0; index < this.#waiting.length; index += 1) {
      const { request } = this.#waiting[index] as Task;
      if (isLarge(request) && bytesOf(request) > bytesOf((this.#waiting[best] as Task).request)) best = index;
    }
    return best;
  }

  #start(): Thread {
    if (this.#threads.length === 0) for (const flag of COMPILED_LESS) setFlagsFromString(flag);
    const watch = watchPulse(this.#options.stuckMs, (why) => {
      void worker.terminate();
      this.#drop(thread, why);
    });
    // A thread would get a copy of our environment, in which our own credentials at stores stand; it needs none of it.
    const worker = new Worker(ASSETS.worker, { workerData: { tokenwarden: { ...this.#options.data, pulse: watch.pulse } satisfies ThreadData }, env: {}, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    const thread: Thread = { worker, watch, tasks: [] };
    worker.on('message', (answer: ThreadAnswer) => {
      const task = thread.tasks.shift();
      this.#hand();
      if ('result' in answer) task?.resolve(answer.result);
      else task?.reject(Object.assign(new Error(answer.error.message), { name: answer.error.name }));
    });
    worker.on('error', (error) => this.#drop(thread, error));
    worker.on('exit', (code) => this.#drop(thread, new Error(`the thread ended with code ${code}`)));
    this.#threads.push(thread);
    return thread;
  }

  /** A thread that is no more: its first task failed, the others have not begun. */
  #drop(thread: Thread, why: unknown): void {
    thread.watch.end();
    const at = this.#threads.indexOf(thread);
    if (at !== -1) this.#threads.splice(at, 1);
    const [guilty, ...others] = thread.tasks.splice(0);
    this.#waiting.unshift(...others);
    guilty?.reject(why);
    this.#hand();
  }
}

/** A unit of so many bytes keeps its thread for a tenth of a second or much longer, as it may be packed: whatever waits behind it could be done meanwhile. */
const LARGE_BYTES = 8 << 20;

function bytesOf({ unit }: UnitRequest): number {
  return unit.kind === 'files' ? (unit.sizeBytes ?? 0) : 0;
}

function isLarge(request: UnitRequest): boolean {
  return bytesOf(request) >= LARGE_BYTES;
}

function loadOf({ tasks: [first, ...others] }: Thread): number {
  return first === undefined ? 0 : isLarge(first.request) ? AT_ONCE : 1 + others.length;
}
