import { GitHubError, type GitHubTrouble } from '../../github/index.ts';
import { printable } from '../../lib/printable.ts';
import type { AuditResult } from '../../model/index.ts';
import { isComplete } from '../../report/index.ts';
import type { Alert } from './alerts.ts';
import { emptyPart, leftovers, partsOf, upload, type UploadDeps, type Uploaded } from './upload.ts';

/** Uploads a result to code scanning, in parts, and waits for each. What was not uploaded is said. */
export async function publishSarif(outcome: { readonly result: AuditResult }, category: string, alerts: ReadonlyMap<string, readonly Alert[]> | undefined, deps: UploadDeps): Promise<{ readonly uploaded: readonly Uploaded[]; readonly notes: readonly string[]; /** Why GitHub took nothing, or not all. */ readonly trouble?: GitHubTrouble }> {
  const { result } = outcome;
  const { ref, commit } = deps.target;
  if (!isComplete(result)) return { uploaded: [], notes: ['nothing was uploaded to code scanning: coverage is incomplete, and code scanning would take what was not read for fixed'] };
  if (ref === undefined || commit === undefined) return { uploaded: [], notes: ['nothing was uploaded to code scanning: the event belongs to no ref and commit'] };
  // An alert keeps its rule by what it says itself: without it an open "live" one would be closed by a run that asked nobody.
  if (alerts === undefined && result.findings.some(({ introspection: { status } }) => status === 'unknown' || status === 'notAttempted')) return { uploaded: [], notes: ['nothing was uploaded to code scanning: the alerts that it has could not be read, and what they know of findings that no issuer answered for would be lost'] };
  const uploaded: Uploaded[] = [];
  try {
    const parts = partsOf(result, category);
    const used = [...(alerts?.values() ?? [])].flatMap((list) => list.filter((alert) => alert.ref === ref && alert.state === 'open').map((alert) => alert.category));
    for (const part of [...parts, ...leftovers(category, parts, used).map((one) => emptyPart(result, one))]) uploaded.push(await upload(part, deps));
    const notes = uploaded.flatMap(({ id, status, errors }) =>
      status === 'failed' ? [`code scanning refused the upload ${printable(id)}: ${errors.length === 0 ? 'it does not say why' : errors.slice(0, 3).join('; ')}`] : status === 'pending' ? [`code scanning has not processed the upload ${printable(id)} yet; look under Security later`] : [],
    );
    return { uploaded, notes };
  } catch (error) {
    return { uploaded, notes: [degraded('not uploaded to code scanning', error)], ...(error instanceof GitHubError ? { trouble: error.trouble } : {}) };
  }
}

/** What was not done, and the name of what is missing. Other errors are thrown on. */
export function degraded(what: string, error: unknown): string {
  if (!(error instanceof GitHubError)) throw error;
  const permission = error.permission === undefined ? '' : ` It needs the permission "${error.permission}".`;
  return `${what}: ${error.message}.${permission}`;
}
