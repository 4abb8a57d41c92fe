import type { SkipReason } from '../model/index.ts';

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
}

/** Kinds of text beside the code. */
export type TextKind = 'issues' | 'pulls' | 'discussions' | 'commits' | 'releases';

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

/** A server of repositories, and who is looked at there. */
export interface Forge {
  /** `github:acme`. */
  readonly target: string;
  /** All repositories, each once; gaps are told as they are met. Throws where the owner itself cannot be read. */
  readonly repositories: (gap: (gap: ForgeGap) => void) => AsyncGenerator<ForgeRepository>;
  /** What git's server lists, without git. */
  readonly refs: (repository: ForgeRepository) => Promise<Refs>;
  readonly gitAccess: (repository: ForgeRepository) => Promise<GitAccess>;
  /** Everything that people wrote beside the code; gaps are told as they are met. */
  readonly texts: (repository: ForgeRepository, gap: (gap: ForgeGap) => void) => AsyncGenerator<ForgeText>;
  /** Requests to the API so far; those to git's server are not counted. */
  readonly requests: () => number;
  readonly close: () => Promise<void>;
}
