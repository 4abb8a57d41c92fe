import { open } from 'node:fs/promises';
import type { AuditRecord } from '../../model/index.ts';
import { decode } from './line.ts';
import { linesOf } from './lines.ts';

/** The readable records of a ledger in their order; none if there is no ledger yet. Damage is the business of `verifyLedger`. */
export async function* readLedger(path: string): AsyncGenerator<AuditRecord> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return;
  try {
    for await (const { bytes } of linesOf(file)) {
      const record = decode(bytes);
      if (!('problem' in record)) yield record;
    }
  } finally {
    await file.close();
  }
}
