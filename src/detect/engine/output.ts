import { isLog } from '../../model/index.ts';
import type { Origin, RawMatch, Region, ScanOutput, SecretSlice } from '../../model/index.ts';
import type { Found } from './found.ts';

/** Packs matches into plain data and one buffer of plaintext that can be transferred between threads. */
export function toOutput(origin: Origin, found: readonly Found[]): ScanOutput {
  const pieces: Buffer[] = [];
  let length = 0;
  const slice = (value: string): SecretSlice => {
    const bytes = Buffer.from(value, 'latin1');
    pieces.push(bytes);
    const at = { offset: length, length: bytes.length };
    length += bytes.length;
    return at;
  };
  const matches = found.map((one): RawMatch => ({
    ruleId: one.rule.id,
    origin,
    region: regionOf(one),
    role: isLog(origin) ? 'log' : one.role,
    secret: slice(one.value),
    ...spanOf(one),
    companions: (one.companions ?? []).map(({ name, found: part }) => ({ name, secret: slice(part.value), region: regionOf(part), ...spanOf(part) })),
    confidence: isLog(origin) && one.features['mask'] !== undefined ? 'low' : one.confidence,
    ...(one.facts === undefined ? {} : { facts: one.facts }),
    entropyBits: one.entropyBits,
    features: one.features,
    hosts: one.hosts,
    ...(one.plainHosts === undefined ? {} : { plainHosts: one.plainHosts }),
    contextHash: one.contextHash,
  }));
  const secrets = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    secrets.set(piece, at);
    at += piece.length;
  }
  return { matches, secrets };
}

function spanOf(one: Found): Pick<RawMatch, 'span'> {
  return one.literal === true ? { span: { start: one.start, end: one.end } } : {};
}

function regionOf(one: Found): Region {
  return { startLine: one.line, startColumn: one.column, endLine: one.endLine, endColumn: one.endColumn };
}
