import type { AuditResult } from './result.ts';

export interface RenderOptions {
  /** Terminal colours; reporters that write files ignore it. */
  readonly color: boolean;
  /** Columns, for text. */
  readonly width: number;
  /** For markdown: the page's limit instead of 1 MiB. */
  readonly maxBytes?: number;
  /** For SARIF: the category under which code scanning keeps the run, instead of `tokenwarden`. */
  readonly category?: string;
}

/** One file of `src/report/`: pure, no settings, no I/O. */
export interface Reporter {
  readonly format: string;
  readonly description: string;
  readonly render: (result: AuditResult, options: RenderOptions) => string;
  /** The same text in pieces, so that it need not be held as one. */
  readonly pieces?: (result: AuditResult, options: RenderOptions) => Iterable<string>;
}
