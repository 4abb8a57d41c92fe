import { readFileSync } from 'node:fs';
import { WardenError } from '../model/index.ts';
import type { Environment } from '../settings/index.ts';
import { readTrigger, type Trigger } from './event.ts';

/** What the runner tells a step, checked once. */
export interface Runner {
  readonly trigger: Trigger;
  readonly repository: { readonly owner: string; readonly repo: string };
  readonly apiUrl: string | undefined;
  readonly serverUrl: string;
  readonly workspace: string;
  /** Plaintext of the workflow's own token; empty: none was given. */
  readonly token: string;
  readonly outputFile: string | undefined;
  readonly summaryFile: string | undefined;
  /** Where this run can be looked at. */
  readonly runUrl: string | undefined;
}

/** Larger ones GitHub does not send. */
const MAX_EVENT_BYTES = 64 << 20;

/** Reads what `GITHUB_*` say. Throws `ACTION_ENVIRONMENT` where this is no step of a workflow. */
export function readRunner(env: Environment): Runner {
  const need = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '') throw new WardenError('ACTION_ENVIRONMENT', `${name} is not set: this program runs as a step of a GitHub workflow`, { hint: 'elsewhere run the command: tokenwarden scan, tokenwarden audit' });
    return value;
  };
  const [owner = '', repo = '', ...rest] = need('GITHUB_REPOSITORY').split('/');
  if (owner === '' || repo === '' || rest.length > 0) throw new WardenError('ACTION_ENVIRONMENT', 'GITHUB_REPOSITORY is not of the form OWNER/REPO');
  const serverUrl = env.GITHUB_SERVER_URL || 'https://github.com';
  const run = env.GITHUB_RUN_ID ?? '';
  return {
    trigger: readTrigger(need('GITHUB_EVENT_NAME'), readPayload(env.GITHUB_EVENT_PATH), { ref: env.GITHUB_REF, sha: env.GITHUB_SHA }),
    repository: { owner, repo },
    apiUrl: env.GITHUB_API_URL,
    serverUrl,
    workspace: need('GITHUB_WORKSPACE'),
    token: (env.GITHUB_TOKEN ?? '').trim(),
    outputFile: env.GITHUB_OUTPUT || undefined,
    summaryFile: env.GITHUB_STEP_SUMMARY || undefined,
    runUrl: /^\d{1,20}$/.test(run) ? `${serverUrl}/${owner}/${repo}/actions/runs/${run}` : undefined,
  };
}

/** An event file that cannot be read is an event that says nothing. */
function readPayload(path: string | undefined): unknown {
  if (path === undefined || path === '') return undefined;
  try {
    const text = readFileSync(path, 'utf8');
    return text.length > MAX_EVENT_BYTES ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
