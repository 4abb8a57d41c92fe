import type { Repository, SkipReason } from '../../model/index.ts';
import { gitFailed, runGit, startGit, type GitContext, type GitExit } from './run.ts';
import { records } from './records.ts';
import { listObjects } from './object-listing.ts';
import { remoteSettings } from './repository-facts.ts';

export interface ObjectHeader {
  readonly oid: string;
  /** Undefined: the object is not there. */
  readonly type: 'blob' | 'tree' | 'commit' | 'tag' | undefined;
  readonly sizeBytes: number;
}

const FORMAT = '--batch-check=%(objectname) %(objecttype) %(objectsize)';

/**
 * Types and sizes of the objects named, in their order. An object that git dies at (before 2.45 it insists on fetching
 * what a partial clone left out, which the environment forbids) counts as absent. Throws `GIT_FAILED` if git cannot run.
 */
export async function checkObjects(context: GitContext, names: readonly string[]): Promise<readonly ObjectHeader[]> {
  const present = names.length > 0 && (await isPartialClone(context)) ? await presentObjects(context) : undefined;
  const headers: ObjectHeader[] = [];
  const asked = present === undefined ? names : names.filter((name) => present.has(name.replace(/\^\{\}$/, '')));
  while (headers.length < asked.length) {
    const before = headers.length;
    const exit = await checkFrom(context, asked, headers);
    if (headers.length === asked.length) break;
    if (headers.length === before && (await runGit(context, ['rev-parse', '--git-dir'])).code !== 0) throw gitFailed(context, ['cat-file'], exit);
    headers.push(absent(asked[headers.length] ?? ''));
  }
  if (present === undefined) return headers;
  const byName = new Map(asked.map((name, index) => [name, headers[index] ?? absent(name)]));
  return names.map((name) => byName.get(name) ?? absent(name));
}

async function checkFrom(context: GitContext, names: readonly string[], headers: ObjectHeader[]): Promise<GitExit> {
  const process = startGit(context, ['cat-file', FORMAT]);
  process.stdin.end(`${names.slice(headers.length).join('\n')}\n`);
  for await (const lines of records(process.stdout, 10)) headers.push(...lines.map(parseHeader));
  return process.exit;
}

function absent(oid: string): ObjectHeader {
  return { oid, type: undefined, sizeBytes: 0 };
}

const presence = new WeakMap<Repository, Promise<ReadonlySet<string>>>();

/** Names of all objects that are stored: listing them never asks a remote. */
function presentObjects(context: GitContext): Promise<ReadonlySet<string>> {
  const known = presence.get(context.repository);
  if (known !== undefined) return known;
  const listed = (async (): Promise<ReadonlySet<string>> => {
    const present = new Set<string>();
    for await (const batch of listObjects(context, { trees: true }).objects) for (const { oid, type } of batch) if (type !== undefined) present.add(oid);
    return present;
  })();
  presence.set(context.repository, listed);
  return listed;
}

function parseHeader(line: string): ObjectHeader {
  const [oid = '', type, size] = line.split(' ');
  if (type === 'blob' || type === 'tree' || type === 'commit' || type === 'tag') return { oid, type, sizeBytes: Number(size) };
  return absent(oid);
}

/** Why an object is not there: in a partial clone it was left out on purpose. */
export async function absenceReason(context: GitContext): Promise<SkipReason> {
  return (await isPartialClone(context)) ? 'promised-object' : 'missing-object';
}

async function isPartialClone(context: GitContext): Promise<boolean> {
  return (await remoteSettings(context)).some(([key]) => !key.endsWith('.url'));
}
