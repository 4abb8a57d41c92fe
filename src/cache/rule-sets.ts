import { createHmac } from 'node:crypto';
import { listScope, readCacheFile, writeCacheFile } from './folder.ts';
import { seal, unseal } from './sealed.ts';

const MAGIC = 'twrules1';

/** The rules of a run, by id and digest of what they say. */
export interface RuleSet {
  /** Same text, same rules. */
  readonly id: string;
  /** Digest by rule id. Asked only when it is needed, as it takes tens of milliseconds. */
  readonly digests: () => ReadonlyMap<string, string>;
}

export interface RuleSetsOptions {
  readonly folder: string;
  readonly key: Uint8Array;
  readonly rules: RuleSet;
  readonly maxBytes: number;
  readonly now: () => Date;
}

/** More changed rules than this are not worth a scan of their own. */
const MOST_CHANGED = 200;

/** Which rules earlier runs had, so that after a change only what is new needs to be tried. */
export class RuleSets {
  readonly #options: RuleSetsOptions;
  readonly #changes = new Map<string, readonly string[] | undefined>();

  constructor(options: RuleSetsOptions) {
    this.#options = options;
  }

  /** The rules of this run that the set did not have, or had with another meaning; undefined if that is not known, or too many. */
  changedSince(id: string): readonly string[] | undefined {
    if (!this.#changes.has(id)) this.#changes.set(id, this.#compare(id));
    return this.#changes.get(id);
  }

  /** Writes down the rules of this run, if there is room. Throws the system's error. */
  save(): void {
    const { folder, key, rules, maxBytes } = this.#options;
    const about = this.#about(rules.id);
    if (listScope(folder, about.slice(0, 32)).length > 0) return;
    const bytes = seal(MAGIC, [Buffer.from(JSON.stringify({ about, digests: [...rules.digests()] }))], key);
    if (bytes.length <= maxBytes) writeCacheFile(folder, about.slice(0, 32), bytes);
  }

  #compare(id: string): readonly string[] | undefined {
    const { folder, key, rules, maxBytes, now } = this.#options;
    const about = this.#about(id);
    for (const name of listScope(folder, about.slice(0, 32))) {
      const file = readCacheFile(folder, name, maxBytes, now());
      const body = file === undefined ? undefined : unseal(MAGIC, file, key);
      if (body === undefined) continue;
      const kept = JSON.parse(body.toString('utf8')) as { readonly about: string; readonly digests: readonly (readonly [string, string])[] };
      if (kept.about !== about) continue;
      const before = new Map(kept.digests);
      const changed = [...rules.digests()].filter(([rule, digest]) => before.get(rule) !== digest).map(([rule]) => rule);
      return changed.length > MOST_CHANGED ? undefined : changed;
    }
    return undefined;
  }

  #about(id: string): string {
    return createHmac('sha256', this.#options.key).update(JSON.stringify(['rules', id])).digest('hex');
  }
}
