import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { close } from './close.ts';
import { FOLDER_PREFIX } from './deliver.ts';
import type { OpenIssue } from './open-issues.ts';
import type { Closed, IssueDeps } from './types.ts';

/** How a swept credential stands. */
export type Swept = { readonly issue: OpenIssue } & (
  | Closed
  /** Its command still runs. */
  | { readonly status: 'running' }
  /** Past its end by its own expiry. */
  | { readonly status: 'expired'; readonly at: Date }
  /** The issuer was searched and has none. */
  | { readonly status: 'absent' }
  /** A named person says that nothing of it is left; what we knew stands beside it in the ledger. */
  | { readonly status: 'settled'; readonly detail: string }
  /** Nobody knows whether it was made. `until`: it is dead by then, if the issuer keeps to what was asked. */
  | { readonly status: 'lost'; readonly detail: string; readonly until?: Date }
);

/** Clocks differ: something is called expired this long after. */
const SLACK_MS = 5 * 60_000;

type SweepDeps = Pick<IssueDeps, 'door' | 'ledger' | 'storage' | 'sleep' | 'now'>;

/** What a named person says of issues that no machine can end: that they looked, and why nothing is left. */
export interface Settlement {
  readonly ids: ReadonlySet<string>;
  readonly reason: string;
}

/**
 * Ends what a killed run left behind. What still runs is left alone. A settlement counts only where the issuer was tried first and could not
 * say that it is dead. Throws what the ledger throws; the rest can be swept again.
 */
export async function sweepIssues(open: readonly OpenIssue[], deps: SweepDeps, settlement?: Settlement): Promise<readonly Swept[]> {
  const swept: Swept[] = [];
  for (const issue of open) {
    const release = await deps.storage.hold(issue.id);
    if (release === undefined) {
      swept.push({ issue, status: 'running' });
      continue;
    }
    try {
      removeFiles(issue);
      const result = await sweepOne(issue, deps);
      const knew = openStill(result);
      if (knew === undefined || settlement?.ids.has(issue.id) !== true) swept.push(result);
      else swept.push(settle(issue, knew, settlement, deps));
    } finally {
      release();
    }
  }
  return swept;
}

/** Why it may live; undefined where that is answered, or answers itself with time. */
function openStill(swept: Swept): string | undefined {
  if (swept.status === 'lost' || swept.status === 'requested') return swept.detail;
  return swept.status === 'expires' && swept.at === undefined ? 'it cannot be revoked, and nobody said when it ends' : undefined;
}

/** For one whose store is gone from the configuration, too: then nobody can be asked. */
export function settle(issue: OpenIssue, knew: string, { reason }: Settlement, deps: Pick<SweepDeps, 'ledger' | 'storage'>): Swept {
  const { id, store } = issue;
  deps.ledger('issue.settled', { issue: id, store, was: knew, reason, confirmed: 'by a person' });
  deps.storage.forget(id);
  return { issue, status: 'settled', detail: knew };
}

async function sweepOne(issue: OpenIssue, deps: SweepDeps): Promise<Swept> {
  const { id, store, obtained } = issue;
  if (obtained === undefined) return sweepLost(issue, deps);
  const { ending, handle, expiresAt } = obtained;
  if (expiresAt !== undefined && deps.now().getTime() > expiresAt.getTime() + SLACK_MS) {
    deps.ledger('issue.expired', { issue: id, store, expiresAt: expiresAt.toISOString() });
    deps.storage.forget(id);
    return { issue, status: 'expired', at: expiresAt };
  }
  if (ending !== 'by-secret') return { issue, ...(await close({ id, store, ending, held: handle === undefined ? {} : { handle }, expiresAt }, deps)) };
  const sealed = deps.storage.kept(id);
  const secret = sealed === undefined ? undefined : deps.door.unseal(store, id, sealed);
  if (secret === undefined) {
    const detail = sealed === undefined ? 'only itself could end it, and it was not kept' : 'only itself could end it, and what was kept does not open with our credentials of today';
    deps.ledger('issue.requested', { issue: id, store, detail });
    return { issue, status: 'requested', detail };
  }
  return { issue, ...(await close({ id, store, ending, held: { ...(handle === undefined ? {} : { handle }), secret }, expiresAt }, deps)) };
}

/** The answer was lost with the process that waited for it. */
async function sweepLost(issue: OpenIssue, deps: SweepDeps): Promise<Swept> {
  const { id, store, intendedAt, ttlMs, keepsTtl } = issue;
  const until = keepsTtl ? new Date(intendedAt.getTime() + ttlMs + SLACK_MS) : undefined;
  const found = await deps.door.find(store, `tokenwarden-${id}`, issue.scopes);
  if (found?.status === 'found') {
    // All but one are ended without a word of the end: the ledger calls it over when the last of them is dead.
    const [handle, ...others] = found.handles;
    for (const other of others) {
      deps.ledger('issue.revoking', { issue: id, store, handle: other });
      const answer = await deps.door.revoke(store, { handle: other });
      const proof = await deps.door.ask(store, { handle: other });
      if (proof.status === 'inactive') continue;
      const detail = `one of ${found.handles.length} of its name is not known to be dead (${answer.detail})`;
      deps.ledger('issue.requested', { issue: id, store, detail });
      return { issue, status: 'requested', detail };
    }
    if (handle !== undefined) {
      deps.ledger('issue.obtained', { issue: id, store, ending: 'by-id', handle });
      return { issue, ...(await close({ id, store, ending: 'by-id', held: { handle }, expiresAt: until }, deps)) };
    }
    // A request that was on its way may still arrive for a moment.
    if (deps.now().getTime() - intendedAt.getTime() > SLACK_MS) deps.ledger('issue.absent', { issue: id, store });
    return { issue, status: 'absent' };
  }
  if (until !== undefined && deps.now() > until) {
    deps.ledger('issue.expired', { issue: id, store, expiresAt: until.toISOString() });
    return { issue, status: 'expired', at: until };
  }
  const detail = found === undefined ? 'the issuer\'s answer was lost, and it cannot be searched for' : `the issuer's answer was lost, and the search for it failed (${found.detail})`;
  deps.ledger('issue.lost', { issue: id, store, detail, ...(until === undefined ? {} : { until: until.toISOString() }) });
  return { issue, status: 'lost', detail, ...(until === undefined ? {} : { until }) };
}

/** Only folders that we make ourselves: the path comes from a file. */
function removeFiles({ folder }: OpenIssue): void {
  if (folder !== undefined && basename(folder).startsWith(FOLDER_PREFIX)) rmSync(folder, { recursive: true, force: true });
}
