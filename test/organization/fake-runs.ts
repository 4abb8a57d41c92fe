import type { OperationId } from '../../src/github/operations.ts';
import type { Handler } from '../github/fake.ts';
import { buildZip } from '../unit/sources/build-zip.ts';
import { madeToken, OWNER } from './made-repositories.ts';

/** A run of GitHub Actions, and what is planted in its logs and artifacts. */
export interface FakeRun {
  readonly id: number;
  attempts: number;
  /** A token in the log of its first attempt. */
  readonly logToken?: number;
  readonly artifactToken?: number;
  /** `expired`: the log is no longer kept; `deleted`: somebody removed it; `skipped`: no job ever began. */
  state: 'kept' | 'expired' | 'deleted' | 'skipped' | 'removed';
}

export const ARTIFACT_BYTES = 1000;

/** Runs of a repository of the kind `ci`: eight, of which three lie beyond the newest five. */
export function madeRuns(number: number): FakeRun[] {
  const id = (one: number): number => number * 100 + one;
  return [
    { id: id(8), attempts: 2, logToken: 20_000 + number, state: 'kept' },
    { id: id(7), attempts: 1, artifactToken: 30_000 + number, state: 'kept' },
    { id: id(6), attempts: 1, state: 'expired' },
    { id: id(5), attempts: 1, state: 'skipped' },
    { id: id(4), attempts: 1, state: 'kept' },
    { id: id(3), attempts: 1, logToken: 40_000 + number, state: 'kept' },
    { id: id(2), attempts: 1, state: 'kept' },
    { id: id(1), attempts: 1, state: 'kept' },
  ];
}

/** Answers about runs, as GitHub gives them. */
export function arrangeRuns(on: (id: OperationId, handler: Handler) => void, origin: string, runsOf: (repo: string | undefined) => readonly FakeRun[] | undefined): void {
  const shown = (repo: string | undefined, { id, attempts }: FakeRun): object => ({ id, run_attempt: attempts, status: 'completed', conclusion: 'success', updated_at: `2026-01-0${attempts}T00:00:00Z`, html_url: `${origin}/${OWNER}/${repo ?? ''}/actions/runs/${id}` });
  const kept = (repo: string | undefined): readonly FakeRun[] => (runsOf(repo) ?? []).filter(({ state }) => state !== 'removed');
  const find = (repo: string | undefined, id: string | undefined): FakeRun | undefined => kept(repo).find((run) => String(run.id) === id);
  on('actions/list-workflow-runs-for-repo', ({ repo }, query) => ({ status: 200, value: { total_count: kept(repo).length, workflow_runs: kept(repo).slice(0, Number(query.get('per_page') ?? 30)).map((run) => shown(repo, run)) } }));
  on('actions/get-workflow-run', ({ repo, run_id: id }) => {
    const run = find(repo, id);
    return run === undefined ? { status: 404, value: { message: 'Not Found' } } : { status: 200, value: shown(repo, run) };
  });
  on('actions/list-jobs-for-workflow-run-attempt', ({ repo, run_id: id }) => {
    const run = find(repo, id);
    return { status: 200, value: { total_count: 1, jobs: run === undefined ? [] : [{ id: run.id * 10, name: 'build', status: 'completed', conclusion: run.state === 'skipped' ? 'skipped' : 'success', html_url: `${origin}/${OWNER}/${repo ?? ''}/actions/runs/${run.id}/job/1` }] } };
  });
  on('actions/download-workflow-run-attempt-logs', ({ repo, run_id: id, attempt_number: attempt }) => {
    const run = find(repo, id);
    if (run === undefined || run.state === 'deleted' || run.state === 'skipped') return { status: 404, value: { message: 'Not Found' } };
    if (run.state === 'expired') return { status: 410, value: { message: 'Server Error' } };
    const line = `2026-11-22T10:00:00.1234567Z ${run.logToken !== undefined && attempt === '1' ? `using ${madeToken(run.logToken)} here` : 'nothing to see'}\n`;
    return { status: 302, file: buildZip([{ name: '0_build.txt', content: line }, { name: 'build/1_Deploy.txt', content: line }]) };
  });
  on('actions/list-workflow-run-artifacts', ({ run_id: id }) => {
    const artifact = (number: number, size: number, expired: boolean): object => ({ id: Number(id) * 10 + number, name: `a${number}`, size_in_bytes: size, expired });
    return { status: 200, value: { total_count: 3, artifacts: id?.endsWith('7') === true ? [artifact(1, ARTIFACT_BYTES - 1, false), artifact(2, ARTIFACT_BYTES + 1, false), artifact(3, 10, true)] : [] } };
  });
  on('actions/download-artifact', ({ repo, artifact_id: id }) => {
    const run = find(repo, id?.slice(0, -1));
    return { status: 302, file: buildZip([{ name: 'deploy.env', content: `GITHUB_TOKEN=${madeToken(run?.artifactToken ?? 0)}\n` }]) };
  });
}
