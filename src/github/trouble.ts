import { WardenError, type HttpResponse } from '../model/index.ts';
import { printable } from '../lib/printable.ts';
import { operation, type Asked } from './operations.ts';

/** Why GitHub did not do what was asked. */
export type GitHubTrouble = 'unreachable' | 'unauthorized' | 'permission' | 'not-found' | 'gone' | 'rate-limit' | 'disabled' | 'refused' | 'malformed';

/** Codes are `GITHUB_` and the trouble in capitals. The message names what was asked, never a token. */
export class GitHubError extends WardenError {
  readonly trouble: GitHubTrouble;
  readonly operation: Asked;
  /** HTTP status; absent where there was no answer. */
  readonly status?: number;
  /** What the workflow's token lacks, as workflows write it: `security-events: write`. For `permission` only. */
  readonly permission?: string;
  readonly retryAfterSeconds?: number;

  constructor(trouble: GitHubTrouble, id: Asked, message: string, more: { readonly hint?: string; readonly status?: number; readonly permission?: string; readonly retryAfterSeconds?: number } = {}) {
    super(`GITHUB_${trouble.toUpperCase().replaceAll('-', '_')}`, message, more.hint === undefined ? {} : { hint: more.hint });
    this.name = 'GitHubError';
    this.trouble = trouble;
    this.operation = id;
    if (more.status !== undefined) this.status = more.status;
    if (more.permission !== undefined) this.permission = more.permission;
    if (more.retryAfterSeconds !== undefined) this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** GitHub's own words, of which the first part helps people; its documentation links are left out. */
const MAX_MESSAGE = 200;

/** What an answer outside 200 to 299 means. `target` says in words what was asked about: `OWNER/REPO`. */
export function troubleOf(id: Asked, response: HttpResponse, target: string): GitHubError {
  const { status, headers } = response;
  const said = messageIn(response.body);
  const words = said === '' ? '' : ` ("${said}")`;
  const permission = acceptedPermissions(headers['x-accepted-github-permissions']) ?? operation(id).needs;
  switch (status) {
    case 401:
      return new GitHubError('unauthorized', id, `GitHub does not accept the token that ${target} was asked with${words}`, { status, hint: 'check that GITHUB_TOKEN is set, has not expired and belongs to this server' });
    case 403:
      if (isDisabled(said)) return new GitHubError('disabled', id, `GitHub says that this is not switched on for ${target}${words}`, { status });
      return new GitHubError('permission', id, `the token may not do this for ${target}: it lacks the permission "${permission}"${words}`, { status, permission, hint: `add it under "permissions:" of the workflow's job (${permission}), or to the token` });
    case 404:
      return new GitHubError('not-found', id, `GitHub finds nothing there for ${target}, or the token may not see it (it needs "${permission}")`, { status, permission });
    case 410:
      return new GitHubError('gone', id, `GitHub no longer keeps this for ${target}${words}`, { status });
    default:
      return new GitHubError('refused', id, `GitHub answered ${status} for ${target}${words}`, { status });
  }
}

/** `Advanced Security must be enabled …`, `Code scanning is not enabled …`: no permission would help. */
function isDisabled(message: string): boolean {
  return /(?:must be|not|isn't) enabled|is disabled|has been disabled/i.test(message);
}

function messageIn(body: string): string {
  try {
    const value = JSON.parse(body) as { readonly message?: unknown; readonly errors?: unknown } | null;
    const errors = Array.isArray(value?.errors) ? value.errors.flatMap((error: unknown) => (typeof error === 'string' ? [error] : typeof (error as { message?: unknown } | null)?.message === 'string' ? [(error as { message: string }).message] : [])) : [];
    const text = typeof value?.message === 'string' ? [value.message, ...errors].join(': ') : '';
    return printable(text.slice(0, MAX_MESSAGE));
  } catch {
    return '';
  }
}

/**
 * `X-Accepted-GitHub-Permissions: contents=read,pull_requests=write; issues=write` as workflows write it: `contents: read and
 * pull-requests: write, or issues: write`. Undefined where the header is absent or not of this form.
 */
export function acceptedPermissions(header: string | undefined): string | undefined {
  if (header === undefined || !/^[\w=,; ]{3,300}$/.test(header)) return undefined;
  const sets = header.split(';').map((set) =>
    set
      .split(',')
      .flatMap((pair) => {
        const [name = '', level = ''] = pair.trim().split('=');
        return /^\w+$/.test(name) && /^(?:read|write|admin)$/.test(level) ? [`${name.replaceAll('_', '-')}: ${level}`] : [];
      })
      .join(' and '),
  );
  const told = sets.filter((set) => set !== '');
  return told.length === 0 ? undefined : told.join(', or ');
}
