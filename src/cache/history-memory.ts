import type { HistoryFacts } from '../model/index.ts';
import { dropCacheFile, listScope, readCacheFile, writeCacheFile } from './folder.ts';
import { seal, unseal } from './sealed.ts';

const MAGIC = 'twfacts1';

export interface HistoryMemoryOptions {
  readonly folder: string;
  readonly key: Uint8Array;
  /** Hex, of which the first 32 digits name the file. */
  readonly about: string;
  readonly maxBytes: number;
  readonly now: () => Date;
}

interface Kept {
  readonly about: string;
  readonly state: string;
  readonly facts: HistoryFacts;
}

/** What the walk through one repository's history found, as long as the repository is in the same state. */
export class RepositoryMemory {
  readonly #options: HistoryMemoryOptions;
  readonly #names: readonly string[];
  #kept: Kept | undefined;
  #isNew = false;

  constructor(options: HistoryMemoryOptions) {
    const { folder, about, maxBytes, now } = options;
    this.#options = options;
    this.#names = listScope(folder, about.slice(0, 32));
    for (const name of this.#names) {
      const file = readCacheFile(folder, name, maxBytes, now());
      const body = file === undefined ? undefined : unseal(MAGIC, file, options.key);
      if (body === undefined) continue;
      const kept = JSON.parse(body.toString('utf8')) as Kept;
      if (kept.about === about) this.#kept = kept;
    }
  }

  recall(state: string): HistoryFacts {
    return this.#kept?.state === state ? this.#kept.facts : {};
  }

  keep(state: string, facts: HistoryFacts): void {
    this.#kept = { about: this.#options.about, state, facts: { ...this.recall(state), ...facts } };
    this.#isNew = true;
  }

  /** Throws the system's error. */
  save(): void {
    if (!this.#isNew) return;
    const { folder, about, key } = this.#options;
    writeCacheFile(folder, about.slice(0, 32), seal(MAGIC, [Buffer.from(JSON.stringify(this.#kept))], key));
    for (const name of this.#names) dropCacheFile(folder, name);
  }
}
