import type { Repository } from '../../model/index.ts';
import type { Environment } from './environment.ts';
import { FEW_BASES, startGit, type GitProcess } from './run.ts';

/** The header of an answer of `cat-file --batch`. */
export interface ObjectAnswer {
  readonly found: boolean;
  /** Undefined where it was not found. */
  readonly type?: string;
  readonly sizeBytes: number;
}

const HIGH_WATER = 4 << 20;
const LOW_WATER = 1 << 20;

/** Whether this git knows `--batch-command` (2.36): asked of the first one that is started. */
let isOld = false;
/** What git exits with where it does not know an option. */
const USAGE = 129;

/**
 * One `git cat-file --batch` that is kept between units. Objects are asked for in bulk and answered in order; big ones
 * stream. `undefined` from `next` or -1 from `read` means git died, which is how it meets a damaged object. `inBulk`: the answers
 * of a request need not come one by one, so that git writes, and we wake, once for many small objects. `inChains`: versions of a file are
 * asked for one after another, so that git needs to keep few of them.
 */
export class ObjectPipe {
  readonly #start: (args: readonly string[]) => GitProcess;
  #process: GitProcess;
  #inBulk: boolean;
  /** What was asked before the first answer. */
  #asked: string[] | undefined = [];
  readonly #chunks: Buffer[] = [];
  /** Where in the first chunk that begins which was not taken yet. */
  #offset = 0;
  #available = 0;
  #ended = false;
  #wake: (() => void) | undefined;
  /** Bytes of the current object, and the newline after it, that were not taken yet. */
  #remaining = 0;
  #tail = 0;

  constructor(repository: Repository, environment: Environment, { signal, inBulk = false, inChains = false }: { readonly signal?: AbortSignal | undefined; readonly inBulk?: boolean; readonly inChains?: boolean } = {}) {
    this.#start = (args) => startGit({ repository, environment, ...(signal === undefined ? {} : { signal }) }, [...(inChains ? FEW_BASES : []), 'cat-file', ...args]);
    this.#inBulk = inBulk && !isOld;
    this.#process = this.#listen();
    this.#process.hold(false);
  }

  #listen(): GitProcess {
    const process = this.#start(this.#inBulk ? ['--batch-command', '--buffer'] : ['--batch']);
    const { stdout } = process;
    stdout.on('data', (chunk: Buffer) => {
      this.#asked = undefined;
      this.#chunks.push(chunk);
      this.#available += chunk.length;
      if (this.#available > HIGH_WATER) stdout.pause();
      this.#wake?.();
    });
    stdout.on('close', () => void this.#closed());
    stdout.on('error', () => undefined);
    return process;
  }

  /** Nothing more comes; but from a git that did not know what it was told. That one is started anew. */
  async #closed(): Promise<void> {
    if (this.#inBulk && this.#asked !== undefined && (await this.#process.exit).code === USAGE) {
      isOld = true;
      this.#inBulk = false;
      this.#process = this.#listen();
      this.#write(this.#asked);
      return;
    }
    this.#ended = true;
    this.#wake?.();
  }

  /** Asks for objects; their answers come in this order. */
  request(oids: readonly string[]): void {
    this.#process.hold(true);
    this.#asked?.push(...oids);
    this.#write(oids);
  }

  #write(oids: readonly string[]): void {
    this.#process.stdin.write(this.#inBulk ? `${oids.map((oid) => `contents ${oid}\n`).join('')}flush\n` : oids.map((oid) => `${oid}\n`).join(''));
  }

  /** All answers were taken: the process waits without keeping this thread alive. */
  rest(): void {
    this.#process.hold(false);
  }

  /** The next answer's header, after what is left of the object before it. */
  async next(): Promise<ObjectAnswer | undefined> {
    while (this.#remaining + this.#tail > 0) {
      if (this.#available === 0 && !(await this.#more())) return undefined;
      this.#pass();
    }
    const line = await this.#line();
    return line === undefined ? undefined : this.#answer(line);
  }

  /** As `next`, if all of it is here; undefined says nothing else than that it is not. */
  nextNow(): ObjectAnswer | undefined {
    while (this.#remaining + this.#tail > 0 && this.#available > 0) this.#pass();
    const chunk = this.#chunks[0];
    const end = this.#remaining + this.#tail > 0 || chunk === undefined ? -1 : chunk.indexOf(10, this.#offset);
    if (chunk === undefined || end === -1) return undefined;
    const line = chunk.toString('latin1', this.#offset, end);
    this.#consume(chunk, end + 1 - this.#offset);
    return this.#answer(line);
  }

  /** Whether all of the current object is here, or will be if git does not die: true at once, or a promise. It should be no more than a megabyte or two. */
  whole(): boolean | Promise<boolean> {
    return this.#available >= this.#remaining || this.#gather();
  }

  /** Puts what is left of the current object, which is here, at the start of `target`; it can still be read. */
  copy(target: Uint8Array): void {
    let filled = 0;
    let from = this.#offset;
    for (const chunk of this.#chunks) {
      if (filled === this.#remaining) return;
      filled += chunk.copy(target, filled, from, Math.min(chunk.length, from + this.#remaining - filled));
      from = 0;
    }
  }

  #answer(line: string): ObjectAnswer {
    const [, type, size] = /^[0-9a-f]+ (blob|commit|tag|tree) (\d+)$/.exec(line) ?? [];
    if (type === undefined) return { found: false, sizeBytes: 0 };
    this.#remaining = Number(size);
    this.#tail = 1;
    return { found: true, type, sizeBytes: this.#remaining };
  }

  /** Leaves out what is here of the object before. */
  #pass(): void {
    const dropped = this.#drop(this.#remaining + this.#tail);
    this.#tail -= Math.max(0, dropped - this.#remaining);
    this.#remaining = Math.max(0, this.#remaining - dropped);
  }

  async #gather(): Promise<boolean> {
    while (this.#available < this.#remaining && !this.#ended) await this.#arrival();
    return this.#available >= this.#remaining;
  }

  /** Bytes of the current object; 0 at its end, -1 if git died before. */
  read(target: Uint8Array): number | Promise<number> {
    if (this.#remaining === 0 || target.length === 0) return 0;
    if (this.#available > 0) return this.#content(target);
    return this.#more().then((more) => (more ? this.#content(target) : -1));
  }

  /** Every answer was taken, and nothing more will be asked: the process ends by itself, which costs less than ending it. */
  finish(): void {
    this.#process.hold(false);
    this.#process.stdin.end();
  }

  /** Ends the process. */
  close(): void {
    this.#process.kill();
  }

  #content(target: Uint8Array): number {
    const count = this.#take(target.length > this.#remaining ? target.subarray(0, this.#remaining) : target);
    this.#remaining -= count;
    return count;
  }

  #take(target: Uint8Array): number {
    let filled = 0;
    for (let chunk = this.#chunks[0]; chunk !== undefined && filled < target.length; chunk = this.#chunks[0]) {
      const count = chunk.copy(target, filled, this.#offset, Math.min(chunk.length, this.#offset + target.length - filled));
      filled += count;
      this.#consume(chunk, count);
    }
    return filled;
  }

  /** Passes over at most so many bytes of what is here. */
  #drop(count: number): number {
    let dropped = 0;
    for (let chunk = this.#chunks[0]; chunk !== undefined && dropped < count; chunk = this.#chunks[0]) {
      const length = Math.min(chunk.length - this.#offset, count - dropped);
      this.#consume(chunk, length);
      dropped += length;
    }
    return dropped;
  }

  #consume(first: Buffer, count: number): void {
    this.#offset += count;
    if (this.#offset === first.length) {
      this.#chunks.shift();
      this.#offset = 0;
    }
    this.#available -= count;
    if (this.#available < LOW_WATER && !this.#ended && this.#process.stdout.isPaused()) this.#process.stdout.resume();
  }

  async #line(): Promise<string | undefined> {
    let line = '';
    for (;;) {
      if (this.#available === 0 && !(await this.#more())) return undefined;
      const chunk = this.#chunks[0];
      if (chunk === undefined) continue;
      const end = chunk.indexOf(10, this.#offset);
      line += chunk.toString('latin1', this.#offset, end === -1 ? chunk.length : end);
      this.#consume(chunk, (end === -1 ? chunk.length : end + 1) - this.#offset);
      if (end !== -1) return line;
    }
  }

  /** Waits for bytes; false when there will be none. */
  async #more(): Promise<boolean> {
    while (this.#available === 0 && !this.#ended) await this.#arrival();
    return this.#available > 0;
  }

  #arrival(): Promise<void> {
    return new Promise<void>((resolve) => (this.#wake = resolve));
  }
}
