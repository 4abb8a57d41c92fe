import { createHash } from 'node:crypto';
import { linkedToRun } from '../../assemble/index.ts';
import type { NamedTarget } from '../../audit.ts';
import type { Forge, ForgeRepository, ForgeRunItem, ListedRun, RunList } from '../../forges/index.ts';
import { isGap, type Finding, type Origin, type RunCounts } from '../../model/index.ts';
import type { RunMemory } from '../../organization/index.ts';

type Remote = Extract<NamedTarget['spec'], { readonly kind: 'remote' }>['remote'];

/** Runs of a repository's automation, as they are listed, and what is known of them. */
export interface RepositoryRuns {
  /** Changes when there is another run to be read. */
  readonly stamp: string;
  /** Logs and artifacts of the runs that are not known to be clean; undefined where there is none. */
  readonly target: NamedTarget | undefined;
  /** Once the target was read: what is to be told, and what is to be remembered, given all that was found. */
  readonly outcome: (found: readonly Finding[]) => { readonly counts: RunCounts; readonly memory: RunMemory | undefined };
}

export interface RunLimits {
  readonly newest: number;
  readonly maxArtifactBytes: number;
}

/** What is new since `memory`. Where neither the default branch has a workflow nor the refs have changed and there was no run, nothing is asked. */
export async function lookAtRuns(forge: Forge, repository: ForgeRepository, refs: string, memory: RunMemory | undefined, limits: RunLimits, run: string): Promise<RepositoryRuns> {
  const known = new Map((memory?.runs ?? []).map(([id, stamp, clean]) => [id, { stamp, clean }] as const));
  const runsKnown = [...known].filter(([id]) => !id.startsWith('release '));
  // Files of releases are read as runs are; whether one has changed, the stamp of the texts tells.
  const { textsStamp: texts, textCounts } = repository;
  const hasNoReleases = textCounts?.releases === 0;
  const hasSameReleases = hasNoReleases || (texts !== undefined && memory?.texts === texts);
  const releases = hasSameReleases && !hasNoReleases ? [...known].filter(([id]) => id.startsWith('release ')) : [];
  const also = [...known].filter(([id, { clean }]) => !clean && !releases.some(([same]) => same === id)).map(([id]) => id);
  const wanted = { ...limits, releases: !hasSameReleases, also, ...(memory?.tag === undefined || also.length > 0 ? {} : { tag: memory.tag }) };
  const isQuiet = repository.hasWorkflows === false && hasSameReleases && memory !== undefined && runsKnown.length === 0 && memory.older === 0 && memory.refs === refs;
  const answer: RunList = isQuiet ? { state: 'as-before' } : await forge.runs(repository, wanted);
  if (answer.state === 'unknown') {
    const { gap } = answer;
    return { stamp: `unknown in ${run}`, target: targetOf(repository, new Map(), async function* () { yield { skip: gap }; }), outcome: () => ({ counts: NO_RUNS, memory: undefined }) };
  }
  const asKnown = ([id, { stamp }]: readonly [string, { readonly stamp: string }]): ListedRun => ({ id, stamp, facts: undefined });
  const list = answer.state === 'listed' ? answer : { runs: runsKnown.map(asKnown), older: memory?.older ?? 0, gone: [], ...(memory?.tag === undefined ? {} : { tag: memory.tag }) };
  const listed = [...list.runs, ...releases.map(asKnown)];
  const fresh = listed.filter(({ id, stamp }) => known.get(id)?.clean !== true || known.get(id)?.stamp !== stamp);
  const links = new Map<string, string>();
  const read = new Map<string, Read>();
  const items = async function* (): AsyncGenerator<ForgeRunItem> {
    for (const one of fresh) {
      const seen: Read = { keys: [], hasGap: false };
      read.set(one.id, seen);
      for await (const item of forge.runItems(repository, one, wanted, links)) {
        if ('skip' in item) {
          seen.missed ??= item.skip.reason;
          seen.hasGap ||= isGap(item.skip);
        } else seen.keys.push(keyOf(item.origin));
        yield item;
      }
    }
  };
  return {
    stamp: stampOf(listed),
    target: fresh.length === 0 ? undefined : targetOf(repository, links, items),
    outcome(found) {
      const dirty = new Set(found.flatMap(({ credential }) => credential.occurrences.map(({ origin }) => keyOf(origin))));
      const skipped: Record<string, number> = list.gone.length === 0 ? {} : { gone: list.gone.length };
      let scanned = 0;
      const runs = listed.map(({ id, stamp }) => {
        const seen = read.get(id);
        if (seen === undefined) return [id, stamp, true] as const;
        if (seen.keys.length > 0 || seen.missed === undefined) scanned += 1;
        else skipped[seen.missed] = (skipped[seen.missed] ?? 0) + 1;
        return [id, stamp, !seen.hasGap && !seen.keys.some((key) => dirty.has(key))] as const;
      });
      const counts = { planned: listed.length + list.gone.length, scanned, unchanged: listed.length - fresh.length, skipped, older: list.older };
      return { counts, memory: { refs, runs, older: list.older, ...(texts === undefined ? {} : { texts }), ...(list.tag === undefined ? {} : { tag: list.tag }) } };
    },
  };
}

const NO_RUNS: RunCounts = { planned: 0, scanned: 0, unchanged: 0, skipped: {}, older: 0 };

interface Read {
  readonly keys: string[];
  /** Why something of it was not read. */
  missed?: string;
  hasGap: boolean;
}

function targetOf(repository: ForgeRepository, links: ReadonlyMap<string, string>, items: () => AsyncIterable<ForgeRunItem>): NamedTarget {
  const name = `${repository.name} (logs and artifacts)`;
  const remote: Remote = { name, items, shown: (hit) => [linkedToRun(hit, links)] };
  return { spec: { kind: 'remote', remote, log: true }, given: name };
}

/** Of a log its name, of an artifact its address, whatever lies within. */
function keyOf(origin: Origin): string {
  const { kind } = origin;
  if (kind === 'member') return keyOf(origin.archive);
  return kind === 'log' ? `log ${origin.name}` : kind === 'url' ? `url ${origin.url}` : kind;
}

function stampOf(runs: readonly { readonly id: string; readonly stamp: string }[]): string {
  return createHash('sha256').update(JSON.stringify(runs.map(({ id, stamp }) => [id, stamp]))).digest('hex');
}
