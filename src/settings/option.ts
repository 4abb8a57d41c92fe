import type { Confidence, Severity, Strictness } from '../model/index.ts';

/** Commands of the shell, by the words that call them. */
export type CommandName = 'init' | 'scan' | 'audit' | 'worker' | 'triage' | 'ingest' | 'explain' | 'fix' | 'baseline' | 'waive' | 'feedback' | 'attest' | 'rules stats' | 'rules list' | 'rules test' | 'rules explain' | 'rules new' | 'rules import' | 'plan show' | 'plan approve' | 'plan keygen' | 'plan review' | 'plan check' | 'respond' | 'incident' | 'evidence' | 'ledger export' | 'ledger anchor' | 'apply' | 'issue' | 'issue sweep' | 'rotate' | 'consumers' | 'ledger verify' | 'settings show';

/** `FORMAT=FILE` of `--report`; file `-` is standard output. */
export interface ReportTarget {
  readonly format: string;
  /** Absolute path, or `-`. */
  readonly file: string;
}

/** What the text of an option turns into. */
export interface KindValues {
  /** Off unless given: `--quiet`. */
  readonly on: boolean;
  /** On unless refused: `--no-archives`, key `archives: false`. */
  readonly off: boolean;
  readonly text: string;
  /** Absolute path; text is relative to the working directory. */
  readonly path: string;
  /** An input or output that may also be `-`, a standard stream. */
  readonly stream: string;
  /** Milliseconds; text such as `10m`. */
  readonly duration: number;
  /** Bytes; text such as `10MB`. */
  readonly bytes: number;
  /** A whole number from 1. */
  readonly count: number;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly outage: 'block' | 'warn';
  readonly delivery: 'env' | 'file';
  readonly visibility: 'public' | 'private';
  readonly report: ReportTarget;
  /** A day of the calendar, `YYYY-MM-DD`. */
  readonly day: string;
}

export type Kind = keyof KindValues;

/** Choices of the kinds that name one of a few words. */
export const CHOICES: { readonly [K in Kind]?: readonly string[] } = {
  severity: ['critical', 'high', 'medium', 'low'],
  confidence: ['high', 'medium', 'low'],
  outage: ['block', 'warn'],
  delivery: ['env', 'file'],
  visibility: ['public', 'private'],
};

/** One row of the table: flag, configuration key, environment name, schema, docs and action input come from it. */
export interface OptionSpec {
  readonly kind: Kind;
  /** Long flag without its value; `off` kinds begin with `--no-`. Absent: no flag. */
  readonly flag?: `--${string}`;
  /** Name of the value in `--help`. */
  readonly value?: string;
  /** Dotted path in `tokenwarden.yml`. Absent: not a matter of configuration (never a path to write to). */
  readonly key?: string;
  /** Which value is the tighter one; every option with a key says so. */
  readonly tighter?: Strictness;
  /** Absent: no environment variable. Lists take one item per line. */
  readonly env?: `TOKENWARDEN_${string}`;
  /** May be given several times. `add`: sources add up; `replace`: the strongest source wins. */
  readonly list?: 'add' | 'replace';
  readonly fallback?: string | number | boolean;
  /** A duration that may be zero, which means "never". */
  readonly orZero?: true;
  readonly help: string;
  readonly commands: readonly CommandName[];
  readonly group: 'What is scanned' | 'Asking the issuers' | 'Verdict and reports' | 'Waivers' | 'Response' | 'The credential' | 'GitHub Action' | 'Organisations' | 'Run';
  /** Whether `action.yml` offers it as an input. */
  readonly input?: true;
}
