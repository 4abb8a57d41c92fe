import { isSameMarker, markersIn, type Marker } from './inline-marker.ts';
import { lineVersions, type LineVersions } from './line-versions.ts';

/** A marker beside a finding. Lines are 1-based. */
export interface Found {
  readonly marker: Marker;
  readonly line: number;
}

/**
 * The markers that speak of a secret on `line` (1-based): those on the line itself, and those on the line above, unless that
 * line has a secret of the same rule itself, for then they are about that one. Only of this rule or of none.
 */
export function markersFor(rule: string, line: number, lineAt: (line: number) => string | undefined, hasSecret: (line: number) => boolean): readonly Found[] {
  return [line, line - 1].flatMap((at) =>
    at < 1 || (at !== line && hasSecret(at))
      ? []
      : markersIn(lineAt(at) ?? '')
          .filter((marker) => marker.rule === undefined || marker.rule === rule)
          .map((marker): Found => ({ marker, line: at })),
  );
}

/** Lines up base and head once for all findings of a file. */
export function stoodAtBase(baseText: string, headText: string): (found: Found, line: number) => boolean {
  const versions = lineVersions(baseText, headText);
  return (found, line) => hadMarker(versions, found, line);
}

/**
 * Whether the same marker spoke of the base version of the line with the secret. A line that only the head has, has no base
 * version: a secret that was put between an old marker and its line is not covered, nor is a copy of a covered line. So no
 * marker of the base covers more lines than it did.
 */
function hadMarker(versions: LineVersions, { marker, line: markerLine }: Found, secretLine: number): boolean {
  const { base, head, unchanged, rewritten } = versions;
  const secret = secretLine - 1;
  if (markerLine === secretLine) return unchanged(secret) !== undefined || baseLineOf(versions, secret, marker) !== undefined;

  const above = unchanged(secret - 1) ?? baseLineOf(versions, secret - 1, marker);
  if (above === undefined) return false;
  if (unchanged(secret) === above + 1) return true;
  const block = rewritten(secret);
  if (block === undefined || above + 1 < block.base[0] || above + 1 >= block.base[1]) return false;
  // Behind a marker that stayed as it is, only the first rewritten line can be the version of the one that followed it.
  if (unchanged(secret - 1) !== undefined && block.head[0] !== secret) return false;
  return head[secret] === base[above + 1] || !head.slice(...block.head).includes(base[above + 1] ?? '');
}

/** The line of the base, within a rewritten stretch, of which this line of the head with a marker is the new version. */
function baseLineOf({ base, head, rewritten }: LineVersions, line: number, marker: Marker): number | undefined {
  const block = rewritten(line);
  if (block === undefined) return undefined;
  const having = (lines: readonly string[], [from, to]: readonly [number, number]): number[] => {
    const found: number[] = [];
    for (let at = from; at < to; at += 1) if (markersIn(lines[at] ?? '').some((other) => isSameMarker(other, marker))) found.push(at);
    return found;
  };
  const before = having(base, block.base);
  // Lines that are the same in both belong together; the others in their order.
  const rest: number[] = [];
  for (const at of having(head, block.head)) {
    const same = before.findIndex((other) => base[other] === head[at]);
    if (same === -1) rest.push(at);
    else if (at === line) return before[same];
    else before.splice(same, 1);
  }
  return before[rest.indexOf(line)];
}
