import { setTimeout as delay } from 'node:timers/promises';
import type { ForgeRepository } from '../../forges/index.ts';
import { GitHubError, type GitHub } from '../../github/index.ts';
import type { AuditResult, SarifUpload } from '../../model/index.ts';
import { isComplete } from '../../report/index.ts';
import { readAlerts } from '../code-scanning/alerts.ts';
import { publishSarif } from '../code-scanning/publish-sarif.ts';

/** Another one than the Action's: neither run closes what only the other has seen. */
export const CATEGORY = 'tokenwarden-organization';

export interface UploadSarif {
  /** Absent: the forge is not GitHub. */
  readonly github: GitHub | undefined;
  readonly commitOf: (branch: string) => Promise<string | undefined>;
  readonly signal: AbortSignal;
}

/**
 * What was found in a repository, at its default branch in its own code scanning; undefined for what has none (wikis, gists). Nothing is
 * uploaded after a scan that saw less: code scanning would take what was not read for fixed. Never throws for what GitHub says.
 */
export async function uploadSarif(result: AuditResult, { name, texts, defaultBranch, isArchived }: ForgeRepository, { github, commitOf, signal }: UploadSarif): Promise<SarifUpload | undefined> {
  if (texts !== true) return undefined;
  if (github === undefined) return { state: 'off', why: 'its forge has no code scanning' };
  if (isArchived) return { state: 'off', why: 'it is archived, and takes nothing' };
  if (!isComplete(result)) return { state: 'failed', why: 'not all of it was seen, and code scanning would take the rest for fixed' };
  const [owner = '', repo = ''] = name.split('/');
  const ref = defaultBranch === undefined ? undefined : `refs/heads/${defaultBranch}`;
  const commit = defaultBranch === undefined ? undefined : await commitOf(defaultBranch);
  if (ref === undefined || commit === undefined) return { state: 'off', why: 'its default branch has no commit' };
  const target = { repository: { owner, repo }, ref, commit };
  try {
    const alerts = await readAlerts(github, target);
    const isOurs = [...alerts.values()].some((list) => list.some(({ category, state }) => state === 'open' && (category === CATEGORY || category.startsWith(`${CATEGORY}-part-`))));
    if (result.findings.length === 0 && !isOurs) return { state: 'nothing' };
    const sleep = async (milliseconds: number): Promise<void> => {
      await delay(milliseconds, undefined, { signal });
    };
    const { uploaded, notes, trouble } = await publishSarif({ result }, CATEGORY, alerts, { github, target, startedAt: result.run.startedAt, sleep });
    const [why] = notes;
    if (why === undefined || (uploaded.length > 0 && uploaded.every(({ status }) => status !== 'failed') && trouble === undefined)) return { state: 'uploaded', ...(why === undefined ? {} : { why }) };
    return { state: isOff(trouble) ? 'off' : 'failed', why };
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    return { state: isOff(error.trouble) ? 'off' : 'failed', why: error.message };
  }
}

/** Not licensed or switched off: the next night it is the same. A permission that is missing may be given. */
function isOff(trouble: GitHubError['trouble'] | undefined): boolean {
  return trouble === 'disabled' || trouble === 'not-found' || trouble === 'gone';
}
