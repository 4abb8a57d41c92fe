import type { Tables } from './tables.ts';

/** Tables as JSON text, for a file beside the catalogue they were compiled from. */
export function writeTables(tables: Tables): string {
  return JSON.stringify({ ...tables, bytes: Buffer.from(tables.bytes).toString('base64') });
}

/** Reads what `writeTables` wrote. */
export function readTables(text: string): Tables {
  const stored = JSON.parse(text) as Omit<Tables, 'bytes'> & { readonly bytes: string };
  return { ...stored, bytes: Buffer.from(stored.bytes, 'base64') };
}
