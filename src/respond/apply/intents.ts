import type { Action, AuditRecord } from '../../model/index.ts';

/** What identifies a mutation across plans and runs. */
export function intentKey(action: Pick<Action, 'fingerprint' | 'store' | 'kind'>): string {
  return JSON.stringify([action.kind, action.store, action.fingerprint]);
}

/**
 * Which mutations a ledger says were about to be sent and were not refused since, for `ApplyDeps.wasIntended`: after a crash
 * between intent and answer nobody knows whether the request arrived, so that the issuer is asked with patience first.
 */
export async function intentsIn(records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>): Promise<(action: Action) => boolean> {
  const open = new Map<string, string>();
  for await (const { event, fingerprint, detail } of records) {
    if (fingerprint === undefined || typeof detail['action'] !== 'string') continue;
    const slot = `${detail['action']} ${fingerprint}`;
    if (event === 'apply.intent') open.set(slot, JSON.stringify([detail['kind'], detail['store'], fingerprint]));
    if (event === 'apply.answer' && detail['status'] === 'refused') open.delete(slot);
  }
  const keys = new Set(open.values());
  return (action) => keys.has(intentKey(action));
}
