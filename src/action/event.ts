import { fieldAt, isFields, listAt, numberAt, textAt } from '../github/index.ts';

/** What is read of the commits: all of `from..to`, the tree that is checked out, all of history, or nothing at all. */
export type Extent =
  | { readonly kind: 'range'; readonly from: string; readonly to: string }
  /** A branch that is new: what the default branch does not have. */
  | { readonly kind: 'new-branch'; readonly to: string; readonly defaultBranch: string }
  | { readonly kind: 'history' }
  | { readonly kind: 'tree' }
  /** The logs and artifacts of the workflow run that triggered this one. */
  | { readonly kind: 'log'; readonly run: number }
  | { readonly kind: 'nothing'; readonly why: string };

export interface PullRequest {
  /** 0: the event does not name it. */
  readonly number: number;
  /** From another repository, or from one that is gone. Whoever opened it may be anybody. */
  readonly isFork: boolean;
}

/** One event that started a workflow, as far as we act on it. */
export interface Trigger {
  readonly event: string;
  readonly extent: Extent;
  readonly pullRequest?: PullRequest;
  /** Under which code scanning keeps the results. Absent: they belong to no ref. */
  readonly ref?: string;
  /** The commit that was scanned, full name. */
  readonly commit?: string;
  /** Whether an outsider may have caused the event, so that what is checked out besides its own commit may be anybody's. */
  readonly byAnybody: boolean;
  /** A commit that is the repository's own people's work though it is not the event's. */
  readonly trustedHead?: string;
  /** Whether anybody can read logs, comments and summaries. What the event does not say counts as public. */
  readonly isPublic: boolean;
  /** The default branch, for a push to another one. */
  readonly newBranchOf?: string;
  /** For people: `force-push of main`. */
  readonly words: string;
}

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const NO_COMMIT = /^0+$/;
/** Events that only people who may write cause. */
const OWN_EVENTS: ReadonlySet<string> = new Set(['push', 'schedule', 'workflow_dispatch', 'repository_dispatch', 'merge_group', 'release', 'create', 'delete']);
const REF = /^refs\/(?:heads|tags|pull)\/.+$/;

/**
 * Reads the event file of a workflow. `ref` and `sha` are the runner's (`GITHUB_REF`, `GITHUB_SHA`). An event that we do not know, or one
 * that lacks what it should have, is taken for "scan what is checked out": more is scanned then, never less.
 */
export function readTrigger(event: string, payload: unknown, { ref, sha }: { readonly ref?: string | undefined; readonly sha?: string | undefined }): Trigger {
  const isPublic = fieldAt(payload, 'repository', 'private') !== true;
  const base = { event, isPublic, byAnybody: !OWN_EVENTS.has(event), ...(ref !== undefined && REF.test(ref) ? { ref } : {}), ...(sha !== undefined && COMMIT.test(sha) ? { commit: sha } : {}) };
  switch (event) {
    case 'pull_request':
    case 'pull_request_target':
    case 'pull_request_review':
    case 'pull_request_review_comment':
      return pullRequestTrigger(base, fieldAt(payload, 'pull_request'), payload);
    case 'merge_group':
      return mergeGroupTrigger(base, payload);
    case 'push':
      return pushTrigger(base, payload);
    case 'workflow_run':
      return workflowRunTrigger(base, fieldAt(payload, 'workflow_run'), payload);
    default:
      return { ...base, extent: { kind: 'tree' }, words: `${/^[a-z_]{1,40}$/.test(event) ? event : 'unknown event'}: the tree that is checked out` };
  }
}

type Base = Omit<Trigger, 'extent' | 'words'>;

function pullRequestTrigger(base: Base, pull: unknown, payload: unknown): Trigger {
  const from = commitAt(pull, 'base', 'sha');
  const to = commitAt(pull, 'head', 'sha');
  const number = numberAt(pull, 'number') ?? numberAt(payload, 'number');
  const home = numberAt(pull, 'base', 'repo', 'id') ?? textAt(pull, 'base', 'repo', 'full_name');
  const source = numberAt(pull, 'head', 'repo', 'id') ?? textAt(pull, 'head', 'repo', 'full_name');
  // Not known to be our own is a fork.
  const isFork = home === undefined || source === undefined || home !== source;
  if (from === undefined || to === undefined || number === undefined) return { ...base, pullRequest: { number: number ?? 0, isFork: true }, extent: { kind: 'tree' }, words: 'a pull request whose commits the event does not name' };
  return { ...base, pullRequest: { number, isFork }, ref: `refs/pull/${number}/head`, commit: to, extent: { kind: 'range', from, to }, words: `pull request #${number}${isFork ? ' of a fork' : ''}` };
}

function mergeGroupTrigger(base: Base, payload: unknown): Trigger {
  const from = commitAt(payload, 'merge_group', 'base_sha');
  const to = commitAt(payload, 'merge_group', 'head_sha');
  if (from === undefined || to === undefined) return { ...base, extent: { kind: 'tree' }, words: 'a merge group whose commits the event does not name: the tree that is checked out' };
  const ref = textAt(payload, 'merge_group', 'head_ref');
  return { ...base, ...(ref !== undefined && REF.test(ref) ? { ref } : {}), commit: to, extent: { kind: 'range', from, to }, words: 'merge group' };
}

function pushTrigger(base: Base, payload: unknown): Trigger {
  const before = textAt(payload, 'before') ?? '';
  const after = textAt(payload, 'after') ?? '';
  const ref = textAt(payload, 'ref') ?? base.ref ?? '';
  const name = ref.replace(/^refs\/(?:heads|tags)\//, '');
  const defaultBranch = textAt(payload, 'repository', 'default_branch') ?? textAt(payload, 'repository', 'master_branch');
  if (fieldAt(payload, 'deleted') === true || NO_COMMIT.test(after)) return { ...base, extent: { kind: 'nothing', why: 'the ref was deleted' }, words: 'deletion of a ref' };
  if (!COMMIT.test(after)) return { ...base, extent: { kind: 'tree' }, words: 'a push whose commits the event does not name: the tree that is checked out' };
  const isDefault = defaultBranch === undefined || ref === `refs/heads/${defaultBranch}`;
  const pushed = { ...base, ...(REF.test(ref) ? { ref } : {}), commit: after };
  if (COMMIT.test(before) && !NO_COMMIT.test(before)) {
    const forced = fieldAt(payload, 'forced') === true;
    return { ...pushed, ...(isDefault ? {} : { newBranchOf: defaultBranch }), extent: { kind: 'range', from: before, to: after }, words: forced ? 'force-push' : 'push' };
  }
  // The first push of the default branch has nothing before it: all of it is new.
  if (isDefault) return { ...pushed, extent: { kind: 'history' }, words: 'first push: all of history' };
  return { ...pushed, extent: { kind: 'new-branch', to: after, defaultBranch }, words: ref.startsWith('refs/tags/') ? 'a new tag' : name === '' ? 'a new ref' : 'first push of a branch' };
}

/** What a step prints can be read once its run has ended: then another run reads it, and says so on the pull request that it ran for. */
function workflowRunTrigger(base: Base, run: unknown, payload: unknown): Trigger {
  const id = numberAt(run, 'id');
  const words = 'workflow_run: the log of the run that triggered this one';
  if (id === undefined) return { ...base, extent: { kind: 'tree' }, words: 'workflow_run, and the event does not name the run: the tree that is checked out' };
  const home = numberAt(payload, 'repository', 'id');
  const isOwn = home !== undefined && numberAt(run, 'head_repository', 'id') === home;
  const head = commitAt(run, 'head_sha');
  const triggered = { ...base, ...(isOwn && head !== undefined ? { trustedHead: head } : {}), extent: { kind: 'log', run: id } as const, words };
  if (!/^pull_request/.test(textAt(run, 'event') ?? 'pull_request')) return isOwn ? triggered : { ...triggered, pullRequest: { number: 0, isFork: true } };
  // GitHub names pull requests of the repository's own branches only.
  const named = listAt(run, 'pull_requests').filter((pull) => numberAt(pull, 'base', 'repo', 'id') === home);
  return { ...triggered, pullRequest: { number: numberAt(named[0], 'number') ?? 0, isFork: !isOwn } };
}

function commitAt(value: unknown, ...path: readonly string[]): string | undefined {
  const text = isFields(value) ? textAt(value, ...path) : undefined;
  return text !== undefined && COMMIT.test(text) && !NO_COMMIT.test(text) ? text : undefined;
}
