import type { AuditResult } from '../../model/index.ts';
import { amount, thousands } from './amount.ts';

/** What came of asking issuers: one line, and one more for each host that stayed silent. */
export interface VerificationView {
  readonly line: string;
  /** The part of it that does not count credentials. */
  readonly asked: string;
  readonly outages: readonly string[];
}

export function verificationOf({ run, verification }: Pick<AuditResult, 'run' | 'verification'>): VerificationView {
  if (run.command === 'scan') {
    const line = 'no issuer asked: `scan` never does, `tokenwarden audit` would';
    return { line, asked: line, outages: [] };
  }
  const { active, inactive, unknown, notAttempted } = verification;
  const requests = Object.values(verification.requests).reduce((sum, count) => sum + count, 0);
  const asked = requests === 0 ? 'no request sent' : `${amount(requests, 'request')} to ${amount(Object.keys(verification.requests).length, 'host')}`;
  return {
    line: `${thousands(active)} active, ${thousands(inactive)} inactive, ${thousands(unknown)} unknown, ${thousands(notAttempted)} not asked; ${asked}`,
    asked,
    outages: verification.outages.map(({ host, why, credentials }) => `${host} gave no answer: ${why}; ${amount(credentials, 'credential')} left unknown`),
  };
}
