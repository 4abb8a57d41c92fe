import type * as Sqlite from 'node:sqlite';

/** The one method of `process` that is needed; shells pass `process` itself. */
export interface WarningHost {
  emitWarning: NodeJS.Process['emitWarning'];
}

/**
 * Loads `node:sqlite` when it is first needed, not at start. Node 22 says at that moment that it is experimental; with a
 * host that one warning is swallowed, and every other one passes.
 */
export async function loadSqlite(host?: WarningHost): Promise<typeof Sqlite> {
  if (host === undefined) return import('node:sqlite');
  const emit = host.emitWarning;
  const filtered = (...given: readonly unknown[]): void => {
    if (!isSqliteWarning(given)) Reflect.apply(emit, host, given);
  };
  host.emitWarning = filtered as NodeJS.Process['emitWarning'];
  try {
    return await import('node:sqlite');
  } finally {
    if (host.emitWarning === filtered) host.emitWarning = emit;
  }
}

function isSqliteWarning([warning, options]: readonly unknown[]): boolean {
  const name = typeof options === 'string' ? options : warning instanceof Error ? warning.name : (options as { readonly type?: unknown } | undefined)?.type;
  return name === 'ExperimentalWarning' && /\bSQLite\b/.test(warning instanceof Error ? warning.message : String(warning));
}
