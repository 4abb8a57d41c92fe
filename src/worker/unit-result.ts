import { addCounts, NO_COUNTS, type CoverageEvent, type Learned, type RawMatch, type ScanOutput } from '../model/index.ts';

export interface UnitResult extends ScanOutput {
  readonly events: readonly CoverageEvent[];
  readonly learned?: Learned;
}

/** The same with all that was scanned in one event: each of thousands of them would be copied from thread to thread. */
export function summed(events: readonly CoverageEvent[]): readonly CoverageEvent[] {
  const rest = events.filter(({ type }) => type !== 'scanned');
  if (events.length - rest.length < 2) return events;
  const counts = events.reduce((sum, event) => (event.type === 'scanned' ? addCounts(sum, event.counts) : sum), NO_COUNTS);
  return [{ type: 'scanned', counts }, ...rest];
}

/** One buffer of plaintext for all blobs of a unit. */
export function joined(outputs: readonly ScanOutput[]): ScanOutput {
  const [only] = outputs;
  if (only !== undefined && outputs.length === 1) return { matches: only.matches, secrets: only.secrets };
  const secrets = new Uint8Array(outputs.reduce((sum, output) => sum + output.secrets.length, 0));
  const matches: RawMatch[] = [];
  let base = 0;
  for (const output of outputs) {
    secrets.set(output.secrets, base);
    for (const match of output.matches) {
      matches.push({
        ...match,
        secret: { offset: match.secret.offset + base, length: match.secret.length },
        companions: match.companions.length === 0 ? match.companions : match.companions.map((part) => ({ ...part, secret: { offset: part.secret.offset + base, length: part.secret.length } })),
      });
    }
    base += output.secrets.length;
  }
  return { matches, secrets };
}
