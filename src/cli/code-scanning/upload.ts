import { gzipSync } from 'node:zlib';
import { GitHubError, listAt, textAt, type GitHub } from '../../github/index.ts';
import type { AuditResult, Finding } from '../../model/index.ts';
import { printable } from '../../lib/printable.ts';
import { reporterFor } from '../../report/index.ts';

export interface UploadLimits {
  readonly maxResults: number;
  readonly maxGzipBytes: number;
  readonly maxParts: number;
}

/** What GitHub shows of a run, and what it takes of a file. */
export const LIMITS: UploadLimits = { maxResults: 5_000, maxGzipBytes: 10_000_000, maxParts: 64 };

export interface Part {
  readonly category: string;
  /** As the API wants it: gzip, then base64. */
  readonly sarif: string;
  readonly results: number;
}

/**
 * The result as files within GitHub's limits, each with a category of its own. A finding's part follows from its id, so that it stays where
 * it is from run to run; the first part has the plain category.
 */
export function partsOf(result: AuditResult, category: string, limits: UploadLimits = LIMITS): readonly Part[] {
  for (let count = 1; ; count *= 2) {
    const buckets = Array.from({ length: count }, (): Finding[] => []);
    for (const finding of result.findings) buckets[Number.parseInt(finding.id.slice(0, 4), 16) % count]?.push(finding);
    const isLast = count >= limits.maxParts;
    if (!isLast && buckets.some(({ length }) => length > limits.maxResults)) continue;
    const parts = buckets.map((findings, index) => partOf({ ...result, findings }, nameOf(category, index)));
    if (isLast || parts.every(({ sarif }) => (sarif.length * 3) / 4 <= limits.maxGzipBytes)) return parts;
  }
}

function nameOf(category: string, index: number): string {
  return index === 0 ? category : `${category}-part-${index + 1}`;
}

function partOf(result: AuditResult, category: string): Part {
  const text = reporterFor('sarif').render(result, { color: false, width: 100, category });
  return { category, sarif: gzipSync(text, { level: 9 }).toString('base64'), results: result.findings.length };
}

/** Categories of earlier uploads that this one no longer has; uploaded empty, so that their alerts do not stay open for ever. */
export function leftovers(category: string, parts: readonly Part[], used: Iterable<string>): readonly string[] {
  const now = new Set(parts.map((part) => part.category));
  return [...new Set(used)].filter((one) => one.startsWith(`${category}-part-`) && /^\d+$/.test(one.slice(`${category}-part-`.length)) && !now.has(one)).sort();
}

export function emptyPart(result: AuditResult, category: string): Part {
  return partOf({ ...result, findings: [] }, category);
}

export interface Uploaded {
  readonly id: string;
  readonly category: string;
  /** `pending`: GitHub had not decided when we stopped asking. */
  readonly status: 'complete' | 'failed' | 'pending';
  readonly errors: readonly string[];
}

/** GitHub's advice is to ask again after a while; most are done within seconds. */
const POLLS_MS = [500, 1_500, 3_000, 5_000, 5_000, 5_000, 10_000, 10_000, 10_000, 15_000, 15_000, 15_000, 20_000] as const;

/** Errors in place of a status, after which nobody waits longer. */
const MAX_SILENCES = 2;

/** What of a repository a result is about. */
export interface SarifTarget {
  readonly repository: { readonly owner: string; readonly repo: string };
  /** `refs/heads/main`; absent where there is none. */
  readonly ref?: string | undefined;
  /** Whole object name. */
  readonly commit?: string | undefined;
}

export interface UploadDeps {
  readonly github: GitHub;
  readonly target: SarifTarget;
  readonly startedAt: Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Uploads one file and waits until GitHub has processed it. Throws `GitHubError`. */
export async function upload(part: Part, { github, target, startedAt, sleep }: UploadDeps): Promise<Uploaded> {
  const { repository, ref, commit } = target;
  const answer = await github.call('code-scanning/upload-sarif', repository, { commit_sha: commit, ref, sarif: part.sarif, started_at: startedAt.toISOString(), tool_name: 'tokenwarden' });
  const id = textAt(answer.value, 'id');
  if (id === undefined) throw new GitHubError('malformed', 'code-scanning/upload-sarif', 'GitHub took the upload and gave it no id, so that nobody can tell what became of it');
  let silences = 0;
  for (const pause of POLLS_MS) {
    await sleep(pause);
    const { value } = await github.call('code-scanning/get-sarif', { ...repository, sarif_id: id }).catch((error: unknown) => {
      if (!(error instanceof GitHubError)) throw error;
      // GitHub has taken the upload: that it does not find it yet, or does not answer, changes nothing of that.
      silences += error.trouble === 'not-found' ? 0 : 1;
      return { value: undefined };
    });
    if (silences >= MAX_SILENCES) break;
    const status = textAt(value, 'processing_status');
    if (status !== 'complete' && status !== 'failed') continue;
    const errors = listAt({ errors: (textsAt(value) ?? []).map((text) => ({ text })) }, 'errors').map((one) => printable(String(one.text)).slice(0, 500));
    return { id, category: part.category, status, errors };
  }
  return { id, category: part.category, status: 'pending', errors: [] };
}

function textsAt(value: unknown): readonly string[] | undefined {
  const errors = typeof value === 'object' && value !== null ? (value as { readonly errors?: unknown }).errors : undefined;
  return Array.isArray(errors) ? errors.filter((one): one is string => typeof one === 'string') : undefined;
}
