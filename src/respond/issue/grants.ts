import { formatDuration } from '../../lib/duration.ts';

/** One entry of `grants:`: who may have which narrow credential, for how long and where. */
export interface IssueGrant {
  readonly store: string;
  /** `user:NAME` of the operating system, or what a CI runner says of itself: `github:ACTOR`, `gitlab:LOGIN`. `*` stands for any run of characters. */
  readonly identities: readonly string[];
  /** `*` stands for any run of characters. */
  readonly scopes: readonly string[];
  readonly maxTtlMs: number;
  /** Absent: only where no environment is named. */
  readonly environments?: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}

export interface IssueRequest {
  readonly store: string;
  readonly identity: string;
  readonly scopes: readonly string[];
  readonly ttlMs: number;
  readonly environment?: string;
}

/** The first grant that covers all of a request; else why none does, told of the one that comes closest. */
export function findGrant(request: IssueRequest, grants: readonly IssueGrant[]): { readonly grant: IssueGrant } | { readonly denied: string } {
  const ofStore = grants.filter(({ store }) => store === request.store);
  if (ofStore.length === 0) return { denied: `no grant names the store ${request.store}` };
  const failures: { readonly passed: number; readonly why: string }[] = [];
  for (const grant of ofStore) {
    const reasons = [
      uncovered(grant, request),
      grant.identities.some((one) => matches(one, request.identity)) ? undefined : `it is not granted to ${request.identity}`,
      fitsEnvironment(grant, request) ? undefined : request.environment === undefined ? 'the grant is for named environments: say which with --environment' : `it is not granted for the environment ${request.environment}`,
      request.ttlMs <= grant.maxTtlMs ? undefined : `it is granted for at most ${formatDuration(grant.maxTtlMs)}, and ${formatDuration(request.ttlMs)} was asked for`,
    ];
    const passed = reasons.findIndex((reason) => reason !== undefined);
    const why = reasons[passed];
    if (why === undefined) return { grant };
    failures.push({ passed, why });
  }
  const [closest] = failures.toSorted((a, b) => b.passed - a.passed);
  return { denied: closest?.why ?? 'no grant covers it' };
}

function fitsEnvironment({ environments }: IssueGrant, { environment }: IssueRequest): boolean {
  return environments === undefined ? environment === undefined : environment !== undefined && environments.includes(environment);
}

function uncovered({ scopes }: IssueGrant, request: IssueRequest): string | undefined {
  const wrong = request.scopes.find((scope) => !scopes.some((pattern) => matches(pattern, scope)));
  return wrong === undefined ? undefined : `the scope ${wrong} is not granted`;
}

/** Case counts; `*` is any run of characters, everything else is itself. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? '';
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
