import type { Compilable, Kysely } from 'kysely';
import type { Tables } from '../schema.ts';

export interface OrganizationRunRow {
  readonly id: string;
  readonly target: string;
  readonly settings: string;
  readonly state: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly previous: string | null;
  readonly plan: string | null;
  readonly report: string | null;
  readonly complete: number;
  /** Order of beginning: clocks go back, this does not. */
  readonly number: number;
}

export interface OrganizationRepositoryRow {
  /** Run and name. */
  readonly key: string;
  readonly run: string;
  readonly name: string;
  readonly facts: string;
  readonly state: string;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly worker: string | null;
  /** Grows with every worker that takes it; only who knows the latest may write. */
  readonly fence: number;
  readonly lease_until: string | null;
  /** Not to be taken before. */
  readonly due_at: string;
  /** How often it was taken by a worker that did not end it. */
  readonly attempts: number;
  /** How often a worker gave it back with a reason. */
  readonly failures: number;
  readonly digest: string | null;
  readonly coverage: string | null;
  readonly piece: string | null;
}

/** The statements of the migration that adds them. */
export function organizationTables(schema: Kysely<Tables>['schema']): readonly Compilable[] {
  return [
    schema
      .createTable('organization_runs')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('target', 'text', (column) => column.notNull())
      .addColumn('settings', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('started_at', 'text', (column) => column.notNull())
      .addColumn('finished_at', 'text')
      .addColumn('previous', 'text')
      .addColumn('plan', 'text')
      .addColumn('report', 'text')
      .addColumn('complete', 'integer', (column) => column.notNull())
      .addColumn('number', 'integer', (column) => column.notNull()),
    schema.createIndex('organization_runs_number').on('organization_runs').column('number').unique(),
    schema
      .createTable('organization_repositories')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('run', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('facts', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('reason', 'text')
      .addColumn('detail', 'text')
      .addColumn('worker', 'text')
      .addColumn('fence', 'integer', (column) => column.notNull())
      .addColumn('lease_until', 'text')
      .addColumn('due_at', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('digest', 'text')
      .addColumn('coverage', 'text')
      .addColumn('piece', 'text'),
    schema.createIndex('organization_repositories_state').on('organization_repositories').columns(['run', 'state', 'name']),
  ];
}
