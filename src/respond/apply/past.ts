import type { Action, AuditRecord } from '../../model/index.ts';

/** What identifies a mutation across plans and runs. */
export function intentKey(action: Pick<Action, 'fingerprint' | 'store' | 'kind' | 'until' | 'keep'>): string {
  return keyOf(action.kind, action.store, action.fingerprint, limitOf(action));
}

/** To what it is limited: another limit is another mutation. For the ledger. */
export function limitOf({ until, keep }: Pick<Action, 'until' | 'keep'>): { readonly until?: string; readonly keep?: readonly string[] } {
  return { ...(until === undefined ? {} : { until }), ...(keep === undefined ? {} : { keep }) };
}

function keyOf(kind: unknown, store: unknown, fingerprint: string, { until, keep }: { readonly until?: unknown; readonly keep?: unknown }): string {
  return JSON.stringify([kind, store, fingerprint, until ?? null, keep ?? null]);
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

/** Results that end an action. */
const PROVEN: ReadonlySet<string> = new Set(['done', 'already-inactive', 'already-limited']);

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
      open.set(slot, { at: new Date(at), key: keyOf(detail['kind'], detail['store'], fingerprint, { until: detail['until'], keep: detail['keep'] }) });
      if (detail['automatic'] === true) automatic.push(new Date(at));
    }
    if (event === 'apply.answer') {
      const intended = open.get(slot);
      if (detail['status'] === 'refused') open.delete(slot);
      else if (detail['status'] === 'accepted' && intended !== undefined) open.set(slot, { ...intended, acceptedAt: new Date(at) });
    }
    if (event === 'apply.result' && PROVEN.has(String(detail['status']))) {
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
