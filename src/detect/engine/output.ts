import { isLog } from '../../model/index.ts';
import type { Origin, RawMatch, Region, ScanOutput, SecretSlice } from '../../model/index.ts';
import type { Found } from './found.ts';

const NO_COMPANIONS: RawMatch['companions'] = [];
const NO_HOSTS: readonly string[] = [];

/**
 * Packs matches into plain data and one buffer of plaintext that can be transferred between threads. What is equal in many of them is
 * one object, which it stays on the way.
 */
export function toOutput(origin: Origin, found: readonly Found[]): ScanOutput {
  const values: string[] = [];
  let length = 0;
  const slice = (value: string): SecretSlice => {
    values.push(value);
    const at = { offset: length, length: value.length };
    length += value.length;
    return at;
  };
  const known = new Map<string, RawMatch['features']>();
  const shared = (features: RawMatch['features']): RawMatch['features'] => {
    const words = JSON.stringify(features);
    const before = known.get(words);
    if (before === undefined) known.set(words, features);
    return before ?? features;
  };
  const matches = found.map((one): RawMatch => ({
    ruleId: one.rule.id,
    origin,
    region: regionOf(one),
    role: isLog(origin) ? 'log' : one.role,
    secret: slice(one.value),
    ...spanOf(one),
    companions: one.companions === undefined || one.companions.length === 0 ? NO_COMPANIONS : one.companions.map(({ name, found: part }) => ({ name, secret: slice(part.value), region: regionOf(part), ...spanOf(part) })),
    confidence: isLog(origin) && one.features['mask'] !== undefined ? 'low' : one.confidence,
    ...(one.facts === undefined ? {} : { facts: one.facts }),
    entropyBits: one.entropyBits,
    features: shared(one.features),
    hosts: one.hosts.length === 0 ? NO_HOSTS : one.hosts,
    ...(one.plainHosts === undefined ? {} : { plainHosts: one.plainHosts }),
    contextHash: one.contextHash,
  }));
  const secrets = Buffer.from(new ArrayBuffer(length));
  let at = 0;
  // A character is a byte here.
  for (const value of values) at += secrets.write(value, at, 'latin1');
  return { matches, secrets: new Uint8Array(secrets.buffer) };
}

function spanOf(one: Found): Pick<RawMatch, 'span'> {
  return one.literal === true ? { span: { start: one.start, end: one.end } } : {};
}

function regionOf(one: Found): Region {
  return { startLine: one.line, startColumn: one.column, endLine: one.endLine, endColumn: one.endColumn };
}
