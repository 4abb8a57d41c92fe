import type { Unit } from '../../model/index.ts';
import type { PlanContext, Remote } from './target.ts';

/** What was brought from elsewhere, a unit each; what could not be brought is told. */
export async function* remoteUnits(remote: Remote, { note, signal }: PlanContext): AsyncGenerator<Unit> {
  for await (const item of remote.items(signal)) {
    if ('skip' in item) {
      note({ type: 'skipped', skip: item.skip });
      continue;
    }
    note({ type: 'planned', counts: { files: 1, bytes: item.bytes.length } });
    yield { kind: 'bytes', origin: item.origin, bytes: item.bytes };
  }
}
