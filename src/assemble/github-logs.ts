import { artifactItems, attemptItems, attemptsOf, listAt, numberAt, openGitHub, runName, type Fields, type GitHub, type OpenGitHub, type RunReading } from '../github/index.ts';
import { WardenError } from '../model/index.ts';
import type { Fetched } from '../sources/index.ts';
import { LATEST_RUNS, type LogTarget, type RunChoice } from './log-target.ts';

/** GitHub lists no more than this for a question with a date. */
const MAX_PAGES = 10;
const MAX_BYTES = 64 << 20;

/** The logs and artifacts of runs, one at a time. Adds to `links`, by log and job, where people see them. Throws `GitHubError` where no run can be listed. */
export async function* fetchLogs({ owner, repo, runs }: LogTarget, open: OpenGitHub, links: Map<string, string>): AsyncGenerator<Fetched> {
  const github = await openGitHub(open);
  try {
    yield* itemsOf({ owner, repo, runs }, github, links);
  } finally {
    await github.close();
  }
}

async function* itemsOf({ owner, repo, runs }: LogTarget, github: GitHub, links: Map<string, string>): AsyncGenerator<Fetched> {
  const there = { owner, repo };
  const reading: RunReading = { github, there, links, maxLogBytes: MAX_BYTES, maxArtifactBytes: MAX_BYTES, expired: 'gap', state: { isOver: false } };
  for await (const run of runsOf(runs, github, there)) {
    const id = numberAt(run, 'id');
    if (id === undefined) continue;
    const last = attemptsOf(run);
    const wanted = runs.kind === 'run' ? runs.attempt : undefined;
    if (wanted !== undefined && wanted > last) throw new WardenError('USAGE_LOG_TARGET', `run ${id} of ${owner}/${repo} has no attempt ${wanted}, only ${last}`);
    for (const attempt of wanted === undefined ? Array.from({ length: last }, (_, index) => index + 1) : [wanted]) yield* attemptItems(run, id, attempt, reading);
    if (wanted === undefined && !reading.state.isOver) yield* artifactItems(run, id, reading);
    if (reading.state.isOver) {
      yield { skip: { what: runName(there, id), reason: 'unreadable', detail: 'nothing more was read: GitHub asks for fewer requests, or is not reached' } };
      return;
    }
  }
}

/** The newest first. Trouble here is the user's to hear: a repository that is not there, a token that may not. */
async function* runsOf(choice: RunChoice, github: GitHub, there: RunReading['there']): AsyncGenerator<Fields> {
  switch (choice.kind) {
    case 'run': {
      const { value } = await github.call('actions/get-workflow-run', { ...there, run_id: choice.run });
      return yield value as Fields;
    }
    case 'latest': {
      const { value } = await github.call('actions/list-workflow-runs-for-repo', { ...there, status: 'completed', per_page: LATEST_RUNS });
      return yield* listAt(value, 'workflow_runs');
    }
    case 'since':
      for await (const page of github.pages('actions/list-workflow-runs-for-repo', { ...there, created: `>=${choice.day}` }, MAX_PAGES)) yield* listAt(page, 'workflow_runs');
  }
}
