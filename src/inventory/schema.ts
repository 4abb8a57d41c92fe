import type { Compilable, Kysely } from 'kysely';
import { organizationTables, type OrganizationRepositoryRow, type OrganizationRunRow } from './organization/tables.ts';

/** Instants are RFC 3339 texts in UTC, truth values 0 and 1: the same in SQLite and PostgreSQL. Nothing here ever holds a secret. */
export interface RunRow {
  readonly id: string;
  readonly command: string;
  readonly tool_version: string;
  readonly policy_digest: string;
  readonly started_at: string;
  readonly finished_at: string;
  /** JSON list, as the user gave them. */
  readonly targets: string;
  readonly findings: number;
  readonly failing: number;
  readonly complete: number;
  /** The JSON report, or where it is long what `packText` makes of it; kept for the last run only. */
  readonly report: string | null;
  /** Order of remembering: clocks go back, this does not. */
  readonly number: number;
}

export interface FindingRow {
  readonly id: string;
  readonly rule: string;
  readonly fingerprint: string;
  readonly masked: string;
  readonly severity: string;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly first_run: string;
  readonly last_run: string;
  /** Of the last introspection, whatever it was. */
  readonly last_status: string;
  /** Of the last introspection that was `active` or `inactive`; null before the first. */
  readonly known_status: string | null;
  readonly known_violating: number | null;
  readonly known_at: string | null;
  /** JSON of what the issuer said then: identity, scopes, dates. */
  readonly known_facts: string | null;
  /** JSON list: the scopes that the token had in every record since its owner last confirmed it; what is added later is not among them. */
  readonly recorded_scopes: string | null;
  readonly recorded_at: string | null;
  /** The last use that was not our own question: an instant, or `never`; null where nobody knows. */
  readonly genuine_use: string | null;
}

/** An owner's word on a token, by finding; the latest counts. The ledger keeps them all. */
export interface AttestationRow {
  readonly id: string;
  readonly rule: string;
  readonly fingerprint: string;
  readonly owner: string;
  readonly purpose: string;
  /** JSON list; null where nobody knew its scopes. */
  readonly scopes: string | null;
  readonly actor: string;
  readonly said_at: string;
  /** `yes` where the word is that it was revoked by hand. */
  readonly revoked: string | null;
}

/** What a person said of a finding. */
export interface FeedbackRow {
  /** Of the finding; the latest word counts. */
  readonly id: string;
  readonly rule: string;
  readonly fingerprint: string;
  /** `false-positive`, so far. */
  readonly kind: string;
  /** Kinds and numbers of characters, never the value; null where it could not be read again. */
  readonly shape: string | null;
  readonly reason: string | null;
  readonly actor: string;
  readonly said_at: string;
}

/** An issuer's answer that may be used again for a short while. Only `active` and `inactive` ones are kept. */
export interface AnswerRow {
  /** Keyed hash of store, its URL, kind and credential. */
  readonly id: string;
  readonly asked_at: string;
  /** JSON of the introspection without its time. */
  readonly answer: string;
}

export interface Tables {
  readonly answers: AnswerRow;
  readonly runs: RunRow;
  readonly findings: FindingRow;
  readonly feedback: FeedbackRow;
  readonly attestations: AttestationRow;
  readonly organization_runs: OrganizationRunRow;
  readonly organization_repositories: OrganizationRepositoryRow;
}

export interface Migration {
  readonly name: string;
  /** Statements, in order. Only built here: whoever runs them keeps the lock while they run. */
  readonly up: (schema: Kysely<Tables>['schema']) => readonly Compilable[];
}

/** In the order they are applied, each once. Never change one that was released: add another. */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: 'runs and findings',
    up: (schema) => [
      schema
        .createTable('runs')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('command', 'text', (column) => column.notNull())
        .addColumn('tool_version', 'text', (column) => column.notNull())
        .addColumn('policy_digest', 'text', (column) => column.notNull())
        .addColumn('started_at', 'text', (column) => column.notNull())
        .addColumn('finished_at', 'text', (column) => column.notNull())
        .addColumn('targets', 'text', (column) => column.notNull())
        .addColumn('findings', 'integer', (column) => column.notNull())
        .addColumn('failing', 'integer', (column) => column.notNull())
        .addColumn('complete', 'integer', (column) => column.notNull())
        .addColumn('report', 'text')
        .addColumn('number', 'integer', (column) => column.notNull()),
      schema.createIndex('runs_number').on('runs').column('number').unique(),
      schema
        .createTable('findings')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('rule', 'text', (column) => column.notNull())
        .addColumn('fingerprint', 'text', (column) => column.notNull())
        .addColumn('masked', 'text', (column) => column.notNull())
        .addColumn('severity', 'text', (column) => column.notNull())
        .addColumn('first_seen', 'text', (column) => column.notNull())
        .addColumn('last_seen', 'text', (column) => column.notNull())
        .addColumn('first_run', 'text', (column) => column.notNull())
        .addColumn('last_run', 'text', (column) => column.notNull())
        .addColumn('last_status', 'text', (column) => column.notNull())
        .addColumn('known_status', 'text')
        .addColumn('known_violating', 'integer')
        .addColumn('known_at', 'text')
        .addColumn('known_facts', 'text'),
      schema.createIndex('findings_fingerprint').on('findings').column('fingerprint'),
    ],
  },
  {
    name: 'feedback',
    up: (schema) => [
      schema
        .createTable('feedback')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('rule', 'text', (column) => column.notNull())
        .addColumn('fingerprint', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('shape', 'text')
        .addColumn('reason', 'text')
        .addColumn('actor', 'text', (column) => column.notNull())
        .addColumn('said_at', 'text', (column) => column.notNull()),
      schema.createIndex('findings_rule').on('findings').column('rule'),
    ],
  },
  {
    name: 'answers of issuers',
    up: (schema) => [
      schema
        .createTable('answers')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('asked_at', 'text', (column) => column.notNull())
        .addColumn('answer', 'text', (column) => column.notNull()),
      schema.createIndex('answers_asked_at').on('answers').column('asked_at'),
    ],
  },
  {
    name: 'recorded scopes and attestations',
    up: (schema) => [
      schema.alterTable('findings').addColumn('recorded_scopes', 'text'),
      schema.alterTable('findings').addColumn('recorded_at', 'text'),
      schema
        .createTable('attestations')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('rule', 'text', (column) => column.notNull())
        .addColumn('fingerprint', 'text', (column) => column.notNull())
        .addColumn('owner', 'text', (column) => column.notNull())
        .addColumn('purpose', 'text', (column) => column.notNull())
        .addColumn('scopes', 'text')
        .addColumn('actor', 'text', (column) => column.notNull())
        .addColumn('said_at', 'text', (column) => column.notNull()),
    ],
  },
  { name: 'genuine uses', up: (schema) => [schema.alterTable('findings').addColumn('genuine_use', 'text')] },
  { name: 'runs over organisations', up: organizationTables },
  { name: 'attested revocations', up: (schema) => [schema.alterTable('attestations').addColumn('revoked', 'text')] },
  { name: 'failures of repositories', up: (schema) => [schema.alterTable('organization_repositories').addColumn('failures', 'integer', (column) => column.notNull().defaultTo(0))] },
];
