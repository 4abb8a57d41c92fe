import type { Waived } from '../audit.ts';
import { pathOf, type Finding, type Location, type Occurrence, type Origin, type Repository, type SourceOptions } from '../model/index.ts';
import { fileAt, isAtHome, readTexts, type Home } from '../sources/index.ts';
import { applyInline, describeProblems, linesOf, markersFor, stoodAtBase, type Found, type MarkedPlace, type WaiverPolicy, type WaiverProblem } from '../waivers/index.ts';

/** What a comment must have stood in to count: nothing where no change is judged. */
export type InlineBase =
  | { readonly kind: 'none' }
  /** `head`: the other end of a range. */
  | { readonly kind: 'commit'; readonly repository: Repository; readonly commit: string; readonly head?: string }
  | { readonly kind: 'missing'; readonly why: string };

export interface InlineOptions {
  readonly home: Home;
  readonly base: InlineBase;
  readonly policy: WaiverPolicy;
  readonly now: Date;
  readonly environment: NonNullable<SourceOptions['environment']>;
}

/** Larger files are no place for comments. */
const MAX_BYTES = 32 << 20;
const WORD = 'tokenwarden:allow';

/** A place of a finding with what is needed to read it again. */
interface Place {
  readonly location: Location;
  readonly occurrence: Occurrence;
}

/** Reads the lines beside findings that no file waives, and lets the comments there count where they may. */
export async function inlineWaivers(findings: readonly Finding[], readAgain: ReadonlyMap<Origin, Occurrence>, options: InlineOptions): Promise<Waived> {
  const open = findings.filter(({ waiver }) => waiver === undefined).map((finding) => ({ finding, places: placesOf(finding, readAgain, options.base) }));
  const commented = await readCommented(open.flatMap(({ places }) => places ?? []), options);
  if (commented.size === 0) return { findings, problems: [] };
  const linesWithSecrets = secretLines(findings, readAgain);
  const problems: WaiverProblem[] = [];
  const bases = new Map<string, ReturnType<typeof baseOf>>();
  const changed = new Map<string, Finding>();
  for (const { finding, places } of open) {
    if (places === undefined || !places.some(({ occurrence }) => commented.has(keyOf(occurrence)))) continue;
    const rule = finding.credential.rule.id;
    const marked: MarkedPlace[] = [];
    for (const { location, occurrence } of places) {
      const lines = commented.get(keyOf(occurrence));
      const held = linesWithSecrets.get(`${keyOf(occurrence)}\n${rule}`);
      const markers = lines === undefined ? [] : markersFor(rule, location.region.startLine, (line) => lines[line - 1], (line) => held?.has(line) === true);
      const distrust = markers.length === 0 || lines === undefined ? undefined : await distrustOf(occurrence, lines, location.region.startLine, options, bases);
      const isEditable = occurrence.origin.kind !== 'commit' && isAtHome(options.home, occurrence.target);
      marked.push({ path: pathOf(location.origin), markers, isEditable, ...(distrust === undefined ? {} : { distrust }) });
    }
    const result = applyInline(finding, marked, options.policy, options.now);
    problems.push(...result.problems);
    if (result.finding !== finding) changed.set(finding.id, result.finding);
  }
  return { findings: findings.map((finding) => changed.get(finding.id) ?? finding), problems: describeProblems(problems) };
}

/** Undefined if a place is of a kind that holds no comments of ours: a log, a message, an archive, standard input, the past. */
function placesOf({ credential }: Finding, readAgain: ReadonlyMap<Origin, Occurrence>, base: InlineBase): readonly Place[] | undefined {
  const places: Place[] = [];
  for (const location of credential.occurrences) {
    const occurrence = readAgain.get(location.origin);
    const { kind } = location.origin;
    if (occurrence === undefined || !(kind === 'file' || kind === 'staged' || (kind === 'commit' && base.kind !== 'none'))) return undefined;
    places.push({ location, occurrence });
  }
  return places;
}

function keyOf({ target, origin }: Occurrence): string {
  return `${target}\n${origin.kind === 'commit' || origin.kind === 'staged' ? origin.blob : ''}\n${pathOf(origin)}`;
}

/** The lines of those files that hold the word at all. */
async function readCommented(places: readonly Place[], { environment }: InlineOptions): Promise<ReadonlyMap<string, readonly string[]>> {
  const byTarget = new Map<string, Map<string, Origin>>();
  for (const { occurrence } of places) {
    const origins = byTarget.get(occurrence.target) ?? new Map<string, Origin>();
    byTarget.set(occurrence.target, origins.set(keyOf(occurrence), occurrence.origin));
  }
  const commented = new Map<string, readonly string[]>();
  for (const [target, origins] of byTarget) {
    const keys = [...origins.keys()];
    let index = 0;
    for await (const text of readTexts(target, [...origins.values()], MAX_BYTES, environment)) {
      const key = keys[index++] ?? '';
      if (text?.includes(WORD) === true) commented.set(key, linesOf(text));
    }
  }
  return commented;
}

/** For each file and rule, the lines on which a secret lies. */
function secretLines(findings: readonly Finding[], readAgain: ReadonlyMap<Origin, Occurrence>): ReadonlyMap<string, ReadonlySet<number>> {
  const all = new Map<string, Set<number>>();
  for (const { credential } of findings) {
    for (const { origin, region } of credential.occurrences) {
      const occurrence = readAgain.get(origin);
      if (occurrence === undefined) continue;
      const key = `${keyOf(occurrence)}\n${credential.rule.id}`;
      const lines = all.get(key) ?? new Set<number>();
      all.set(key, lines);
      for (let line = region.startLine; line <= region.endLine; line += 1) lines.add(line);
    }
  }
  return all;
}

type Distrust = (found: Found) => string | undefined;
type StoodAtBase = ReturnType<typeof stoodAtBase>;

/** Why comments beside this place only ask; undefined if they count. */
async function distrustOf(occurrence: Occurrence, lines: readonly string[], line: number, { home, base, environment }: InlineOptions, bases: Map<string, Promise<StoodAtBase | undefined>>): Promise<Distrust | undefined> {
  if (!isAtHome(home, occurrence.target)) return () => "it stands in a target outside the working directory's own tree, and no target waives its own findings";
  if (base.kind === 'none') return undefined;
  if (base.kind === 'missing') return () => base.why;
  const key = keyOf(occurrence);
  const reading = bases.get(key) ?? baseOf(base, pathOf(occurrence.origin), lines, environment);
  bases.set(key, reading);
  const stood = await reading;
  const why = `the same comment does not stand on this line at the base commit ${base.commit.slice(0, 12)}; it counts once it was merged there`;
  return (found) => (stood?.(found, line) === true ? undefined : why);
}

async function baseOf(base: InlineBase & { readonly kind: 'commit' }, path: string, lines: readonly string[], environment: InlineOptions['environment']): Promise<StoodAtBase | undefined> {
  const bytes = await fileAt(base.repository, base.commit, path, MAX_BYTES, environment);
  return bytes === undefined ? undefined : stoodAtBase(new TextDecoder().decode(bytes), lines.join('\n'));
}
