import type { OpenGitHub } from '../github/index.ts';
import { fileName } from '../github/log-name.ts';
import { WardenError, type Origin } from '../model/index.ts';
import type { Hit, Remote } from '../sources/index.ts';

/** Which runs of a repository: the last ones, one, one attempt of it, or all since a day. */
export type RunChoice =
  | { readonly kind: 'latest' }
  | { readonly kind: 'run'; readonly run: number; readonly attempt?: number }
  | { readonly kind: 'since'; readonly day: string };

export interface LogTarget {
  readonly owner: string;
  readonly repo: string;
  readonly runs: RunChoice;
}

export const LOG_GITHUB = 'log:github:';

/** How many runs `log:github:OWNER/REPO` means: what people still look at. */
export const LATEST_RUNS = 20;
/** Reads `log:github:OWNER/REPO`, followed by nothing, `@RUN`, `@RUN/ATTEMPT` or `@YYYY-MM-DD`. Throws `USAGE_LOG_TARGET`. */
export function readLogTarget(text: string): LogTarget {
  const [, owner, repo, , run, attempt, day] = /^log:github:([\w.-]{1,100})\/([\w.-]{1,100})(@(?:(\d{1,15})(?:\/(\d{1,4}))?|(\d{4}-\d\d-\d\d)))?$/.exec(text) ?? [];
  if (owner === undefined || repo === undefined) {
    throw new WardenError('USAGE_LOG_TARGET', 'a target that begins with log:github: names no repository', { hint: 'write log:github:OWNER/REPO for its last runs, and behind it @RUN (the number in the address of a run), @RUN/ATTEMPT or @YYYY-MM-DD (all since that day)' });
  }
  if (run !== undefined) return { owner, repo, runs: { kind: 'run', run: Number(run), ...(attempt === undefined ? {} : { attempt: Number(attempt) }) } };
  return { owner, repo, runs: day === undefined ? { kind: 'latest' } : { kind: 'since', day } };
}

/** The logs and artifacts of runs as a target. GitHub alone is asked, when the scan begins. */
export function githubLogs(target: LogTarget, open: Omit<OpenGitHub, 'signal'>): Remote {
  const links = new Map<string, string>();
  return {
    name: `${LOG_GITHUB}${target.owner}/${target.repo}`,
    // A run that does not need GitHub pays nothing for it.
    async *items(signal) {
      const { fetchLogs } = await import('./github-logs.ts');
      yield* fetchLogs(target, { ...open, signal }, links);
    },
    shown: (hit) => [linkedToRun(hit, links)],
  };
}

/** The hit's origin with the address of its line, as far as job and step are known. */
export function linkedToRun({ origin, region }: Hit, links: ReadonlyMap<string, string>): Origin {
  const log = origin.kind === 'member' ? origin.archive : origin;
  if (log.kind !== 'log') return origin;
  const job = log.job === undefined ? undefined : links.get(`${log.name}\0${fileName(log.job)}`);
  const step = origin.kind === 'member' && log.step !== undefined ? /(?:^|\/)(\d{1,4})_[^/]+\.txt$/.exec(origin.path)?.[1] : undefined;
  const url = job === undefined ? log.url : step === undefined ? job : `${job}#step:${step}:${region.startLine}`;
  const shown: Origin = url === undefined ? log : { ...log, url };
  return origin.kind === 'member' ? { ...origin, archive: shown } : shown;
}
