import type { GitContext } from '../git/run.ts';
import { ObjectPipe } from '../git/object-pipe.ts';
import { fill } from '../read/byte-source.ts';

/** So much is read while planning; what is larger is scanned on threads, which read it themselves. */
const MOST_OBJECTS = 64;
const MOST_BYTES = 2 << 20;

/**
 * The contents of a few small blobs from one `cat-file --batch`, which also tells that they are there: asking for their sizes
 * first would start a second process. Made early, so that git starts while something else is waited for.
 */
export class StagedContents {
  readonly #pipe: ObjectPipe;

  constructor({ repository, environment, signal }: GitContext) {
    this.#pipe = new ObjectPipe(repository, environment, { signal });
  }

  /** For `catch`: ends git, and throws on. */
  readonly end = (error: unknown): never => {
    this.#pipe.close();
    throw error;
  };

  /** By name, those of the first objects that are blobs and small enough; where one is not, it and those behind it are absent. */
  async read(oids: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const contents = new Map<string, Uint8Array>();
    const wanted = [...new Set(oids)].slice(0, MOST_OBJECTS);
    let left = MOST_BYTES;
    let isDone = false;
    try {
      if (wanted.length > 0) this.#pipe.request(wanted);
      for (const oid of wanted) {
        const answer = await this.#pipe.next();
        if (answer?.type !== 'blob' || answer.sizeBytes > left) break;
        const bytes = new Uint8Array(answer.sizeBytes);
        if ((await fill(async (target) => Math.max(0, await this.#pipe.read(target)), bytes)) < bytes.length) break;
        left -= bytes.length;
        contents.set(oid, bytes);
      }
      isDone = contents.size === wanted.length;
    } finally {
      if (isDone) this.#pipe.finish();
      else this.#pipe.close();
    }
    return contents;
  }
}
