import { createHash } from 'node:crypto';
import type { AuditRecord } from '../../model/index.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { clip } from '../../lib/columns.ts';

/** `prev` of the first line. */
export const GENESIS = '0'.repeat(64);

/** Bytes of a line at most; details are clipped long before. */
export const MAX_LINE_BYTES = 1 << 20;

/** SHA-256 hex of a line's bytes, its newline left out. */
export function hashOf(line: Uint8Array): string {
  return createHash('sha256').update(line).digest('hex');
}

/** The line of a record, newline included: canonical JSON, so that a changed byte is a changed line. */
export function encode(record: AuditRecord): Uint8Array {
  return Buffer.from(`${canonicalJson(record)}\n`, 'utf8');
}

/** The record of a line without its newline, or why it is none. A line that `encode` would not have written is none. */
export function decode(line: Uint8Array): AuditRecord | { readonly problem: string } {
  const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'is not JSON' };
  }
  if (!isRecord(value)) return { problem: 'is not a ledger record' };
  return `${canonicalJson(value)}` === text ? value : { problem: 'is not written as the ledger writes' };
}

function isRecord(value: unknown): value is AuditRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { seq, prev, at, run, actor, event, fingerprint, detail } = value as Readonly<Record<string, unknown>>;
  return (
    Number.isSafeInteger(seq) &&
    typeof prev === 'string' &&
    /^[0-9a-f]{64}$/.test(prev) &&
    [at, run, actor, event].every((text) => typeof text === 'string') &&
    (fingerprint === undefined || typeof fingerprint === 'string') &&
    typeof detail === 'object' &&
    detail !== null &&
    !Array.isArray(detail)
  );
}

const MAX_TEXT = 1000;
const MAX_ITEMS = 100;
const MAX_DEPTH = 6;

/** A detail with its texts, lists and depth bounded: what a hostile issuer says must not make the ledger grow without end. */
export function bounded(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return clip(value, MAX_TEXT);
  if (typeof value !== 'object' || value === null) return value;
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === 'function') return bounded(toJSON.call(value), depth);
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ITEMS).map((item: unknown) => bounded(item, depth + 1));
    return value.length > MAX_ITEMS ? [...shown, `… and ${value.length - MAX_ITEMS} more`] : shown;
  }
  return Object.fromEntries(Object.entries(value).slice(0, MAX_ITEMS).map(([key, member]) => [clip(key, MAX_TEXT), bounded(member, depth + 1)]));
}
