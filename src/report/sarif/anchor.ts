import type { Finding, Location, Origin, Region, TreeFacts } from '../../model/index.ts';

/** The file on which code scanning shows a place, and where in it. */
export interface Anchor {
  /** Relative to the repository root, not yet encoded. */
  readonly path: string;
  readonly region: Region;
  /** False when the place itself lies elsewhere (in a commit message, in an archive, in a file that is gone): the text must say where. */
  readonly exact: boolean;
}

const TOP: Region = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };

/**
 * What exists anchors itself. A history path that the tree has lost, a commit message and standard input go to the
 * tree's fallback file; without one, to a name that says what it is. Line numbers of bytes inside an archive mean nothing in the archive: its first line stands for it.
 */
export function anchorOf({ origin, region }: Location, tree: TreeFacts | undefined): Anchor {
  switch (origin.kind) {
    case 'file':
    case 'staged':
      return { path: origin.path, region, exact: true };
    case 'commit':
      if (tree === undefined || tree.existing.has(origin.path)) return { path: origin.path, region, exact: true };
      return { path: tree.fallback ?? origin.path, region: tree.fallback === undefined ? region : TOP, exact: false };
    case 'log':
      return { path: origin.name, region, exact: true };
    case 'member':
      return { path: anchorOf({ origin: origin.archive, region: TOP, role: 'text' }, tree).path, region: TOP, exact: false };
    case 'message':
    case 'stdin':
    case 'url':
    case 'issuer':
      return { path: tree?.fallback ?? placeholder(origin), region: TOP, exact: false };
  }
}

function placeholder(origin: Extract<Origin, { kind: 'message' | 'stdin' | 'url' | 'issuer' }>): string {
  switch (origin.kind) {
    case 'message':
      return `${origin.objectType}-${origin.object}`;
    case 'stdin':
      return 'standard-input';
    case 'url':
      return origin.url.replace(/^[a-z]+:\/\//, '').replace(/[?#].*$/s, '');
    case 'issuer':
      return `issuer-${origin.store}`;
  }
}

/** Paths of history whose existence in the tree must be known for `AuditResult.tree`; unique, sorted. */
export function anchorCandidates(findings: readonly Finding[]): readonly string[] {
  const paths = new Set<string>();
  for (const { credential } of findings) {
    for (const { origin } of credential.occurrences) {
      const outer = outermost(origin);
      if (outer.kind === 'commit') paths.add(outer.path);
    }
  }
  return [...paths].sort();
}

function outermost(origin: Origin): Origin {
  return origin.kind === 'member' ? outermost(origin.archive) : origin;
}
