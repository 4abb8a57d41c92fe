import type { Repository } from '../../model/index.ts';
import type { Environment } from './environment.ts';
import { startGit, type GitProcess } from './run.ts';

/** The header of an answer of `cat-file --batch`. */
export interface ObjectAnswer {
  readonly found: boolean;
  readonly sizeBytes: number;
}

const HIGH_WATER = 4 << 20;
const LOW_WATER = 1 << 20;

/**
 * One `git cat-file --batch` that is kept between units. Objects are asked for in bulk and answered in order; big ones
 * stream. `undefined` from `next` or -1 from `read` means git died, which is how it meets a damaged object.
 */
export class ObjectPipe {
  readonly #process: GitProcess;
  readonly #chunks: Buffer[] = [];
  #available = 0;
  #ended = false;
  #wake: (() => void) | undefined;
  /** Bytes of the current object, and the newline after it, that were not taken yet. */
  #remaining = 0;
  #tail = 0;

  constructor(repository: Repository, environment: Environment) {
    this.#process = startGit({ repository, environment }, ['cat-file', '--batch']);
    const { stdout } = this.#process;
    stdout.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#available += chunk.length;
      if (this.#available > HIGH_WATER) stdout.pause();
      this.#wake?.();
    });
    stdout.on('close', () => {
      this.#ended = true;
      this.#wake?.();
    });
    stdout.on('error', () => undefined);
    this.#process.hold(false);
  }

  /** Asks for objects; their answers come in this order. */
  request(oids: readonly string[]): void {
    this.#process.hold(true);
    this.#process.stdin.write(oids.map((oid) => `${oid}\n`).join(''));
  }

  /** All answers were taken: the process waits without keeping this thread alive. */
  rest(): void {
    this.#process.hold(false);
  }

  /** The next answer's header, after what is left of the object before it. */
  async next(): Promise<ObjectAnswer | undefined> {
    const scrap = new Uint8Array(64 << 10);
    while (this.#remaining > 0) if ((await this.read(scrap)) <= 0) return undefined;
    while (this.#tail > 0) {
      if (this.#available === 0 && !(await this.#more())) return undefined;
      this.#take(new Uint8Array(1));
      this.#tail -= 1;
    }
    const line = await this.#line();
    if (line === undefined) return undefined;
    const size = /^[0-9a-f]+ (?:blob|commit|tag|tree) (\d+)$/.exec(line)?.[1];
    if (size === undefined) return { found: false, sizeBytes: 0 };
    this.#remaining = Number(size);
    this.#tail = 1;
    return { found: true, sizeBytes: this.#remaining };
  }

  /** Bytes of the current object; 0 at its end, -1 if git died before. */
  read(target: Uint8Array): number | Promise<number> {
    if (this.#remaining === 0 || target.length === 0) return 0;
    if (this.#available > 0) return this.#content(target);
    return this.#more().then((more) => (more ? this.#content(target) : -1));
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
      const piece = chunk.subarray(0, target.length - filled);
      target.set(piece, filled);
      filled += piece.length;
      if (piece.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(piece.length);
    }
    this.#available -= filled;
    if (this.#available < LOW_WATER && !this.#ended && this.#process.stdout.isPaused()) this.#process.stdout.resume();
    return filled;
  }

  async #line(): Promise<string | undefined> {
    let line = '';
    const byte = new Uint8Array(1);
    for (;;) {
      if (this.#available === 0 && !(await this.#more())) return undefined;
      const chunk = this.#chunks[0];
      const end = chunk?.indexOf(10) ?? -1;
      const piece = new Uint8Array(end === -1 ? (chunk?.length ?? 0) : end);
      this.#take(piece);
      line += Buffer.from(piece).toString('latin1');
      if (end === -1) continue;
      this.#take(byte);
      return line;
    }
  }

  /** Waits for bytes; false when there will be none. */
  async #more(): Promise<boolean> {
    while (this.#available === 0 && !this.#ended) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#available > 0;
  }
}
