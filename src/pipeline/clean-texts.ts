import type { ScanCache } from '../cache/index.ts';
import type { UnitRequest, UnitResult } from '../scan-worker.ts';

type Scan = (request: UnitRequest) => Promise<UnitResult>;

/** The same scan for texts that are held, but one in which nothing was found before is not scanned again. */
export function withCleanTexts(cache: ScanCache | undefined, scan: Scan): Scan {
  return async (request) => {
    const { unit } = request;
    if (cache === undefined || unit.kind !== 'bytes') return scan(request);
    if (cache.isClean(unit.bytes)) return { matches: [], secrets: new Uint8Array(0), events: [] };
    const result = await scan(request);
    if (result.matches.length === 0 && result.events.every(({ type }) => type === 'scanned')) cache.learnClean(unit.bytes);
    return result;
  };
}
