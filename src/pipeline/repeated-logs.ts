import { pathOf, type Credential, type Location, type Origin } from '../model/index.ts';

/**
 * The credentials without places that only repeat others: a saved run of GitHub Actions has the text of each step twice, in the step's file
 * and in that of its job. What stands in the job's file alone stays.
 */
export function withoutRepeats(credentials: readonly Credential[]): readonly Credential[] {
  return credentials.map((credential) => {
    const { occurrences } = credential;
    const told = new Map<string, number>();
    for (const { origin } of occurrences) {
      const { key, isStep } = placeOf(origin) ?? {};
      if (key !== undefined && isStep === true) told.set(key, (told.get(key) ?? 0) + 1);
    }
    if (told.size === 0) return credential;
    const kept = occurrences.filter((location) => !isRepeat(location, told));
    return kept.length === occurrences.length ? credential : { ...credential, occurrences: kept };
  });
}

/** Takes one of the step's places for each of the job's. */
function isRepeat({ origin }: Location, told: Map<string, number>): boolean {
  const { key, isStep } = placeOf(origin) ?? {};
  const left = key === undefined || isStep !== false ? 0 : (told.get(key) ?? 0);
  if (key !== undefined && left > 0) told.set(key, left - 1);
  return left > 0;
}

/** The run and the job of a place in a log, and whether it is a step's. */
function placeOf(origin: Origin): { readonly key: string; readonly isStep: boolean } | undefined {
  const log = origin.kind === 'member' ? origin.archive : origin;
  if (log.kind !== 'log' || log.job === undefined) return undefined;
  const path = pathOf(origin);
  // Of the path what stands before the job's folder or file: the archive, or the folder that it was unpacked in.
  const run = path.slice(0, path.lastIndexOf('/', log.step === undefined ? path.length : path.lastIndexOf('/') - 1) + 1);
  return { key: `${run}\0${log.job}`, isStep: log.step !== undefined };
}
