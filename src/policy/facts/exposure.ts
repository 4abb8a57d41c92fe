import type { Location, PolicyRecord, Verdict } from '../../model/index.ts';
import { livenessOf } from './liveness.ts';
import { describePlaces } from './places.ts';

export interface Exposure {
  /** `in a URL`. */
  readonly place: string;
  readonly isAt: (location: Location) => boolean;
  readonly remedy: string;
}

/**
 * Judges by place alone: a place is known whatever the issuer says, so that a token of which nobody said that it is
 * dead is held to it. One such place is enough. Without any known place nothing is claimed.
 */
export function judgeExposure(record: PolicyRecord, exposure: Exposure): Verdict {
  const { introspection, credential } = record;
  if (livenessOf(introspection) === 'dead') return { status: 'notApplicable', why: 'the token is not active any more' };
  const places = credential.occurrences.filter(({ origin }) => origin.kind !== 'issuer');
  if (places.length === 0 && credential.occurrences.length > 0) return { status: 'notApplicable', why: 'its issuer lists it, and it was found nowhere' };
  if (places.length === 0) return { status: 'undetermined', why: 'no place is known where the token lies' };
  const exposed = places.filter(exposure.isAt);
  if (exposed.length === 0) return { status: 'pass', evidence: places.length === 1 ? `The place of the token is not ${exposure.place}.` : `None of the ${places.length} places of the token is ${exposure.place}.` };
  return { status: 'violation', evidence: `The token stands ${exposure.place}, at ${describePlaces(exposed)}.`, remedy: exposure.remedy, grounds: [{ fact: `stands ${exposure.place}`, value: describePlaces(exposed), by: 'place', source: 'what was scanned' }], threshold: `nowhere ${exposure.place}` };
}
