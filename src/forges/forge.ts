import type { GitHub } from '../github/index.ts';
import type { Origin, Skip, SkipReason } from '../model/index.ts';

/** A repository, or something else that git serves (a wiki, a gist), as its forge lists it. */
export interface ForgeRepository {
  /** `acme/app`, `acme/app.wiki`, `gist:ID`. */
  readonly name: string;
  /** Of git, without credentials. */
  readonly cloneUrl: string;
  /** For people. */
  readonly webUrl: string;
  /** The forge's own number of it: it stays when the name changes. */
  readonly id: string;
  readonly visibility: 'public' | 'internal' | 'private';
  readonly isArchived: boolean;
  readonly isFork: boolean;
  readonly isEmpty?: boolean;
  readonly defaultBranch?: string;
  readonly sizeBytes?: number;
  /** The repository that it belongs to, for a wiki. Where git finds nothing there, it was never begun. */
  readonly wikiOf?: string;
  /** The forge keeps texts beside it: issues, reviews, releases. */
  readonly texts?: boolean;
  /** Changes whenever one of these texts does; absent where nobody knows. */
  readonly textsStamp?: string;
  /** How many there are of each kind; a kind without any is not asked for. Absent where nobody knows. */
  readonly textCounts?: Readonly<Record<TextKind, number>>;
  /** Parts that are switched off there: nothing is asked of them. */
  readonly without?: readonly RepositoryPart[];
  /** The forge runs things for it, whose logs and artifacts it keeps. */
  readonly runs?: boolean;
  /** Whether its default branch says what is to be run; absent where nobody knows. Where it does not, a run needs a change of its refs. */
  readonly hasWorkflows?: boolean;
}

/** Kinds of text beside the code. */
export type TextKind = 'issues' | 'pulls' | 'discussions' | 'commits' | 'releases';

/** What a repository may have besides its code, at forges that say which. */
export type RepositoryPart = 'issues' | 'pulls' | 'releases' | 'runs';

/** What a forge could not tell. */
export interface ForgeGap {
  readonly what: string;
  readonly reason: SkipReason;
  readonly detail: string;
}

/** Something that people wrote at the forge beside the code. */
export interface ForgeText {
  /** For people, and for the report's link: `https://github.com/acme/app/issues/3#issuecomment-5`. */
  readonly url: string;
  readonly text: string;
}

/** How git reaches a host: environment variables for its process, a header with a credential among them. Never printed. */
export type GitAccess = { readonly ok: true; readonly environment: Readonly<Record<string, string>> } | { readonly ok: false; readonly detail: string };

export type Refs =
  | { readonly state: 'listed'; readonly digest: string; readonly count: number }
  | { readonly state: 'empty' }
  | { readonly state: 'missing'; readonly detail: string }
  | { readonly state: 'refused'; readonly detail: string }
  /** May be there later. */
  | { readonly state: 'unreachable'; readonly detail: string; readonly retryAfterSeconds?: number };

/** What is wanted of the runs of a repository. */
export interface RunsWanted {
  /** How many of those that ended, the newest first. */
  readonly newest: number;
  readonly maxArtifactBytes: number;
  /** False: releases are known to be as they were, and not looked at. */
  readonly releases: boolean;
  /** Runs that are wanted all the same, however old: something was found in them. */
  readonly also: readonly string[];
  /** What the server called the list when it was last asked for: where it still does, it is not sent again. */
  readonly tag?: string;
}

/** A run that ended, as its forge lists it. */
export interface ListedRun {
  readonly id: string;
  /** Changes when it was run again. */
  readonly stamp: string;
  /** What `runItems` needs of it; undefined for a release that is as it was: it is asked for again. */
  readonly facts: unknown;
}

export type RunList =
  | { readonly state: 'listed'; readonly runs: readonly ListedRun[]; /** How many older ones there are, which are not looked at. */ readonly older: number; /** Of `also`, those that are no more. */ readonly gone: readonly string[]; readonly tag?: string }
  /** As when the list was given this tag. */
  | { readonly state: 'as-before' }
  | { readonly state: 'unknown'; readonly gap: ForgeGap };

/** A log or artifact of a run, or why it is not there. */
export type ForgeRunItem = { readonly origin: Origin; readonly bytes: Uint8Array } | { readonly skip: Skip };

/** A server of repositories, and who is looked at there. */
export interface Forge {
  /** `github:acme`. */
  readonly target: string;
  /** All repositories, each once; gaps are told as they are met. Throws where the owner itself cannot be read. */
  readonly repositories: (gap: (gap: ForgeGap) => void) => AsyncGenerator<ForgeRepository>;
  /** What git's server lists, without git. */
  readonly refs: (repository: ForgeRepository) => Promise<Refs>;
  readonly gitAccess: (repository: ForgeRepository) => Promise<GitAccess>;
  /** Changes whenever a text beside the repository does; undefined where nobody knows. Asked where the listing gives no `textsStamp`. */
  readonly textsStamp?: (repository: ForgeRepository) => Promise<string | undefined>;
  /** Everything that people wrote beside the code; gaps are told as they are met. */
  readonly texts: (repository: ForgeRepository, gap: (gap: ForgeGap) => void) => AsyncGenerator<ForgeText>;
  /** Runs of a repository's automation; only for those that have `runs`. */
  readonly runs: (repository: ForgeRepository, wanted: RunsWanted) => Promise<RunList>;
  /** Logs of all attempts and artifacts of one run. `links` gets, by log and job, where people see them. */
  readonly runItems: (repository: ForgeRepository, run: ListedRun, wanted: RunsWanted, links: Map<string, string>) => AsyncGenerator<ForgeRunItem>;
  /** The API behind it, where that is GitHub's. */
  readonly github?: GitHub;
  /** Requests to the API so far; those to git's server are not counted. */
  readonly requests: () => number;
  readonly close: () => Promise<void>;
}
