import type { AuditOutcome } from '../audit.ts';
import type { Issuers } from '../assemble/index.ts';
import { makePlan, writePlan } from '../respond/plan/index.ts';
import { VERSION } from './version.ts';

/** The response plan of a run, as the text of its file. Holds no secret. */
export function planText({ result, readAgain }: AuditOutcome, issuers: Issuers | undefined, now: Date): string {
  const plan = makePlan({
    findings: result.findings,
    revocable({ credential }) {
      if (issuers === undefined) return { manual: 'no issuer was asked in this run' };
      const revocation = issuers.revocation(credential);
      return revocation.possible ? revocation : { manual: revocation.why };
    },
    readAgain: (origin) => readAgain.get(origin),
    revokeFor: ['leaked', 'recertify-every'],
    now,
    tool: `tokenwarden ${VERSION}`,
  });
  return writePlan(plan);
}
