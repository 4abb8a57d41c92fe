import type { Counts, Skip } from './coverage.ts';
import type { Origin } from './location.ts';

/** Bytes to scan once, pulled by the scanner so that a file is read straight into its memory. */
export interface Blob {
  readonly origin: Origin;
  /** Absent when not known before reading. */
  readonly sizeBytes?: number;
  /** Fills `target` from its start; how many bytes were put there, 0 at the end. Throws a `SkipError` when it cannot go on. */
  readonly read: (target: Uint8Array) => number | Promise<number>;
  readonly close?: () => void | Promise<void>;
  /** What is read is not what is stored, so offsets in it lead nowhere; lines do. */
  readonly isRewritten?: true;
}

/** Work for one worker: plain data, small, structured-clonable. `read` of the same source turns it into blobs. */
export type Unit =
  | {
      readonly kind: 'files';
      readonly root: string;
      readonly paths: readonly string[];
      readonly log: boolean;
      /** Known to be at most 2 MB in all, so that it is not worth a thread. */
      readonly small?: boolean;
      /** Of all of them, where it is known. */
      readonly sizeBytes?: number;
      /** `STAMP_NUMBERS` numbers for each path: see `stampOf`. */
      readonly stamps?: Float64Array;
    }
  | { readonly kind: 'objects'; readonly repository: Repository; readonly objects: readonly GitObject[] }
  | { readonly kind: 'bytes'; readonly origin: Origin; readonly bytes: Uint8Array }
  /** A stream too long to hold: the planner's thread fills the ring while a worker drains it. See `src/sources/stream/ring.ts`. */
  | { readonly kind: 'ring'; readonly origin: Origin; readonly ring: SharedArrayBuffer };

/** How many numbers make a stamp. */
export const STAMP_NUMBERS = 5;

/** What of a file's status the stamp is made of; Node's `Stats` has it. */
export interface Stampable {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/**
 * What tells, without reading it, that a file is the one that was seen before: device, inode, size, and the times of the last
 * change of its content and of its inode (which nobody can set back). Equal stamps mean equal content, unless the file was changed
 * within the clock tick in which it was read. A number too large to be exact makes a stamp that equals none, itself included.
 */
export function stampOf({ dev, ino, size, mtimeMs, ctimeMs }: Stampable): readonly number[] {
  return [dev, Number.isSafeInteger(ino) ? ino : Number.NaN, size, mtimeMs, ctimeMs];
}

/** How skips name an object whose path is not known yet. */
export function nameOfObject({ origin, type, oid }: GitObject): string {
  const path = origin.kind === 'commit' || origin.kind === 'staged' ? origin.path : '';
  return path === '' ? `${type} ${oid}` : path;
}

export interface GitObject {
  readonly oid: string;
  readonly type: 'blob' | 'commit' | 'tag';
  readonly sizeBytes: number;
  /** What is known of the origin before reading; history blobs get theirs from `resolve`. */
  readonly origin: Origin;
  /** Its content, where the planner had to read it anyway. */
  readonly bytes?: Uint8Array;
}

/** Absolute paths, resolved once and handed to every hardened git call. */
export interface Repository {
  readonly gitDir: string;
  /** Absent in a bare repository. */
  readonly workTree?: string;
}

export interface SourceOptions {
  readonly mode: 'tree' | 'staged' | 'range' | 'history';
  /** `A..B`, for mode `range`. */
  readonly range?: string;
  readonly includeIgnored: boolean;
  readonly archives: boolean;
  readonly binaries: boolean;
  /** Only set when the user caps. */
  readonly maxFileBytes?: number;
  /** Globs (gitignore syntax) that the user excludes. */
  readonly ignore: readonly string[];
  /** Ends of paths that rules are bound to (`Rule.paths`): a history is told which of its blobs have such a path before they are read. */
  readonly boundPaths?: readonly string[];
  /**
   * What sources may know of the caller's environment, as rooms have no `process`: `PATH` (where git is looked for; the
   * usual system folders if absent) and `GIT_INDEX_FILE` (used by mode `staged` only). Nothing else is read.
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Told by a source while it plans and by workers while they read. */
export type CoverageEvent =
  | { readonly type: 'planned'; readonly counts: Partial<Counts> }
  | { readonly type: 'scanned'; readonly counts: Partial<Counts> }
  | { readonly type: 'skipped'; readonly skip: Skip };

export type Note = (event: CoverageEvent) => void;

/** Thrown by `Blob.read` and the readers of `src/sources`; becomes a skip, never a crash. */
export class SkipError extends Error {
  readonly skip: Skip;
  constructor(skip: Skip, cause?: unknown) {
    super(`${skip.what}: ${skip.reason}${skip.detail === undefined ? '' : `: ${skip.detail}`}`, { cause });
    this.name = 'SkipError';
    this.skip = skip;
  }
}

/** What a walk through a repository's history found, so that it need not be walked again while it stays the same. Names of objects only. */
export interface HistoryFacts {
  /** Nothing that the history names is missing. */
  readonly isWhole?: true;
  /** Which small blobs have a path that ends in one of `paths`: their names, and which of the ends it is. */
  readonly ends?: { readonly paths: readonly string[]; readonly blobs: readonly (readonly [string, number])[] };
  /** No path and no ref holds a token. */
  readonly areNamesClean?: true;
  /** Of these blobs, the commits (in the order of the walk) that first had them at one of their paths. */
  readonly places?: { readonly blobs: readonly string[]; readonly commits: readonly string[] };
}

/** Keeps such facts; `state` stands for the repository as it was. */
export interface HistoryMemory {
  /** Whether a file with this stamp can be told from what it may become. */
  readonly isSettled: (stamp: readonly number[]) => boolean;
  readonly recall: (repository: Repository, state: string) => HistoryFacts;
  readonly keep: (repository: Repository, state: string, facts: HistoryFacts) => void;
}
