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
}

/** Work for one worker: plain data, small, structured-clonable. `read` of the same source turns it into blobs. */
export type Unit =
  | { readonly kind: 'files'; readonly root: string; readonly paths: readonly string[]; readonly log: boolean; /** Known to be at most 2 MB in all, so that it is not worth a thread. */ readonly small?: boolean }
  | { readonly kind: 'objects'; readonly repository: Repository; readonly objects: readonly GitObject[] }
  | { readonly kind: 'bytes'; readonly origin: Origin; readonly bytes: Uint8Array }
  /** A stream too long to hold: the planner's thread fills the ring while a worker drains it. See `src/sources/stream/ring.ts`. */
  | { readonly kind: 'ring'; readonly origin: Origin; readonly ring: SharedArrayBuffer };

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
