import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OperationId } from '../../src/github/operations.ts';
import { ALL, answerProblems, requestProblems, sample, type Operation } from './contract.ts';
import { categoryOf, intakeProblems, type IntakeLog } from './sarif-intake.ts';

export interface FakeComment {
  readonly id: number;
  readonly issue: number;
  body: string;
  /** Login of its author; the workflow's own is `github-actions[bot]`. */
  readonly author: string;
}

export interface FakeAlert {
  readonly number: number;
  readonly rule: string;
  readonly fingerprint: string;
  readonly tool: string;
  readonly category: string;
  readonly ref: string;
  path: string;
  line: number;
  message: string;
  state: 'open' | 'dismissed' | 'fixed';
  dismissed?: { readonly by: string; readonly reason: string; readonly comment: string; readonly at: string };
  /** Every state that it had, oldest first. */
  readonly life: string[];
}

export interface FakeUpload {
  readonly id: string;
  readonly ref: string;
  readonly commit: string;
  readonly log: IntakeLog | undefined;
  readonly problems: readonly string[];
  polls: number;
}

export interface FakeAnswer {
  readonly status: number;
  readonly value?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes that a redirect to another host leads to. */
  readonly file?: Uint8Array;
}

export type Handler = (parameters: Readonly<Record<string, string>>, query: URLSearchParams, body: unknown) => FakeAnswer | undefined;

export interface FakeRequest {
  readonly operation: OperationId | undefined;
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** A GitHub on 127.0.0.1 that remembers what was done to it. All is public state: tests arrange and inspect it. */
export interface FakeGitHub {
  /** Base URL of the API, as `GITHUB_API_URL` has it. */
  readonly apiUrl: string;
  readonly token: string;
  /** Everything that came, in order. */
  readonly requests: FakeRequest[];
  /** Breaches of GitHub's description by us or by the fake itself. A test demands that it is empty. */
  readonly breaches: string[];
  /** Requests that came to the host of downloads, with their headers. */
  readonly downloads: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /** Permissions that the token lacks: `security-events: write`. */
  readonly lacks: Set<string>;
  /** Answers given in place of the fake's own, by operation; undefined falls through. */
  readonly handlers: Map<OperationId, Handler>;
  readonly comments: FakeComment[];
  readonly uploads: FakeUpload[];
  readonly alerts: FakeAlert[];
  /** How often `pending` is answered for an upload. */
  pendingPolls: number;
  /** Errors that the processing of uploads ends in. */
  processingErrors: readonly string[];
  isPrivate: boolean;
  /** Role of users for `…/collaborators/USER/permission`; others have `none`. */
  readonly roles: Map<string, string>;
  readonly stop: () => Promise<void>;
}

const MESSAGE = 'Resource not accessible by integration';

export async function startFakeGitHub(token = 'a made-up workflow token'): Promise<FakeGitHub> {
  const files = new Map<string, Uint8Array>();
  const blobs = createServer((request, response) => {
    const path = request.url ?? '';
    fake.downloads.push({ path, headers: request.headers });
    const bytes = files.get(path);
    response.writeHead(bytes === undefined ? 404 : 200, { 'content-type': 'application/octet-stream' }).end(bytes);
  });
  const server = createServer((request, response) => {
    void respond(request, response).catch((error: unknown) => {
      fake.breaches.push(String(error));
      response.writeHead(500).end();
    });
  });
  await Promise.all([server, blobs].map((one) => new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))));
  const origin = (one: typeof server): string => `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
  const fake: FakeGitHub = {
    apiUrl: `${origin(server)}/api/v3`,
    token,
    requests: [],
    breaches: [],
    downloads: [],
    lacks: new Set(),
    handlers: new Map(),
    comments: [],
    uploads: [],
    alerts: [],
    pendingPolls: 0,
    processingErrors: [],
    isPrivate: true,
    roles: new Map(),
    stop: async () => {
      await Promise.all(
        [server, blobs].map(
          (one) =>
            new Promise<void>((resolve) => {
              one.close(() => resolve());
              one.closeAllConnections();
            }),
        ),
      );
    },
  };

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin(server));
    const path = url.pathname.replace(/^\/api\/v3/, '');
    const method = request.method ?? 'GET';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const operation = ALL.find((one) => one.method === method && one.path.test(path));
    fake.requests.push({ operation: operation?.id, method, path, authorization: request.headers.authorization, body });
    if (operation === undefined) {
      fake.breaches.push(`${method} ${path} is no operation that we know`);
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}');
      return;
    }
    const parameters = Object.fromEntries(Object.entries(operation.path.exec(path)?.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]));
    fake.breaches.push(...requestProblems(operation, url.searchParams, body).map((problem) => `${operation.id}: ${problem}`));
    if (request.headers['user-agent'] === undefined) fake.breaches.push(`${operation.id}: no user-agent, which GitHub refuses`);
    const answer = judge(operation, request.headers.authorization) ?? fake.handlers.get(operation.id)?.(parameters, url.searchParams, body) ?? own(operation, parameters, url.searchParams, body);
    const headers: Record<string, string> = { ...answer.headers };
    if (answer.file !== undefined) {
      const place = `/blob/${files.size}?sig=x`;
      files.set(place, answer.file);
      headers.location = `${origin(blobs)}${place}`;
    }
    const value = answer.value === undefined ? undefined : sample(operation, answer.status, answer.value);
    if (value !== undefined && !(answer.status >= 300 && answer.status < 400)) fake.breaches.push(...answerProblems(operation, answer.status, value).map((problem) => `the fake's ${answer.status} of ${operation.id}: ${problem}`));
    response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(value === undefined ? '' : JSON.stringify(value));
  }

  function judge({ needs }: Operation, authorization: string | undefined): FakeAnswer | undefined {
    if (authorization !== undefined && authorization !== `Bearer ${token}`) return { status: 401, value: { message: 'Bad credentials' } };
    if (!fake.lacks.has(needs) && !(needs.endsWith(': read') && fake.lacks.has(needs.replace(/read$/, 'any')))) return undefined;
    return { status: 403, value: { message: MESSAGE }, headers: { 'x-accepted-github-permissions': needs.replaceAll('-', '_').replace(': ', '=') } };
  }

  function own({ id }: Operation, parameters: Readonly<Record<string, string>>, query: URLSearchParams, body: unknown): FakeAnswer {
    const fields = (body ?? {}) as Readonly<Record<string, string>>;
    switch (id) {
      case 'repos/get':
        return { status: 200, value: { full_name: `${parameters.owner}/${parameters.repo}`, private: fake.isPrivate, visibility: fake.isPrivate ? 'private' : 'public' } };
      case 'repos/get-collaborator-permission-level': {
        const role = fake.roles.get(parameters.username ?? '') ?? 'none';
        return { status: 200, value: { permission: role === 'maintain' ? 'write' : role === 'triage' ? 'read' : role, role_name: role, user: null } };
      }
      case 'issues/list-comments':
        return paged(id, fake.comments.filter(({ issue }) => String(issue) === parameters.issue_number).map(shown), query, parameters);
      case 'issues/create-comment': {
        const comment: FakeComment = { id: 1000 + fake.comments.length, issue: Number(parameters.issue_number), body: fields.body ?? '', author: 'github-actions[bot]' };
        fake.comments.push(comment);
        return { status: 201, value: shown(comment) };
      }
      case 'issues/update-comment': {
        const comment = fake.comments.find((one) => String(one.id) === parameters.comment_id);
        if (comment === undefined) return { status: 404, value: { message: 'Not Found' } };
        comment.body = fields.body ?? '';
        return { status: 200, value: shown(comment) };
      }
      case 'issues/delete-comment': {
        fake.comments.splice(fake.comments.findIndex((one) => String(one.id) === parameters.comment_id), 1);
        return { status: 204 };
      }
      case 'code-scanning/upload-sarif': {
        const upload: FakeUpload = { id: `sarif-${fake.uploads.length + 1}`, ref: fields.ref ?? '', commit: fields.commit_sha ?? '', ...intakeProblems(fields.sarif ?? ''), polls: 0 };
        fake.uploads.push(upload);
        return { status: 202, value: { id: upload.id, url: `${fake.apiUrl}/sarifs/${upload.id}` } };
      }
      case 'code-scanning/get-sarif': {
        const upload = fake.uploads.find((one) => one.id === parameters.sarif_id);
        if (upload === undefined) return { status: 404 };
        upload.polls += 1;
        if (upload.polls <= fake.pendingPolls) return { status: 200, value: { processing_status: 'pending' } };
        const errors = [...upload.problems, ...fake.processingErrors];
        if (errors.length === 0 && upload.polls === fake.pendingPolls + 1) settle(upload);
        return { status: 200, value: { processing_status: errors.length === 0 ? 'complete' : 'failed', errors: errors.length === 0 ? null : errors } };
      }
      case 'code-scanning/list-alerts-for-repo': {
        const wanted = fake.alerts.filter(({ state, tool, ref }) => (query.get('state') ?? state) === state && (query.get('tool_name') ?? tool) === tool && (query.get('ref') ?? ref) === ref);
        return paged(id, wanted.map(alertShown), query, parameters);
      }
      default:
        return { status: 404, value: { message: 'Not Found' } };
    }
  }

  /** What an analysis makes of alerts: one for each rule and fingerprint on a ref, fixed when the category no longer has it. */
  function settle({ log, ref }: FakeUpload): void {
    for (const run of log?.runs ?? []) {
      const tool = run.tool.driver.name;
      const category = categoryOf(run.automationDetails?.id);
      const seen = new Set<FakeAlert>();
      for (const { ruleId, partialFingerprints, locations, message } of run.results ?? []) {
        const fingerprint = partialFingerprints?.primaryLocationLineHash ?? '';
        const place = locations?.[0]?.physicalLocation;
        const known = fake.alerts.find((one) => one.rule === ruleId && one.fingerprint === fingerprint && one.ref === ref && one.tool === tool && one.category === category);
        const alert = known ?? { number: fake.alerts.length + 1, rule: ruleId, fingerprint, tool, category, ref, path: '', line: 0, message: '', state: 'open' as const, life: ['open'] };
        if (known === undefined) fake.alerts.push(alert);
        alert.path = place?.artifactLocation?.uri ?? '';
        alert.line = place?.region?.startLine ?? 1;
        alert.message = message.text;
        if (alert.state === 'fixed') move(alert, 'open');
        seen.add(alert);
      }
      for (const alert of fake.alerts) if (alert.ref === ref && alert.tool === tool && alert.category === category && alert.state === 'open' && !seen.has(alert)) move(alert, 'fixed');
    }
  }

  function alertShown(alert: FakeAlert): unknown {
    const { dismissed } = alert;
    return {
      number: alert.number,
      state: alert.state,
      html_url: `https://github.example/o/r/security/code-scanning/${alert.number}`,
      rule: { id: alert.rule },
      tool: { name: alert.tool },
      created_at: '2026-11-01T00:00:00Z',
      most_recent_instance: { ref: alert.ref, category: alert.category, state: alert.state, message: { text: alert.message }, location: { path: alert.path, start_line: alert.line } },
      dismissed_by: dismissed === undefined ? null : { login: dismissed.by },
      dismissed_at: dismissed?.at ?? null,
      dismissed_reason: dismissed?.reason ?? null,
      dismissed_comment: dismissed?.comment ?? null,
    };
  }

  function paged(id: OperationId, all: readonly unknown[], query: URLSearchParams, parameters: Readonly<Record<string, string>>): FakeAnswer {
    const size = Number(query.get('per_page') ?? 30);
    const page = Number(query.get('page') ?? 1);
    const next = new URLSearchParams([...query].filter(([name]) => name !== 'page'));
    next.set('page', String(page + 1));
    const path = ALL.find((one) => one.id === id)?.pointer.split('/')[2]?.replaceAll('~1', '/').replace(/\{(\w+)\}/g, (_whole, name: string) => parameters[name] ?? '');
    const hasMore = all.length > page * size;
    return { status: 200, value: all.slice((page - 1) * size, page * size), ...(hasMore ? { headers: { link: `<${fake.apiUrl}${path}?${next}>; rel="next"` } } : {}) };
  }
  return fake;
}

function shown({ id, body, author }: FakeComment): unknown {
  return { id, body, user: { login: author, type: author.endsWith('[bot]') ? 'Bot' : 'User' } };
}

function move(alert: FakeAlert, state: FakeAlert['state']): void {
  alert.state = state;
  alert.life.push(state);
}
