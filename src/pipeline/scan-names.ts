import { pathOf, type Origin, type RawMatch, type RepositoryFacts, type Skip, type Unit } from '../model/index.ts';
import { prefixed } from './prefix-origin.ts';
import type { UnitRequest, UnitResult } from '../scan-worker.ts';

/** A text that is no content but is shown or names content: a path, an author, a branch. */
interface Name {
  readonly text: string;
  readonly origin: Origin;
}

/** A match in a name, in the shape in which `detect` folds matches. */
export interface NameMatch {
  readonly raw: RawMatch;
  readonly secrets: Uint8Array;
  readonly origins: readonly { readonly shown: Origin; readonly path: string }[];
}

/** What a source tells of names; see `Planned.names` of `src/sources`. */
interface PlannedNames {
  readonly list: () => readonly Name[];
  readonly keepClean: () => void;
}

/** A run that could be a token; names without one are not worth a scan. */
const CANDIDATE = /[A-Za-z0-9_+=.%~-]{16,}/;
const NOWHERE = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } as const;

/** Collects the names that a run meets, and scans them: a token in a file's name is leaked like one in it, and must be masked wherever the name is shown. */
export class NameScan {
  readonly #names = new Map<string, Name>();
  readonly #keepers: { readonly texts: ReadonlySet<string>; readonly keepClean: () => void }[] = [];

  /** Paths of a unit of files. */
  unit(unit: Unit): void {
    if (unit.kind === 'files') for (const path of unit.paths) this.#add(path, { kind: 'file', path });
  }

  /** Path and author of a place where something was found. */
  origin(origin: Origin): void {
    this.#add(pathOf(origin), origin);
    if (origin.kind === 'commit' && origin.author !== undefined) this.#add(origin.author, origin);
  }

  repository({ branch, url }: RepositoryFacts): void {
    if (branch !== undefined) this.#add(branch, { kind: 'file', path: '.git/HEAD' });
    if (url !== undefined) this.#add(url, { kind: 'file', path: '.git/config' });
  }

  /** Names that a source met; `prefix` as `prefixed` takes it. `keepClean` is called when none of them holds anything. */
  found({ list, keepClean }: PlannedNames, prefix: string): void {
    const texts = list().map(({ text, origin }) => {
      this.#add(text, prefixed(origin, prefix));
      return text;
    });
    this.#keepers.push({ texts: new Set(texts), keepClean });
  }

  skip({ what, detail }: Skip): void {
    this.#add(what, { kind: 'file', path: what });
    if (detail !== undefined) this.#add(detail, { kind: 'file', path: what });
  }

  /** Matches in the names, at the places that they name. */
  async finish(scan: (request: UnitRequest) => Promise<UnitResult>): Promise<readonly NameMatch[]> {
    const names = [...this.#names.values()];
    if (names.length === 0) {
      for (const { keepClean } of this.#keepers) keepClean();
      return [];
    }
    // One name a line; what would break a line is no part of a token.
    const bytes = new TextEncoder().encode(names.map(({ text }) => text.replaceAll(/[\r\n]/g, ' ')).join('\n'));
    const options = { mode: 'tree', includeIgnored: true, archives: false, binaries: true, ignore: [] } as const;
    const { matches, secrets } = await scan({ unit: { kind: 'bytes', origin: { kind: 'stdin' }, bytes }, options });
    const guilty = new Set(matches.map(({ region }) => names[region.startLine - 1]?.text ?? ''));
    for (const { texts, keepClean } of this.#keepers) if (![...guilty].some((text) => texts.has(text))) keepClean();
    return matches.flatMap((raw): NameMatch[] => {
      const name = names[raw.region.startLine - 1];
      if (name === undefined) return [];
      return [{ raw: { ...raw, origin: name.origin, region: NOWHERE, features: { ...raw.features, 'found in': 'the name, not the content' } }, secrets, origins: [{ shown: name.origin, path: pathOf(name.origin) }] }];
    });
  }

  #add(text: string, origin: Origin): void {
    if (CANDIDATE.test(text) && !this.#names.has(text)) this.#names.set(text, { text, origin });
  }
}
