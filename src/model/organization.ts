import type { Counts, Skip } from './coverage.ts';
import type { Severity } from './verdict.ts';

/** How far a run over an organisation is with one repository. */
export type RepositoryState =
  | 'planned'
  /** A worker is at it. */
  | 'leased'
  | 'scanned'
  /** As in the run before, whose findings (none) still hold. */
  | 'unchanged'
  | 'skipped';

export type Visibility = 'public' | 'internal' | 'private';

/** Runs of a repository's automation (GitHub Actions, GitLab CI), whose logs and artifacts are read. */
export interface RunCounts {
  /** The newest that ended, as many as were wanted, and those in which something was found before. */
  readonly planned: number;
  readonly scanned: number;
  /** Read by an earlier run, and clean. */
  readonly unchanged: number;
  /** By reason: `expired` and `gone` ones nobody keeps; what could not be read is a gap. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Beyond the bound, and not looked at. */
  readonly older: number;
}

/** Of one kind of thing what there was, and what became of it: `planned` is the sum of the others. */
export interface KindSum {
  readonly planned: number;
  readonly scanned: number;
  /** Seen by the run before, and as it was. */
  readonly unchanged: number;
  readonly skipped: number;
}

/** The same for every kind. What a repository that was skipped holds is not known, beyond its refs. */
export interface CoverageSums {
  readonly repositories: KindSum;
  readonly refs: KindSum;
  readonly blobs: KindSum;
  readonly commits: KindSum;
  /** Texts, logs and artifacts. */
  readonly files: KindSum;
  readonly runs: KindSum;
}

/** One repository in the report of an organisation. */
export interface RepositoryLine {
  readonly name: string;
  /** The forge's own number of it, which stays when the name changes. */
  readonly id?: string;
  readonly url: string;
  readonly visibility: Visibility;
  readonly isArchived: boolean;
  readonly isFork: boolean;
  readonly state: 'scanned' | 'unchanged' | 'skipped';
  /** Why it was skipped. */
  readonly reason?: string;
  readonly detail?: string;
  readonly refs: number;
  /** Issues, comments, releases and the like that were read. */
  readonly texts: number;
  /** Absent where it has none. */
  readonly runs?: RunCounts;
  readonly planned: Counts;
  readonly scanned: Counts;
  readonly sums: CoverageSums;
  /** How many things were left out or not seen, by reason. */
  readonly skips: Readonly<Record<string, number>>;
  /** What of it was not seen; the first ones. */
  readonly gaps: readonly Skip[];
  readonly gapsLeftOut: number;
  /** Everything that should have been seen was. */
  readonly complete: boolean;
  readonly findings: number;
  readonly failing: number;
  /** What became of the upload to its code scanning; absent: none was asked for. */
  readonly upload?: SarifUpload;
}

/** `nothing`: it has neither findings nor alerts of ours. `off`: it has no code scanning that we may write to. `failed`: it is tried again in the next run. */
export interface SarifUpload {
  readonly state: 'uploaded' | 'nothing' | 'off' | 'failed';
  readonly why?: string;
}

/** What became of a credential since the run before. */
export type Change = 'new' | 'reopened' | 'still';

/** One credential over all repositories. */
export interface OrganizationFinding {
  readonly id: string;
  readonly rule: string;
  readonly ruleName: string;
  readonly issuer: string;
  readonly masked: string;
  readonly fingerprint: string;
  readonly severity: Severity;
  readonly failing: boolean;
  readonly status: 'active' | 'inactive' | 'unknown' | 'notAttempted';
  readonly identity?: string;
  readonly scopes?: readonly string[];
  readonly violations: readonly string[];
  readonly waived: boolean;
  /** Of the most visible repository that it lies in. */
  readonly exposure: Visibility;
  readonly change: Change;
  /** Who answers for it, as far as anybody says, by how sure that is; absent or empty: nobody. */
  readonly owners?: readonly CredentialOwner[];
  /** Where it lies, by repository: its first place there and how many there are. */
  readonly repositories: readonly { readonly name: string; readonly id?: string; readonly place: string; readonly places: number; /** The places after the first, at most 50. */ readonly more?: readonly string[] }[];
}

/** Somebody who answers for a credential, and who says so: its issuer, `tokens:`, `owners:` or CODEOWNERS, or nobody, and it is who wrote the commit. */
export interface CredentialOwner {
  readonly name: string;
  readonly from: 'issuer' | 'attestation' | 'configuration' | 'codeowners' | 'author';
}

/** A run in a few numbers, to see where an organisation is going. */
export interface TrendPoint {
  /** When it began; RFC 3339. */
  readonly at: string;
  readonly credentials: number;
  readonly failing: number;
  readonly active: number;
  /** New and reopened since the run before it. */
  readonly new: number;
  /** Fixed and gone since the run before it. */
  readonly closed: number;
  /** Everything that was planned was seen: numbers of a run that saw less are too small. */
  readonly complete: boolean;
}

/** What one owner has to look at. */
export interface OwnerLine {
  /** Empty: nobody is known. */
  readonly name: string;
  readonly credentials: number;
  readonly failing: number;
  readonly active: number;
}

/** What became of the message about a run at one destination. */
export interface AlertOutcome {
  /** Name of the environment variable that holds its address. */
  readonly destination: string;
  readonly state: 'sent' | 'failed' | 'dry-run';
  readonly why?: string;
}

/** An issue that tells one owner what lies in one repository, and what became of it in this run. */
export interface OwnerIssue {
  readonly repository: string;
  readonly repositoryId?: string;
  /** Empty: nobody is known. */
  readonly owner: string;
  /** By which it is found again. */
  readonly mark: string;
  /** SHA-256 of what it says. */
  readonly digest: string;
  readonly number?: number;
  /** `left`: as it was, since not everything was seen that it speaks of. */
  readonly state: 'opened' | 'updated' | 'unchanged' | 'closed' | 'left' | 'failed' | 'dry-run';
  readonly why?: string;
}

/** A credential of the run before that is not in this one's list of open ones. */
export interface ClosedFinding {
  readonly id: string;
  readonly rule: string;
  readonly masked: string;
  readonly repositories: readonly string[];
  /** The forge's numbers of these, in their order. */
  readonly repositoryIds?: readonly string[];
}

export interface OrganizationCoverage {
  readonly repositories: { readonly planned: number; readonly scanned: number; readonly unchanged: number; readonly skipped: number };
  /** Skipped ones by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly refs: number;
  readonly texts: number;
  /** Of all repositories; absent where there was none. */
  readonly runs?: RunCounts;
  readonly planned: Counts;
  readonly scanned: Counts;
  /** Of all repositories. */
  readonly sums: CoverageSums;
  readonly skips: Readonly<Record<string, number>>;
  /** What the list of repositories itself does not show. */
  readonly gaps: readonly Skip[];
  readonly complete: boolean;
}

/** Everything but `run` is the same for the same repositories, however often the run was broken off. */
export interface OrganizationReport {
  readonly $schema: 'urn:tokenwarden:organization:1';
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'tokenwarden'; readonly version: string; readonly catalogueDigest: string };
  readonly run: { readonly id: string; readonly startedAt: string; readonly finishedAt: string; readonly previous?: string; /** The runs before, the oldest first. */ readonly earlier?: readonly TrendPoint[] };
  readonly target: string;
  readonly coverage: OrganizationCoverage;
  readonly repositories: readonly RepositoryLine[];
  /** Active first, then by severity, exposure, and number of repositories. */
  readonly findings: readonly OrganizationFinding[];
  /** Who has what to look at; a credential of several owners counts for each. */
  readonly owners?: readonly OwnerLine[];
  /** Absent: none were asked for. */
  readonly issues?: readonly OwnerIssue[];
  /** Absent: there was nothing to tell, or nowhere. */
  readonly alerts?: readonly AlertOutcome[];
  readonly difference: {
    readonly new: number;
    readonly reopened: number;
    readonly still: number;
    /** The run before asked another question (other rules, options or policy): what is not found may not have been looked for, and nothing is gone. */
    readonly otherSettings?: true;
    /** Their issuer calls them dead now. */
    readonly fixed: readonly ClosedFinding[];
    /** Nowhere any more, though every repository that held them was seen whole. The issuer did not say that they are dead. */
    readonly gone: readonly ClosedFinding[];
    /** Not found, where not everything was seen: still open. */
    readonly unseen: readonly ClosedFinding[];
  };
}
