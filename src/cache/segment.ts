import type { StoredMatch } from '../model/index.ts';
import { seal, unseal } from './sealed.ts';
import { Table, WIDTHS, type Kind } from './table.ts';

/** One file of the cache: a table, what it is about, and the rules that its things were scanned with. */
export interface Segment {
  /** What else must be the same for the table to hold; see `scopeName`. */
  readonly about: string;
  /** `RuleSet.id` */
  readonly rules: string;
  readonly table: Table;
}

const MAGIC = 'twcache1';
/** So that numbers stand at multiples of eight, with the magic and their length before the head. */
const BEFORE_HEAD = 4;

interface Head {
  readonly about: string;
  readonly rules: string;
  readonly kind: Kind;
  readonly count: number;
  readonly matchBytes: number;
}

/** Magic, length of the head, head (JSON, padded to 8), rows, states, matches (JSON), HMAC-SHA-256 over all of it. */
export function writeSegment({ about, rules, table }: Segment, key: Uint8Array): Buffer {
  const matches = Buffer.from(JSON.stringify([...table.matches]));
  const head: Head = { about, rules, kind: table.kind, count: table.length, matchBytes: matches.length };
  const text = JSON.stringify(head);
  const padded = Buffer.from(text.padEnd(Math.ceil((Buffer.byteLength(text) + 4) / 8) * 8 - 4));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(padded.length);
  const { buffer, byteOffset, byteLength } = table.rows;
  return seal(MAGIC, [length, padded, Buffer.from(buffer, byteOffset, byteLength), table.states, matches], key);
}

/** The segment again; undefined for anything that was not written with this key, byte for byte. Never throws. */
export function readSegment(file: Buffer, key: Uint8Array): Segment | undefined {
  const body = unseal(MAGIC, file, key);
  try {
    return body === undefined ? undefined : parse(body);
  } catch {
    // Written with our key by another version of this code.
    return undefined;
  }
}

function parse(body: Buffer): Segment | undefined {
  const start = BEFORE_HEAD;
  const rowsAt = start + body.readUInt32LE(0);
  const { about, rules, kind, count, matchBytes } = JSON.parse(body.toString('utf8', start, rowsAt)) as Head;
  const rowBytes = count * WIDTHS[kind] * (kind === 'files' ? 8 : 4);
  const statesAt = rowsAt + rowBytes;
  const matchesAt = statesAt + count;
  if (matchesAt + matchBytes !== body.length) return undefined;
  const rows = body.buffer.slice(body.byteOffset + rowsAt, body.byteOffset + statesAt) as ArrayBuffer;
  const matches = (JSON.parse(body.toString('utf8', matchesAt)) as [number, readonly StoredMatch[]][]).map(([index, list]) => [index, list.map(revive)] as const);
  return { about, rules, table: new Table(kind, kind === 'files' ? new Float64Array(rows) : new Uint32Array(rows), Uint8Array.from(body.subarray(statesAt, matchesAt)), new Map(matches)) };
}

/** JSON has no dates. */
function revive(match: StoredMatch): StoredMatch {
  const { facts } = match;
  if (facts === undefined) return match;
  const { issuedAt, expiresAt } = facts;
  return {
    ...match,
    facts: {
      ...facts,
      ...(issuedAt === undefined ? {} : { issuedAt: new Date(issuedAt) }),
      ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === 'never' ? expiresAt : new Date(expiresAt) }),
    },
  };
}
