import type { Finding, Introspection } from '../../../src/model/index.ts';
import type { WaiverEntry } from '../../../src/waivers/index.ts';
import { credentialOf } from '../policy/record.ts';

export const NOW = new Date('2026-11-22T12:00:00Z');
export const POLICY = { maxDays: 365, requireApproval: false };

/** 32 hex digits that differ early and late. */
export function fingerprintOf(number: number): string {
  return `tw1:${(((number + 1) * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}${number.toString(16).padStart(24, '0')}`;
}

export interface Known {
  readonly introspection?: { readonly status: string; readonly why?: string; readonly scopes?: readonly string[] };
  readonly violations?: readonly string[];
  readonly lastKnown?: 'active' | 'inactive';
}

/** A failing finding, of which so much is known. */
export function findingOf({ introspection = { status: 'notAttempted', why: 'no-verify' }, violations = [], lastKnown }: Known = {}, fingerprint = fingerprintOf(1)): Finding {
  const { status, why, scopes } = introspection;
  return {
    id: '0123456789abcdef0123',
    credential: credentialOf({}, 'exa_value', fingerprint),
    introspection: { status, ...(why === undefined ? {} : { why, detail: '' }), ...(status === 'active' ? { facts: scopes === undefined ? {} : { scopes } } : {}), ...(status === 'inactive' ? { reason: 'revoked' } : {}), at: NOW, method: 'test' } as Introspection,
    verdicts: violations.map((check) => ({ check, verdict: { status: 'violation', evidence: 'it does', remedy: 'mend it' } })),
    severity: 'high',
    ruleId: 'example-token',
    ...(lastKnown === undefined ? {} : { lastKnown: { status: lastKnown, violating: true, at: new Date('2026-11-01T00:00:00Z') } }),
    failing: true,
  };
}

export function entryOf(more: Partial<WaiverEntry> = {}): WaiverEntry {
  return { fingerprint: fingerprintOf(1), rule: 'example-token', kind: 'waiver', owner: 'ana@example.com', reason: 'a test account', expires: '2027-01-31', ...more };
}
