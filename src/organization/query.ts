import { nameMatcher } from '../lib/glob.ts';
import type { OrganizationFinding } from '../model/index.ts';

/** Of no path, so that only a bare `*` fits it. */
const UNTOLD = '\0';

/** What of a credential can be asked for, and its values. */
const FIELDS: Readonly<Record<string, (finding: OrganizationFinding) => readonly string[]>> = {
  id: ({ id }) => [id],
  rule: ({ rule }) => [rule],
  issuer: ({ issuer }) => [issuer],
  status: ({ status }) => [status],
  severity: ({ severity }) => [severity],
  exposure: ({ exposure }) => [exposure],
  change: ({ change }) => [change],
  identity: ({ identity }) => [identity ?? ''],
  scope: ({ scopes }) => scopes ?? [],
  breaks: ({ violations }) => violations,
  repository: ({ repositories }) => repositories.map(({ name }) => name),
  // Places that the report does not have fit nothing: a decision counts for them, too.
  place: ({ repositories }) => repositories.flatMap(({ place, places, more = [] }) => [place, ...more, ...(places > 1 + more.length ? [UNTOLD] : [])]),
  owner: ({ owners = [] }) => (owners.length === 0 ? [''] : owners.map(({ name }) => name)),
  waived: ({ waived }) => [waived ? 'yes' : 'no'],
  failing: ({ failing }) => [failing ? 'yes' : 'no'],
};

export const QUERY_FIELDS: readonly string[] = Object.keys(FIELDS);

/** One of several: a credential fits when one of its values does, and all of its values for `repository` and `place`, since a decision counts for every place. */
export type Query = (finding: OrganizationFinding) => boolean;

/** Reads `FIELD=GLOB` or `FIELD!=GLOB`; undefined where it is neither. `id` fits by its beginning. */
export function readQuery(text: string): Query | undefined {
  const [, field = '', not = '', glob = ''] = /^([a-z]+)(!?)=(.+)$/s.exec(text) ?? [];
  const valuesOf = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
  if (valuesOf === undefined) return undefined;
  const matches = nameMatcher(field === 'id' ? `${glob}*` : glob);
  const isOfAll = field === 'repository' || field === 'place';
  return (finding) => {
    const values = valuesOf(finding);
    // What is not to fit must fit nowhere.
    if (not === '!') return !values.some((value) => value === UNTOLD || matches(value));
    return isOfAll ? values.length > 0 && values.every(matches) : values.some(matches);
  };
}
