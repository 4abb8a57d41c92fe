import type { AuditRecord, Ending } from '../../model/index.ts';

/** A credential that a ledger does not call ended. */
export interface OpenIssue {
  readonly id: string;
  readonly store: string;
  /** As they were asked for. */
  readonly scopes: readonly string[];
  readonly intendedAt: Date;
  readonly ttlMs: number;
  readonly keepsTtl: boolean;
  /** Absent: it was asked for, and the answer is not on record. */
  readonly obtained?: { readonly ending: Ending; readonly handle?: string; readonly expiresAt?: Date };
  /** Files that may still lie there. */
  readonly folder?: string;
}

/** Events after which nothing is left to do. */
const ENDS: ReadonlySet<string> = new Set(['issue.refused', 'issue.revoked', 'issue.expired', 'issue.absent', 'issue.settled']);

/** What of the issued credentials is open, in the order in which they were asked for. */
export async function openIssues(records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>): Promise<readonly OpenIssue[]> {
  const open = new Map<string, OpenIssue>();
  for await (const { event, at, detail } of records) {
    const id = detail['issue'];
    if (typeof id !== 'string' || !event.startsWith('issue.')) continue;
    if (event === 'issue.intent') open.set(id, { id, store: String(detail['store']), scopes: Array.isArray(detail['scopes']) ? detail['scopes'].map(String) : [], intendedAt: new Date(at), ttlMs: Number(detail['ttlMs']), keepsTtl: detail['keepsTtl'] === true });
    const known = open.get(id);
    if (known === undefined) continue;
    if (ENDS.has(event)) open.delete(id);
    else if (event === 'issue.obtained') open.set(id, { ...known, obtained: obtainedOf(detail) });
    else if (event === 'issue.delivered' && typeof detail['folder'] === 'string') open.set(id, { ...known, folder: detail['folder'] });
    else if (event === 'issue.ended') {
      const { folder: _gone, ...rest } = known;
      open.set(id, rest);
    }
  }
  return [...open.values()];
}

function obtainedOf(detail: Readonly<Record<string, unknown>>): NonNullable<OpenIssue['obtained']> {
  const { ending, handle, expiresAt } = detail;
  return { ending: ending as Ending, ...(typeof handle === 'string' ? { handle } : {}), ...(typeof expiresAt === 'string' ? { expiresAt: new Date(expiresAt) } : {}) };
}
