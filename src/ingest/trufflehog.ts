import { isObject, type Fields } from './fields.ts';
import { unmasked, type Reported, type ReportedPlace } from './reported.ts';

/** TruffleHog 3, `--json`: a line each. */
export function readTruffleHog(finding: Fields): Reported {
  const detector = finding.text('DetectorName');
  const { secret } = unmasked(finding.optionalText('Raw'));
  const whole = finding.optionalText('RawV2') ?? '';
  // Of several parts `RawV2` has all, one behind the other.
  const rest = secret !== undefined && whole.startsWith(secret) ? whole.slice(secret.length).replace(/^[:|,]/, '') : '';
  return {
    rule: detector,
    ...(secret === undefined ? {} : { secret }),
    parts: rest === '' ? [] : [{ name: detector === 'AWS' ? 'AWS_SECRET_ACCESS_KEY' : `${detector}_SECRET`, value: rest }],
    place: placeOf(finding.object('SourceMetadata')),
  };
}

/** `Data` has one entry, named after where the tool looked: `Filesystem`, `Git`, `Github`, `S3` … */
function placeOf(metadata: Fields): ReportedPlace {
  const [, source] = metadata.optionalObject('Data')?.entries()[0] ?? [];
  const said = isObject(source) ? source : {};
  const text = (...names: readonly string[]): string | undefined => names.map((name) => said[name]).find((value): value is string => typeof value === 'string' && value !== '');
  const [path, commit, url, line] = [text('file', 'key', 'path', 'filename'), text('commit'), text('link'), said['line']];
  return {
    ...(path === undefined ? {} : { path }),
    ...(commit === undefined ? {} : { commit }),
    ...(url === undefined ? {} : { url }),
    ...(Number.isSafeInteger(line) && (line as number) > 0 ? { line: line as number } : {}),
  };
}

/** Its own messages, which go to the same file where both streams were sent there. */
export function isTruffleHogMessage(value: unknown): boolean {
  return isObject(value) && typeof value['level'] === 'string' && typeof value['msg'] === 'string' && value['Raw'] === undefined;
}
