import type { Action, AuditRecord } from '../../model/index.ts';

/** What identifies a mutation across plans and runs. */
export function intentKey(action: Pick<Action, 'fingerprint' | 'store' | 'kind'>): string {
  return JSON.stringify([action.kind, action.store, action.fingerprint]);
}

/** A mutation that was about to be sent and not refused since. */
export interface Intended {
  readonly at: Date;
  /** When the issuer took it, if it said so. Absent: nobody knows whether it arrived. */
  readonly acceptedAt?: Date;
}

/** What a ledger says of earlier applies. */
export interface Past {
  /** After a crash between intent and answer nobody knows whether the request arrived, so that the issuer is asked with patience first. */
  readonly intended: (action: Action) => Intended | undefined;
  /** When this plan found the action done, if it did. */
  readonly proven: (plan: string, action: Action) => Date | undefined;
  /** Mutations that no person approved, sent after an instant: what a circuit breaker counts. */
  readonly automaticSince: (since: Date) => number;
}

/** Folds the records of a ledger; `applyPlan` takes what it returns. */
export async function readPast(records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>): Promise<Past> {
  const open = new Map<string, Intended & { readonly key: string }>();
  const proven = new Map<string, Date>();
  const automatic: Date[] = [];
  for await (const { event, fingerprint, detail, at } of records) {
    const id = detail['action'];
    if (fingerprint === undefined || typeof id !== 'string') continue;
    const slot = `${id} ${fingerprint}`;
    if (event === 'apply.intent') {
      open.set(slot, { at: new Date(at), key: JSON.stringify([detail['kind'], detail['store'], fingerprint]) });
      if (detail['automatic'] === true) automatic.push(new Date(at));
    }
    if (event === 'apply.answer') {
      const intended = open.get(slot);
      if (detail['status'] === 'refused') open.delete(slot);
      else if (detail['status'] === 'accepted' && intended !== undefined) open.set(slot, { ...intended, acceptedAt: new Date(at) });
    }
    if (event === 'apply.result' && (detail['status'] === 'done' || detail['status'] === 'already-inactive')) {
      proven.set(`${String(detail['plan'])} ${id}`, new Date(at));
      open.delete(slot);
    }
  }
  const intents = new Map([...open.values()].map((intended) => [intended.key, intended]));
  return {
    intended: (action) => intents.get(intentKey(action)),
    proven: (plan, action) => proven.get(`${plan} ${action.id}`),
    automaticSince: (since) => automatic.filter((at) => at > since).length,
  };
}
