import { foldMatches } from '../detect/index.ts';
import type { FingerprintKey } from '../lib/fingerprint.ts';
import type { ByteSpan, Origin, Region, SourceOptions } from '../model/index.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import { ruleLookup } from '../rules/stored-catalogue.ts';
import { scanUnit } from '../scan-worker.ts';
import { planTarget } from '../sources/index.ts';

export interface FoundSecret {
  /** Absent for what is only a part of a credential. */
  readonly fingerprint?: string;
  readonly region: Region;
  /** Absent: it stands there encoded, in pieces, or in text that was transcoded. */
  readonly span?: ByteSpan;
}

const AS_IT_IS: SourceOptions = { mode: 'tree', includeIgnored: false, archives: false, binaries: false, ignore: [] };

/** Every secret of a file, with the identity that a scan of its target gives it; parts of credentials, too. */
export async function secretsIn(bytes: Uint8Array, path: string, { catalogue, fingerprintKey }: { readonly catalogue: Catalogue; readonly fingerprintKey: FingerprintKey }): Promise<readonly FoundSecret[]> {
  const rules = ruleLookup(catalogue);
  const origin: Origin = { kind: 'file', path };
  const { matches, secrets } = await scanUnit({ unit: { kind: 'bytes', origin, bytes }, options: AS_IT_IS }, catalogue.changes);
  return matches.flatMap((raw): readonly FoundSecret[] => {
    const fingerprint = foldMatches([{ raw, secrets, origins: [{ shown: origin, path }] }], rules, fingerprintKey)[0]?.fingerprint;
    const placed = (region: Region, span: ByteSpan | undefined): FoundSecret => ({ region, ...(span === undefined ? {} : { span }) });
    return [{ ...placed(raw.region, raw.span), ...(fingerprint === undefined ? {} : { fingerprint }) }, ...raw.companions.map(({ region, span }) => placed(region, span))];
  });
}

/** The folder to which the paths of a target's report are relative. */
export async function targetRoot(path: string, environment: NonNullable<SourceOptions['environment']>, signal: AbortSignal): Promise<string> {
  return (await planTarget({ kind: 'path', path, log: false }, { ...AS_IT_IS, environment }, () => undefined, signal)).root;
}
