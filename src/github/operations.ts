/** One operation of GitHub's REST API that we call, by the `operationId` of its OpenAPI description. */
export interface OperationSpec {
  /** Method and path template. */
  readonly route: `${'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'} /${string}`;
  /** The permission of a workflow's token that it needs, as workflows write it; said when GitHub does not say it itself. */
  readonly needs: string;
}

/**
 * Everything of GitHub's API that this program may call, and nothing else can be called. `fixtures/github/openapi.json`, which tests hold
 * requests and answers against, is cut for this table by `src/build/cut-github-openapi.ts`.
 */
export const OPERATIONS = {
  'users/get-by-username': { route: 'GET /users/{username}', needs: 'metadata: read' },
  'repos/list-for-org': { route: 'GET /orgs/{org}/repos', needs: 'metadata: read' },
  'repos/list-for-user': { route: 'GET /users/{username}/repos', needs: 'metadata: read' },
  'apps/get-org-installation': { route: 'GET /orgs/{org}/installation', needs: 'the key of a GitHub App' },
  'apps/get-user-installation': { route: 'GET /users/{username}/installation', needs: 'the key of a GitHub App' },
  'apps/create-installation-access-token': { route: 'POST /app/installations/{installation_id}/access_tokens', needs: 'the key of a GitHub App' },
  'issues/list-comments-for-repo': { route: 'GET /repos/{owner}/{repo}/issues/comments', needs: 'issues: read' },
  'pulls/list-review-comments-for-repo': { route: 'GET /repos/{owner}/{repo}/pulls/comments', needs: 'pull-requests: read' },
  'pulls/list-reviews': { route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', needs: 'pull-requests: read' },
  'repos/list-commit-comments-for-repo': { route: 'GET /repos/{owner}/{repo}/comments', needs: 'contents: read' },
  'repos/list-releases': { route: 'GET /repos/{owner}/{repo}/releases', needs: 'contents: read' },
  'repos/get-release': { route: 'GET /repos/{owner}/{repo}/releases/{release_id}', needs: 'contents: read' },
  'repos/get-release-asset': { route: 'GET /repos/{owner}/{repo}/releases/assets/{asset_id}', needs: 'contents: read' },
  'gists/list-comments': { route: 'GET /gists/{gist_id}/comments', needs: 'metadata: read' },
  'gists/list-for-user': { route: 'GET /users/{username}/gists', needs: 'metadata: read' },
  'repos/get': { route: 'GET /repos/{owner}/{repo}', needs: 'metadata: read' },
  'repos/get-content': { route: 'GET /repos/{owner}/{repo}/contents/{path}', needs: 'contents: read' },
  'repos/compare-commits-with-basehead': { route: 'GET /repos/{owner}/{repo}/compare/{basehead}', needs: 'contents: read' },
  'repos/get-collaborator-permission-level': { route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission', needs: 'metadata: read' },
  'pulls/get': { route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}', needs: 'pull-requests: read' },
  'issues/list-for-repo': { route: 'GET /repos/{owner}/{repo}/issues', needs: 'issues: read' },
  'issues/create': { route: 'POST /repos/{owner}/{repo}/issues', needs: 'issues: write' },
  'issues/update': { route: 'PATCH /repos/{owner}/{repo}/issues/{issue_number}', needs: 'issues: write' },
  'issues/list-comments': { route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments', needs: 'pull-requests: read' },
  'issues/create-comment': { route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', needs: 'pull-requests: write' },
  'issues/update-comment': { route: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', needs: 'pull-requests: write' },
  'issues/delete-comment': { route: 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', needs: 'pull-requests: write' },
  'code-scanning/upload-sarif': { route: 'POST /repos/{owner}/{repo}/code-scanning/sarifs', needs: 'security-events: write' },
  'code-scanning/get-sarif': { route: 'GET /repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}', needs: 'security-events: read' },
  'code-scanning/list-alerts-for-repo': { route: 'GET /repos/{owner}/{repo}/code-scanning/alerts', needs: 'security-events: read' },
  'secret-scanning/list-alerts-for-repo': { route: 'GET /repos/{owner}/{repo}/secret-scanning/alerts', needs: 'secret-scanning-alerts: read' },
  'secret-scanning/list-locations-for-alert': { route: 'GET /repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}/locations', needs: 'secret-scanning-alerts: read' },
  'actions/list-workflow-runs-for-repo': { route: 'GET /repos/{owner}/{repo}/actions/runs', needs: 'actions: read' },
  'actions/get-workflow-run': { route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}', needs: 'actions: read' },
  'actions/list-jobs-for-workflow-run': { route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', needs: 'actions: read' },
  'actions/list-jobs-for-workflow-run-attempt': { route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs', needs: 'actions: read' },
  'actions/download-workflow-run-logs': { route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/logs', needs: 'actions: read' },
  'actions/download-workflow-run-attempt-logs': { route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/logs', needs: 'actions: read' },
  'actions/download-job-logs-for-workflow-run': { route: 'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs', needs: 'actions: read' },
  'actions/list-workflow-run-artifacts': { route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts', needs: 'actions: read' },
  'actions/download-artifact': { route: 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}', needs: 'actions: read' },
} as const satisfies Readonly<Record<string, OperationSpec>>;

export type OperationId = keyof typeof OPERATIONS;

/** What an error may be about: an operation, or a question to the GraphQL API. */
export type Asked = OperationId | 'graphql';

/** Names in the braces of a template. */
type NamesIn<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** What a call must name (the parts of its path) and may name (anything else goes into the query). */
export type Parameters<Id extends OperationId> = { readonly [Name in NamesIn<(typeof OPERATIONS)[Id]['route']>]: string | number } & Readonly<Record<string, string | number | boolean | undefined>>;

/** The row, in its general type. */
export function operation(id: Asked): OperationSpec {
  return id === 'graphql' ? { route: 'POST /graphql', needs: 'metadata: read' } : OPERATIONS[id];
}

/**
 * Method and URL of a call below the API's base URL. Every part of the path is percent-encoded, so that no name can lead
 * elsewhere; `.` and `..` are refused. Throws `RangeError` for those and for a part that is missing.
 */
export function requestLine(base: URL, id: OperationId, parameters: Readonly<Record<string, string | number | boolean | undefined>>): { readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'; readonly url: URL } {
  const [method = 'GET', template = ''] = operation(id).route.split(' ');
  const used = new Set<string>();
  const path = template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    used.add(name);
    const value = String(parameters[name] ?? '');
    if (value === '' || value === '.' || value === '..') throw new RangeError(`${id} needs ${name}`);
    return encodeURIComponent(value);
  });
  const url = new URL(base.href.replace(/\/$/, '') + path);
  for (const [name, value] of Object.entries(parameters)) if (!used.has(name) && value !== undefined) url.searchParams.set(name, String(value));
  return { method: method as 'GET', url };
}
