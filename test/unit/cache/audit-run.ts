import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { audit, type AuditDeps, type AuditRequest } from '../../../src/audit.ts';
import { policyOf } from '../../../src/assemble/index.ts';
import { ruleDigests } from '../../../src/cli/scan-cache.ts';
import { openScanCache, type CacheOptions } from '../../../src/cache/index.ts';
import { DEFAULT_FINGERPRINT_KEY } from '../../../src/lib/fingerprint.ts';
import type { SourceOptions } from '../../../src/model/index.ts';
import { reporterFor } from '../../../src/report/index.ts';
import type { Catalogue } from '../../../src/rules/catalogue.ts';
import { sampleOf } from '../../../src/rules/index.ts';
import { StoredCatalogue } from '../../../src/rules/stored-catalogue.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
export const CATALOGUE = new StoredCatalogue(readFileSync(`${root}dist/catalogue.jsonl`));

/** A made-up token of a kind, a different one for each number. */
export function token(number: number, id = 'github-pat-classic'): string {
  const [example] = CATALOGUE.get(id)?.examples ?? [];
  if (example === undefined) throw new Error(`the catalogue has no ${id}`);
  return sampleOf(id, { ...example, seed: number }).token;
}

export const OWNER = process.getuid?.();

export interface Run {
  readonly targets: readonly string[];
  readonly source?: Partial<SourceOptions>;
  /** Absent: no cache. */
  readonly cache?: Pick<CacheOptions, 'stateDir'> & Partial<CacheOptions>;
  readonly catalogue?: Catalogue;
}

export interface Told {
  /** The JSON report, as it is written. */
  readonly report: string;
  readonly exitCode: number;
  /** What the cache could not keep. */
  readonly trouble: readonly string[];
  readonly hadCache: boolean;
}

/** Long after any file of a test was made, so that no stamp counts as fresh; and for cases about fresh ones, the true time. */
export const LATER = new Date(Date.now() + 3_600_000);

/** One run of the whole pipeline, on a frozen clock. */
export async function run({ targets, source, cache: given, catalogue = CATALOGUE }: Run): Promise<Told> {
  const policy = policyOf({});
  const request: AuditRequest = {
    command: 'scan',
    targets: targets.map((path) => ({ given: path, spec: { kind: 'path', path, log: false } })),
    source: { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [], environment: { PATH: process.env['PATH'] }, ...source },
    failOn: 'low',
    minConfidence: 'low',
    jobs: 2,
    policy,
    policyDigest: policy.digest,
    accept: [],
    stores: [],
    onIssuerOutage: 'block',
    egressOnly: false,
  };
  const trouble: string[] = [];
  let hadCache = false;
  const at = new Date('2026-03-01T00:00:00Z');
  const deps: AuditDeps = {
    version: '0.0.0',
    catalogue,
    fingerprintKey: DEFAULT_FINGERPRINT_KEY,
    runId: 'run',
    now: () => at,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...(given === undefined
      ? {}
      : {
          cache: (roots) => {
            const opened = openScanCache({ engine: 'test', rules: { id: catalogue.digest, digests: () => ruleDigests(catalogue) }, maxBytes: 1 << 28, startedAt: LATER, now: () => new Date(), onTrouble: (error) => trouble.push(error.message), roots, ...(OWNER === undefined ? {} : { owner: OWNER }), ...given });
            hadCache = opened !== undefined;
            return opened;
          },
        }),
  };
  const { result, exitCode } = await audit(request, deps);
  return { report: await reporterFor('json').render(result, { color: false, width: 100 }), exitCode, trouble, hadCache };
}
