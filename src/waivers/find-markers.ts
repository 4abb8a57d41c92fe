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
 * version: a secret that was put between an old marker and its line is not covered, nor is a copy of a covered line.
 */
function hadMarker(versions: LineVersions, { marker, line: markerLine }: Found, secretLine: number): boolean {
  const { base, rewritten } = versions;
  const same = (line: number): boolean => markersIn(base[line] ?? '').some((other) => isSameMarker(other, marker));
  const secret = secretLine - 1;
  if (markerLine === secretLine) {
    const still = versions.unchanged(secret);
    if (still !== undefined) return true;
    const at = rankedIn(versions, secret, marker);
    return at !== undefined && same(at);
  }
  const above = versions.unchanged(secret - 1);
  if (above !== undefined) {
    if (versions.unchanged(secret) === above + 1) return true;
    const block = rewritten(secret);
    return block !== undefined && block.head[0] === secret && block.base[0] === above + 1 && block.base[1] > block.base[0];
  }
  const at = rankedIn(versions, secret - 1, marker);
  if (at === undefined || !same(at)) return false;
  const block = rewritten(secret - 1);
  return versions.unchanged(secret) === at + 1 || (block !== undefined && secret < block.head[1] && at + 1 < block.base[1]);
}

/** In a rewritten stretch, the n-th line of the head with this marker is the n-th of the base with it. */
function rankedIn({ base, head, rewritten }: LineVersions, line: number, marker: Marker): number | undefined {
  const block = rewritten(line);
  if (block === undefined) return undefined;
  const having = (lines: readonly string[], [from, to]: readonly [number, number]): readonly number[] => {
    const found: number[] = [];
    for (let at = from; at < to; at += 1) if (markersIn(lines[at] ?? '').some((other) => isSameMarker(other, marker))) found.push(at);
    return found;
  };
  return having(base, block.base)[having(head, block.head).indexOf(line)];
}
