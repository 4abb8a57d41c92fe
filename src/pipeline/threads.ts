import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { ASSETS } from '../assets.ts';
import type { ThreadAnswer, ThreadData, ThreadTask, UnitRequest, UnitResult } from '../scan-worker.ts';

interface Task {
  readonly request: UnitRequest;
  readonly resolve: (result: UnitResult) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  /** In the order in which the thread takes them: the first is at work. */
  readonly tasks: Task[];
}

/** Tasks that a thread is given at once: one at work, and one so that it need not wait for this thread to notice. */
const AT_ONCE = 2;

/** Short-lived strings are most of what a thread makes: a larger nursery lets them lie, and costs each thread tens of megabytes for no time that could be measured. */
const YOUNG_MB = 12;

/**
 * How often a function is called before V8 compiles it well, and best: by default 400 and 3,000 times. Most of ours are called a few thousand times in a tree of a
 * gigabyte, and each thread compiles them anew: that cost more than it gave. Node 22 and 24 know both flags.
 */
const LATER = ['--invocation-count-for-maglev=2000', '--invocation-count-for-turbofan=30000'] as const;

/**
 * Worker threads, started when there is work for them, all with the same compiled rules in shared memory. A thread that dies,
 * or is ended because its task was given up, costs that task alone: what waited behind it goes to another one.
 */
export class Threads {
  readonly #most: number;
  readonly #data: ThreadData;
  readonly #threads: Thread[] = [];
  readonly #waiting: Task[] = [];

  constructor(most: number, data: ThreadData) {
    this.#most = most;
    this.#data = data;
  }

  /** Rejects with the signal's reason once it fires, having ended the thread if the task was at work; with an Error if its thread died. */
  run(request: UnitRequest, signal: AbortSignal): Promise<UnitResult> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => this.#giveUp(task, signal.reason);
      const task: Task = {
        request,
        resolve: (result) => {
          signal.removeEventListener('abort', giveUp);
          resolve(result);
        },
        reject: (error) => {
          signal.removeEventListener('abort', giveUp);
          reject(error as Error);
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(task);
      this.#hand();
    });
  }

  /** Ends all threads, without waiting for them. */
  end(): void {
    for (const { worker } of this.#threads.splice(0)) void worker.terminate();
  }

  /** Gives waiting tasks to the thread that has the fewest, or to a new one rather than behind another task. */
  #hand(): void {
    while (this.#waiting.length > 0) {
      const free = this.#threads.reduce<Thread | undefined>((best, one) => (best === undefined || one.tasks.length < best.tasks.length ? one : best), undefined);
      const isNew = free === undefined || (free.tasks.length > 0 && this.#threads.length < this.#most);
      if (!isNew && free.tasks.length >= AT_ONCE) return;
      const thread = isNew ? this.#start() : free;
      const task = this.#waiting.shift() as Task;
      thread.tasks.push(task);
      thread.worker.postMessage({ request: task.request } satisfies ThreadTask);
    }
  }

  #start(): Thread {
    if (this.#threads.length === 0) for (const flag of LATER) setFlagsFromString(flag);
    // A thread would get a copy of our environment, in which our own credentials at stores stand; it needs none of it.
    const worker = new Worker(ASSETS.worker, { workerData: { tokenwarden: this.#data }, env: {}, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    const thread: Thread = { worker, tasks: [] };
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
    const at = this.#threads.indexOf(thread);
    if (at !== -1) this.#threads.splice(at, 1);
    const [guilty, ...others] = thread.tasks.splice(0);
    this.#waiting.unshift(...others);
    guilty?.reject(why);
    this.#hand();
  }

  #giveUp(task: Task, why: unknown): void {
    const waits = this.#waiting.indexOf(task);
    if (waits !== -1) {
      this.#waiting.splice(waits, 1);
      task.reject(why);
      return;
    }
    const thread = this.#threads.find(({ tasks }) => tasks.includes(task));
    if (thread === undefined) return;
    void thread.worker.terminate();
    // Behind another one it has not begun; that one is to be done again.
    if (thread.tasks[0] !== task) thread.tasks.reverse();
    this.#drop(thread, why);
  }
}
