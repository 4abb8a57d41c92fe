import type { SourceOptions } from '../model/index.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import { scanUnit } from '../scan-worker.ts';

const AS_IT_IS: SourceOptions = { mode: 'tree', includeIgnored: false, archives: false, binaries: true, ignore: [] };

/** What a scan finds in a text of latin1 characters with the rules of a catalogue: rule ids and values. */
export async function engineFinds(text: string, { changes }: Catalogue): Promise<readonly { readonly rule: string; readonly value: string }[]> {
  const { matches, secrets } = await scanUnit({ unit: { kind: 'bytes', origin: { kind: 'stdin' }, bytes: Buffer.from(text, 'latin1') }, options: AS_IT_IS }, changes);
  return matches.map(({ ruleId, secret }) => ({ rule: ruleId, value: Buffer.from(secrets.subarray(secret.offset, secret.offset + secret.length)).toString('latin1') }));
}
