/** One finding of another tool, as far as its report tells. Its plaintext lives in memory only. */
export interface Reported {
  /** The tool's own name of the kind. */
  readonly rule: string;
  /** Absent: the report does not hold it, or holds it masked. */
  readonly secret?: string;
  /** A text in which the secret stands, as the report quotes it. */
  readonly context?: string;
  /** Other parts of the credential, by the tool's names. */
  readonly parts: readonly { readonly name: string; readonly value: string }[];
  readonly place: ReportedPlace;
}

export interface ReportedPlace {
  /** As the report has it: not to be trusted. */
  readonly path?: string;
  /** 1-based. */
  readonly line?: number;
  readonly column?: number;
  readonly commit?: string;
  readonly blob?: string;
  /** A page at the tool or its server, where the place is no file. */
  readonly url?: string;
}

export interface Report {
  /** `gitleaks`, `trufflehog`: the name that configuration may trust. */
  readonly tool: string;
  readonly results: readonly Reported[];
  /** Results that are not about secrets. */
  readonly others: number;
}

/** The secret, unless it was masked before it was written. */
export function unmasked(secret: string | undefined): { readonly secret?: string } {
  return secret === undefined || secret === '' || /^(?:redacted|removed|masked|hidden)$/i.test(secret.replaceAll(/[[\]<>*.]/g, '')) || /\*{3}|\u2026|•{3}|REDACTED/.test(secret) || /^[*xX.]+$/.test(secret) ? {} : { secret };
}
