import type { Finding } from '../model/index.ts';
import { standingOf, waived, type Lack } from './apply.ts';
import { shownWaiver, type WaiverPolicy, type WrittenWaiver } from './entry.ts';
import type { Found } from './find-markers.ts';
import { waiverOf } from './inline-marker.ts';
import type { WaiverProblem } from './problem.ts';

/** One place of a finding, and the markers beside it. */
export interface MarkedPlace {
  /** As people know it. */
  readonly path: string;
  readonly markers: readonly Found[];
  /** Why markers here do not count, whatever they say; undefined if they do. */
  readonly distrust?: (found: Found) => string | undefined;
  /** Whether a marker that is wrong can be put right: not in commits of the past. */
  readonly isEditable: boolean;
}

export interface InlineResult {
  readonly finding: Finding;
  readonly problems: readonly WaiverProblem[];
}

interface Judged {
  readonly waiver: WrittenWaiver;
  /** Absent: it holds. */
  readonly lacks?: Lack;
}

/**
 * A comment covers the place it stands beside; a finding is waived if each of its places is covered. Otherwise it says what is
 * lacking. Of several waivers the one that ends first is shown.
 */
export function applyInline(finding: Finding, places: readonly MarkedPlace[], policy: WaiverPolicy, now: Date): InlineResult {
  const problems: WaiverProblem[] = [];
  const judged = places.map((place) => judgePlace(finding, place, policy, now, problems));
  const holding = judged.flatMap((one) => (one !== undefined && one.lacks === undefined ? [one.waiver] : []));
  const [first] = [...holding].sort((a, b) => compare(a.expires, b.expires) || compare(a.owner, b.owner) || compare(a.reason, b.reason));
  if (first !== undefined && holding.length === places.length) return { finding: waived(finding, first, 'inline'), problems };
  if (finding.idleWaiver !== undefined) return { finding, problems };
  const lacking = judged.find((one) => one?.lacks !== undefined);
  if (lacking?.lacks !== undefined) return { finding: { ...finding, idleWaiver: { ...shownWaiver(lacking.waiver, 'inline'), ...lacking.lacks } }, problems };
  if (first === undefined) return { finding, problems };
  const why = `the comment covers ${holding.length} of its ${places.length} places; each needs one, or an entry in the waiver file`;
  return { finding: { ...finding, idleWaiver: { ...shownWaiver(first, 'inline'), state: 'partial', why } }, problems };
}

/** The best marker of a place: one that holds, else one that lacks something. */
function judgePlace(finding: Finding, place: MarkedPlace, policy: WaiverPolicy, now: Date, problems: WaiverProblem[]): Judged | undefined {
  let best: Judged | undefined;
  for (const found of place.markers) {
    const read = waiverOf(found.marker, policy, now);
    if (!read.ok) {
      const at = { line: found.line, column: found.marker.column };
      if (place.isEditable) problems.push(...read.complaints.map(({ message, hint }) => ({ file: place.path, at, message: `the waiver comment ${message}`, hint })));
      continue;
    }
    const { waiver } = read;
    const distrust = place.distrust?.(found);
    const lacks = standingOf(waiver, finding, now) ?? (distrust === undefined ? undefined : { state: 'requested' as const, why: distrust });
    if (lacks === undefined) return { waiver };
    best ??= { waiver, lacks };
  }
  return best;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
