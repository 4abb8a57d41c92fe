import type { Waive } from '../audit.ts';
import { commitNamed, removedMarker, type Trusted, type Waivers } from '../assemble/index.ts';
import type { Finding } from '../model/index.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import type { Settings } from '../settings/index.ts';
import type { Io } from './io.ts';
import { withAttested } from './attested-revocation.ts';
import type { Memory } from './memory.ts';
import { gitVariables } from './pipeline.ts';

export interface FindingSteps {
  readonly settings: Settings;
  readonly trusted: Trusted;
  readonly waivers: Waivers | undefined;
  readonly catalogue: Catalogue;
  readonly io: Io;
  readonly memory: Pick<Memory, 'remembered'>;
  /** The last word on findings, of a shell that knows more than the command does. */
  readonly adjust?: (findings: readonly Finding[]) => Promise<readonly Finding[]>;
}

/** What happens to findings after they were judged: what a range removed again is marked, waivers hold, a shell adds what it knows. */
export function findingSteps({ settings, trusted, waivers, catalogue, io, memory, adjust }: FindingSteps): { readonly waive?: Waive } {
  const { range } = settings.values;
  const { base } = trusted;
  if (waivers === undefined && adjust === undefined && (range === undefined || base === undefined)) return {};
  const mark = async (findings: readonly Finding[]): Promise<readonly Finding[]> => {
    if (findings.length === 0 || range === undefined || base === undefined) return findings;
    const environment = gitVariables(io.env);
    const head = await commitNamed(base.repository, range.split('..')[1] ?? '', '--range', environment);
    if (head === undefined) return findings;
    return removedMarker({ repository: base.repository, head, catalogue, fingerprintKey: settings.fingerprintKey, environment })(findings);
  };
  return {
    async waive(findings, readAgain) {
      const marked = await withAttested(await mark(findings), { remembered: memory.remembered, maxDays: settings.values.waiversMaxDays, now: io.now() });
      const { findings: waived, problems } = waivers === undefined ? { findings: marked, problems: [] } : await waivers.waive(marked, readAgain);
      return { findings: adjust === undefined ? waived : await adjust(waived), problems };
    },
  };
}
