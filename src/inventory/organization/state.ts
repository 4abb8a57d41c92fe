import type { AuditResult, Finding, RepositoryState } from '../../model/index.ts';

/** What a run over an organisation is about: two with the same are one, begun by one process and helped by others. */
export interface RunWanted {
  /** Taken where the run is new. */
  readonly id: string;
  /** `github:acme`. */
  readonly target: string;
  /** Digest of everything that decides what a scan finds and how it is judged: rules, policy, options, fingerprint key. */
  readonly settings: string;
  /** After how long without a sign a worker has lost its repository, where the one who begins the run decides that. */
  readonly leaseSeconds: number;
}

export interface OrganizationRun extends Omit<RunWanted, 'leaseSeconds'> {
  /** `planning`: its repositories are not all known yet. `abandoned`: broken off, and not gone on with for a day. */
  readonly state: 'planning' | 'running' | 'finished' | 'abandoned';
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** The run of the same target that finished before this one began. */
  readonly previous?: string;
  /** JSON: what the listing of repositories could not see. */
  readonly plan?: string;
  /** JSON of the organisation's report, once it is finished. */
  readonly report?: string;
}

/** A repository as it is planned: `facts` is the planner's own JSON. */
export interface PlannedRepository {
  readonly name: string;
  readonly facts: string;
  /** Set where it is known from the start that it is not scanned, and why. */
  readonly skipped?: { readonly reason: string; readonly detail?: string };
}

/** A repository that a worker holds until its lease ends; with another fence it is not his any more. */
export interface Job {
  readonly key: string;
  readonly run: string;
  readonly target: string;
  readonly name: string;
  readonly facts: string;
  readonly fence: number;
  /** From 1. */
  readonly attempt: number;
  /** Without a sign for so long, it is given to another. */
  readonly leaseSeconds: number;
  /** What the run before knows of it, under the same settings. */
  readonly previous?: RepositoryRecord;
}

export interface RepositoryRecord {
  readonly name: string;
  readonly facts: string;
  readonly state: RepositoryState;
  readonly reason?: string;
  readonly detail?: string;
  readonly attempts: number;
  readonly worker?: string;
  /** Of its refs, as its server listed them. */
  readonly digest?: string;
  /** JSON of what was planned and scanned. */
  readonly coverage?: string;
  /** Its JSON report. */
  readonly piece?: string;
}

/** How a repository ended. */
export interface RepositoryOutcome {
  readonly state: 'scanned' | 'unchanged' | 'skipped';
  readonly reason?: string;
  readonly detail?: string;
  readonly digest?: string;
  readonly coverage?: string;
  readonly piece?: string;
}

export interface RunProgress {
  readonly planned: number;
  readonly leased: number;
  readonly scanned: number;
  readonly unchanged: number;
  readonly skipped: number;
}

/** What was known of a finding before a run. */
export interface EarlierFinding {
  readonly firstRun: string;
  readonly lastRun: string;
}

/**
 * The state of runs over organisations. Every method may be called again after trouble: none does its work twice. All times
 * are the database's.
 */
export interface OrganizationState {
  /** What the database's clock says. */
  readonly now: () => Promise<Date>;
  /** The unfinished run that is wanted, unless it began more than a day ago, or a new one. */
  readonly openRun: (wanted: RunWanted) => Promise<OrganizationRun>;
  readonly run: (id: string) => Promise<OrganizationRun | undefined>;
  /** The last run of a target that finished. */
  readonly lastFinished: (target: string) => Promise<OrganizationRun | undefined>;
  /** Adds repositories that the run does not have yet. */
  readonly plan: (run: string, repositories: readonly PlannedRepository[]) => Promise<void>;
  /** All repositories are known: workers may begin. */
  readonly planned: (run: string, plan: string, leaseSeconds: number) => Promise<void>;
  /** Takes a repository that nobody holds; with `run` only of that one. Undefined: there is none now. */
  readonly claim: (worker: string, settings: string, leaseSeconds: number, run?: string) => Promise<Job | undefined>;
  /** Whether the job is still the worker's; then for so long again. */
  readonly renew: (job: Pick<Job, 'key' | 'fence'>, leaseSeconds: number) => Promise<boolean>;
  /** Ends a job with what was found, all or nothing. False: it is another's by now, and nothing was written. */
  readonly complete: (job: Pick<Job, 'key' | 'fence' | 'run'>, outcome: RepositoryOutcome, found?: { readonly result: AuditResult; readonly quiet: readonly Finding[] }) => Promise<boolean>;
  /** Gives a job back: to be tried again after a while, or for good after too many attempts. */
  readonly fail: (job: Pick<Job, 'key' | 'fence'>, why: { readonly reason: string; readonly detail: string; readonly retryAfterSeconds: number }) => Promise<boolean>;
  /** Gives a job back as if it had never been taken: its worker was told to stop. */
  readonly release: (job: Pick<Job, 'key' | 'fence'>) => Promise<boolean>;
  readonly progress: (run: string) => Promise<RunProgress>;
  /** All repositories of a run by name, a few at a time. */
  readonly repositories: (run: string) => AsyncGenerator<RepositoryRecord>;
  /** What was known of findings before; ids that were never seen are absent. */
  readonly earlier: (ids: readonly string[]) => Promise<ReadonlyMap<string, EarlierFinding>>;
  /** Ends the run; pieces of all but the last two finished runs of its target are forgotten. Whether it was this call that ended it. */
  readonly finish: (run: string, report: string, isComplete: boolean) => Promise<boolean>;
  /** Forgets runs that ended (or, broken off, began) more than so many days ago, but for the last finished one of each target. How many. */
  readonly forget: (days: number) => Promise<number>;
}
