import type { Readable } from 'node:stream';
import type { HistoryMemory, Note, Origin, RawMatch, Region, Repository, RepositoryFacts, Skip, SourceOptions, TreeFacts, Unit } from '../../model/index.ts';

/** One thing to scan, as the user named it. `log`: read as a CI log. */
export type TargetSpec =
  | { readonly kind: 'path'; /** Absolute, or relative to the working directory. */ readonly path: string; readonly log: boolean }
  | { readonly kind: 'remote'; readonly remote: Remote; readonly log: boolean }
  | { readonly kind: 'stdin'; /** Stays on the planner's thread. */ readonly stream: Readable; readonly log: boolean };

/** What of a remote target was brought here, or why it was not. */
export type Fetched = { readonly origin: Origin; readonly bytes: Uint8Array } | { readonly skip: Skip };

/** A match with the buffer of plaintext that it slices. */
export interface Told {
  readonly raw: RawMatch;
  readonly secrets: Uint8Array;
}

/** A target that lies elsewhere. Whoever reaches there brings it piece by piece: `sources` knows no network. */
export interface Remote {
  /** As reports name it. */
  readonly name: string;
  /** Pulled as fast as it is scanned. Throws what the caller should hear of. */
  readonly items: (signal: AbortSignal) => AsyncIterable<Fetched>;
  /** The origins of a hit as people find them, with a link to its line; none where it is not wanted. */
  readonly shown: (hit: Hit) => readonly Origin[];
  /** Given all that was found in what was brought, and which rules are only of parts: secrets that are known all the same, and what must be told of the rest. */
  readonly rest?: (found: readonly Told[], isPart: (ruleId: string) => boolean) => { readonly more: readonly Told[]; readonly skips: readonly Skip[] };
}

export interface Hit {
  readonly origin: Origin;
  readonly region: Region;
}

/** What a target holds. */
export interface Planned {
  /** Absolute; the paths in origins are relative to it. */
  readonly root: string;
  readonly repository?: Repository;
  /** Pull them to their end: planning goes on while they are scanned, and gaps are noted last. */
  readonly units: AsyncIterable<Unit>;
  /** For every hit the origins it really has. None: drop it (its line was not added in the range). Several: all paths of a history blob. */
  readonly resolve: (hits: readonly Hit[]) => Promise<readonly (readonly Origin[])[]>;
  /** Remote, revision and branch of the repository, where there is one. */
  readonly describe?: () => Promise<RepositoryFacts | undefined>;
  /** Paths and refs of a history that might hold a token; known after the units. */
  readonly names?: PlannedNames;
  /** Which of the resolved paths exist in the tree people look at; known after `resolve`. */
  readonly tree?: TreeFacts;
}

/** Names that are no content, and where they are. */
export interface PlannedNames {
  readonly list: () => readonly { readonly text: string; readonly origin: Origin }[];
  /** To be called when none of them held a token. */
  readonly keepClean: () => void;
}

/** What every planner is given. */
export interface PlanContext {
  readonly options: SourceOptions;
  readonly note: Note;
  readonly signal: AbortSignal;
  /** Files and objects that the targets of the run have brought in, so that each is scanned once. */
  readonly taken?: Set<string>;
  /** Asked when a history is walked; absent or undefined: every walk is made. */
  readonly memory?: () => HistoryMemory | undefined;
}
