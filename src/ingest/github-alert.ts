import { Fields, isObject } from './fields.ts';
import { unmasked, type Reported, type ReportedPlace } from './reported.ts';

/** An alert of GitHub's secret scanning as its REST API has it, at each of its locations; without them at the alert's own page. */
export function readAlert(alert: Fields, locations: readonly unknown[]): readonly Reported[] {
  const { secret } = unmasked(alert.optionalText('secret'));
  const rule = alert.optionalText('secret_type') ?? 'unnamed';
  const page = alert.optionalText('html_url');
  const places = locations.flatMap((location) => (isObject(location) ? [placeOf(new Fields(location, 'location'))] : []));
  const own: ReportedPlace = page === undefined ? {} : { url: page };
  return (places.length === 0 ? [own] : places).map((place): Reported => ({ rule, ...(secret === undefined ? {} : { secret }), parts: [], place: place.path === undefined && place.url === undefined ? own : place }));
}

/** `commit` is a file in a commit; everything else (issues, discussions, pull requests) has an address. */
function placeOf(location: Fields): ReportedPlace {
  const details = location.optionalObject('details');
  if (details === undefined) return {};
  const path = details.optionalText('path');
  const [line, column, commit, blob] = [details.position('start_line'), details.position('start_column'), details.optionalText('commit_sha'), details.optionalText('blob_sha')];
  const [, url] = details.entries().find(([name, value]) => /_url$/.test(name) && typeof value === 'string') ?? [];
  if (path === undefined || path === '') return typeof url === 'string' ? { url } : {};
  return { path, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }), ...(commit === undefined ? {} : { commit }), ...(blob === undefined ? {} : { blob }) };
}
