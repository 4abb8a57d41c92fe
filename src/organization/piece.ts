import type { Counts, CredentialOwner, RunCounts, SarifUpload, Skip, Visibility } from '../model/index.ts';

/** What the planner tells workers of a repository. */
export interface RepositoryFacts {
  readonly name: string;
  readonly id?: string;
  readonly webUrl: string;
  readonly visibility: Visibility;
  readonly isArchived: boolean;
  readonly isFork: boolean;
}

/** What was seen of a repository, as it is stored. */
export interface PieceCoverage {
  readonly refs: number;
  readonly texts: number;
  readonly planned: Counts;
  readonly scanned: Counts;
  readonly skipped: readonly Skip[];
  readonly complete: boolean;
  /** Absent: none was asked for. */
  readonly upload?: SarifUpload;
  /** Absent where it has none, or they were not wanted. */
  readonly runs?: RunCounts;
}

/** What the next run of the organisation needs to know of a repository's runs of automation, so as to read only new ones. */
export interface RunMemory {
  /** The digest of its refs. */
  readonly refs: string;
  /** The stamp of its texts, releases among them. */
  readonly texts?: string;
  /** What its server called the list. */
  readonly tag?: string;
  readonly older: number;
  /** Id, stamp, and whether it was read whole and nothing was found. */
  readonly runs: readonly (readonly [id: string, stamp: string, clean: boolean])[];
}

/** Of a repository's JSON report, the parts that the organisation's is made of. */
export interface PieceReport {
  readonly findings: readonly PieceFinding[];
  readonly rules: readonly { readonly id: string; readonly name: string; readonly issuer: string }[];
}

export interface PieceFinding {
  readonly id: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  readonly failing: boolean;
  readonly masked: string;
  readonly credential: { readonly rule: string; readonly issuer: string; readonly fingerprint: string };
  readonly locations: readonly { readonly origin: unknown; readonly region: { readonly startLine: number; readonly startColumn: number } }[];
  readonly introspection: { readonly status: 'active' | 'inactive' | 'unknown' | 'notAttempted'; readonly facts?: { readonly sub?: string; readonly scopes?: readonly string[] } };
  readonly verdicts: readonly { readonly check: string; readonly verdict: { readonly status: string } }[];
  readonly waiver?: unknown;
}

/** A piece is the JSON report, and renderings of it where there is something to look at. */
export interface Piece {
  readonly report: PieceReport;
  /** By finding, those that have any. */
  readonly owners?: Readonly<Record<string, readonly CredentialOwner[]>>;
  /** By format; gzip as base64. */
  readonly rendered?: Readonly<Record<string, string>>;
  readonly runs?: RunMemory;
}
