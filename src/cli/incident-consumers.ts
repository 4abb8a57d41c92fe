import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { discoverConsumers, type Discovered, type FindAgain } from '../assemble/index.ts';
import { pathOf, type Finding, type Location, type Occurrence, type Origin } from '../model/index.ts';
import type { Settings } from '../settings/index.ts';

/** Places that run things: who reads the token there breaks with it. */
const RUNS: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)\.(?:github|gitea|forgejo)\/workflows\//, 'a CI workflow'],
  [/\.gitlab-ci|Jenkinsfile|azure-pipelines|bitbucket-pipelines|\.circleci\//, 'a CI pipeline'],
  [/(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml$|(?:^|\/)Dockerfile/, 'a container'],
  [/\.tf(?:vars)?$/, 'Terraform'],
  [/(?:^|\/)(?:\.env|[^/]*\.env)/, 'a program that reads an env file'],
  [/(?:^|\/)\.(?:npmrc|pypirc|netrc)$/, 'a package client'],
];

/** Who takes which secret by its name in the targets, and what nobody could read of them. */
export interface Taken extends Discovered {
  /** Why the search did not reach its end. */
  readonly stopped?: string;
}

/** Looks through the targets that lie here until the signal is aborted; what was not searched is told. */
export async function takenIn(targets: readonly string[], cwd: string, environment: Parameters<typeof discoverConsumers>[1], signal: AbortSignal): Promise<Taken> {
  const found: Discovered[] = [];
  for (const path of targets.map((target) => resolve(cwd, target)).filter((path) => existsSync(path))) {
    try {
      found.push(await discoverConsumers(path, environment, signal));
    } catch (error) {
      return { ...joined(found), stopped: signal.aborted ? 'time was over' : `${error instanceof Error ? error.name : 'error'}` };
    }
    if (signal.aborted) return { ...joined(found), stopped: 'time was over' };
  }
  return joined(found);
}

function joined(found: readonly Discovered[]): Discovered {
  return { references: found.flatMap(({ references }) => references), unread: found.flatMap(({ unread }) => unread) };
}

export interface ConsumerSources {
  readonly readAgain: ReadonlyMap<Origin, Occurrence>;
  readonly read: FindAgain['readAgain'];
  /** What was given on standard input. */
  readonly given: Uint8Array;
  readonly taken: Taken;
  readonly rotations: Settings['rotations'];
}

const MAX_SHOWN = 20;

/** What seems to use the token of a finding, one sentence each; the last says what is not known. */
export async function consumerLines({ credential, introspection }: Finding, sources: ConsumerSources): Promise<readonly string[]> {
  const { occurrences, rule } = credential;
  const running = occurrences.flatMap(({ origin }) => RUNS.flatMap(([pattern, what]) => (pattern.test(pathOf(origin)) ? [`${what} (${pathOf(origin)})`] : [])));
  const { names, unread: places } = await namesOf(occurrences, sources);
  const byName = sources.taken.references.filter(({ name }) => names.has(name)).map(({ name, path, line, holder }) => `${path}:${line} takes ${name}${holder === 'environment' ? ' from its environment' : ` (${holder})`}`);
  const kept = sources.rotations.filter((one) => one.rule === rule.id && one.store === introspection.store);
  const byRotation = kept.flatMap(({ name, consumers }) => consumers.map(({ type }) => `the rotation ${name} keeps a token of this kind at ${type}`));
  const lines = [...new Set([...running, ...byName, ...byRotation])];
  const { stopped, unread } = sources.taken;
  const gaps = [
    // The names themselves are not shown: what stands before a secret may be another one.
    names.size === 0 ? 'no name is known under which it is kept, so that nobody could be looked for by name' : `looked for by the ${names.size === 1 ? 'name' : `${names.size} names`} that it is kept under`,
    ...(places === 0 ? [] : [`at ${places} of its places no name was looked for`]),
    ...(stopped === undefined ? [] : [`the search for who takes it stopped early (${stopped})`]),
    ...(unread.length === 0 ? [] : [`${unread.length} ${unread.length === 1 ? 'file' : 'files'} may take more than was read ("tokenwarden consumers" names them)`]),
  ];
  return [...lines.slice(0, MAX_SHOWN), ...(lines.length > MAX_SHOWN ? [`and ${lines.length - MAX_SHOWN} more`] : []), `${lines.length === 0 ? 'none is known; ' : ''}${gaps.join('; ')}; what takes it elsewhere is not known here`];
}

const MAX_READ = 50;

/** The names to which it is assigned where it lies; how many of its places were not read, for being too many or out of reach. */
async function namesOf(occurrences: readonly Location[], { readAgain, read, given }: ConsumerSources): Promise<{ readonly names: ReadonlySet<string>; readonly unread: number }> {
  const names = new Set<string>();
  let unread = Math.max(0, occurrences.length - MAX_READ);
  for (const { origin, region } of occurrences.slice(0, MAX_READ)) {
    const occurrence = readAgain.get(origin);
    const bytes = origin.kind === 'stdin' ? given : occurrence === undefined ? undefined : await read(occurrence, { readAgain: [occurrence] }).catch(() => undefined);
    if (bytes === undefined) {
      unread += 1;
      continue;
    }
    const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split('\n')[region.startLine - 1];
    const name = line === undefined ? undefined : nameBefore(line.slice(0, region.startColumn - 1));
    if (name !== undefined) names.add(name);
  }
  return { names, unread };
}

/** The name that a text assigns to at its end: `export NAME="`, `NAME: `, `"name": "`. */
export function nameBefore(text: string): string | undefined {
  return /([A-Za-z_][A-Za-z0-9_.-]{2,99})["']?\s{0,8}(?:[:=]|=>|:=)\s{0,8}["'`]?(?:Bearer )?$/.exec(text.slice(-200))?.[1];
}
