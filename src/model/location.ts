/** Where bytes came from. Paths use `/` and are relative to the target's root. */
export type Origin =
  | ({ readonly kind: 'file'; readonly path: string } & ReportedBy)
  /** A blob of git history. `commit` introduced it at `path`; absent when no commit reaches the blob. */
  | ({
      readonly kind: 'commit';
      readonly blob: string;
      readonly path: string;
      readonly commit?: string;
      readonly author?: string;
      /** RFC 3339, committer date. */
      readonly committedAt?: string;
      readonly reachable: boolean;
    } & ReportedBy)
  /** Text of a commit or tag object: its message or its author, committer or tagger field. */
  | { readonly kind: 'message'; readonly object: string; readonly objectType: 'commit' | 'tag' }
  /** What is in the index, for `--staged`. */
  | { readonly kind: 'staged'; readonly blob: string; readonly path: string }
  | {
      readonly kind: 'log';
      readonly name: string;
      readonly job?: string;
      readonly step?: string;
      /** Where people can see it: the page of the run, the job or the line, as its server named it. */
      readonly url?: string;
    }
  | { readonly kind: 'member'; readonly archive: Origin; readonly path: string }
  | { readonly kind: 'stdin' }
  | ({ readonly kind: 'url'; readonly url: string } & ReportedBy)
  /** Nowhere that leaks: the issuer's own list of its tokens (`audit issuer:NAME`). */
  | { readonly kind: 'issuer'; readonly store: string; readonly tokenId: string };

export interface ReportedBy {
  /** Another tool, whose report alone tells of the place: our own scan has not seen it. */
  readonly reportedBy?: string;
}

/** The other tool that alone tells of an origin; undefined for what our own scan saw. */
export function reporterOf(origin: Origin): string | undefined {
  return origin.kind === 'file' || origin.kind === 'commit' || origin.kind === 'url' ? origin.reportedBy : undefined;
}

/** 1-based; columns count UTF-16 units and `endColumn` is exclusive, as SARIF 2.1.0 §3.30 has them. */
export interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** `url`: the secret lies inside a URL. `log`: in a CI log. `assignment`: the value of a name. `text`: anywhere else. */
export type Role = 'url' | 'log' | 'assignment' | 'text';

export interface Location {
  readonly origin: Origin;
  readonly region: Region;
  readonly role: Role;
  /** Hosts to which the text around it sends it without encryption (`http://`), lower case, sorted. Absent: none is seen. */
  readonly plainHosts?: readonly string[];
}

/** The path by which people know an origin; for messages, the object's short name. */
export function pathOf(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
    case 'commit':
    case 'staged':
      return origin.path;
    case 'message':
      return `${origin.objectType}/${origin.object.slice(0, 12)}`;
    case 'log':
      return origin.name;
    case 'member':
      return `${pathOf(origin.archive)}!/${origin.path}`;
    case 'stdin':
      return '(standard input)';
    case 'url':
      return origin.url;
    case 'issuer':
      return `issuer:${origin.store}/${origin.tokenId}`;
  }
}

/** Whether the origin is, or lies inside, a CI log. */
export function isLog(origin: Origin): boolean {
  return origin.kind === 'log' || (origin.kind === 'member' && isLog(origin.archive));
}

/** `path:line`, as terminals and editors understand it. */
export function describeLocation(location: Location): string {
  const { origin, region } = location;
  if (origin.kind === 'issuer') return pathOf(origin);
  const where = `${pathOf(origin)}:${region.startLine}:${region.startColumn}`;
  return origin.kind === 'commit' && origin.commit !== undefined ? `${where} @${origin.commit.slice(0, 12)}` : where;
}
