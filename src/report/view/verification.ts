import type { AuditResult, Finding } from '../../model/index.ts';
import { amount, thousands } from './amount.ts';

/** What came of asking issuers: one line, and one more for each host without a usable answer. */
export interface VerificationView {
  readonly line: string;
  /** The part of it that does not count credentials. */
  readonly asked: string;
  readonly outages: readonly string[];
}

/** Whether the run asked nobody about anything, so that saying so at each finding would only be noise. */
export function nobodyAsked({ findings }: Pick<AuditResult, 'findings'>): boolean {
  return findings.every(({ introspection }) => introspection.status === 'notAttempted' && introspection.why === 'no-verify');
}

/** Whether the reader may not know what an issuer said; see `redact/withheld.ts`. */
export function isWithheld({ introspection }: Pick<Finding, 'introspection'>): boolean {
  return introspection.status === 'notAttempted' && introspection.why === 'withheld';
}

export function verificationOf({ run, verification, findings }: Pick<AuditResult, 'run' | 'verification' | 'findings'>): VerificationView {
  if (run.command === 'scan') {
    const line = 'no issuer asked: `scan` never does, `tokenwarden audit` would';
    return { line, asked: line, outages: [] };
  }
  if (findings.length > 0 && nobodyAsked({ findings })) {
    const line = 'no issuer asked: --no-verify; without it this command asks';
    return { line, asked: line, outages: [] };
  }
  if (findings.some(isWithheld)) {
    const line = 'what they answered, if they were asked, is not for the public';
    return { line, asked: line, outages: [] };
  }
  const { active, inactive, unknown, notAttempted } = verification;
  const requests = Object.values(verification.requests).reduce((sum, count) => sum + count, 0);
  const kept = findings.filter(({ introspection: { status, at } }) => (status === 'active' || status === 'inactive') && at < run.startedAt).length;
  const again = kept === 0 ? '' : `; ${amount(kept, 'answer')} of shortly before used again`;
  const asked = `${requests === 0 ? 'no request sent' : `${amount(requests, 'request')} to ${amount(Object.keys(verification.requests).length, 'host')}`}${again}`;
  return {
    line: `${thousands(active)} active, ${thousands(inactive)} inactive, ${thousands(unknown)} unknown, ${thousands(notAttempted)} not asked; ${asked}`,
    asked,
    outages: verification.outages.map(({ host, why, credentials }) => `${host} gave no usable answer: ${why}; ${amount(credentials, 'credential')} left unknown`),
  };
}
