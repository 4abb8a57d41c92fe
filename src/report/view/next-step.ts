import type { NotAttemptedWhy } from '../../model/index.ts';
import type { Told } from './told.ts';

/** How to get an answer next time, where something can be done about it. */
const TO_ASK: Readonly<Partial<Record<NotAttemptedWhy, string>>> = {
  'host-not-known': 'To have it asked, name its store under `stores:` in tokenwarden.yml.',
  'no-client-credentials': 'To have it asked, set the environment variables that its store names.',
  'no-verify': 'To have its issuer asked, run `tokenwarden audit`.',
  'not-allowed': 'To have it asked, add its issuer to verify.allow.',
  'missing-companion': 'To have it asked, the other part must be in what is scanned.',
  interrupted: 'Run again with a longer --timeout to have it asked.',
};

/** Where the credential itself says something, its word stands in front; it is never taken for the issuer's. */
const OFFLINE: Readonly<Partial<Record<NotAttemptedWhy, string>>> = {
  'expired-offline': 'It says of itself that it has expired: remove it, and check that whoever accepts it refuses expired ones.',
  canary: 'A decoy that alerts whoever planted it when it is used: find out who did, and do not use it.',
  'test-mode': 'A test-mode credential: it should reach no real data; remove it all the same.',
};

/** What the reader should do now, first things first. */
export function nextStepOf(finding: Told, { nobodyAsked = false }: { readonly nobodyAsked?: boolean } = {}): string {
  const { introspection, credential } = finding;
  const byHand = credential.rule.revokeByHand;
  if (finding.removed === true && introspection.status !== 'inactive') return `${introspection.status === 'active' ? 'Removed, still live: revoke first' : 'Removed, and the history still holds it: revoke it first'}; once it is proved dead the same run passes, and no history needs to be rewritten. ${byHand}`;
  switch (introspection.status) {
    case 'active':
      return finding.verdicts.some(({ verdict }) => verdict.status === 'violation')
        ? `Revoke it, then put a fresh one where it belongs. ${byHand}`
        : `It lives where policy allows it; nothing to do. To end it: ${byHand}`;
    case 'inactive':
      return 'Already dead: nothing to revoke. Remove it so that nobody copies it or the habit.';
    case 'unknown':
      return `Treat it as live: revoke it, or run again when the issuer answers. ${byHand}`;
    case 'notAttempted':
      if (introspection.why === 'name-only') return finding.verdicts.flatMap(({ verdict }) => (verdict.status === 'violation' ? [verdict.remedy] : []))[0] ?? byHand;
      if (nobodyAsked && introspection.why === 'no-verify') return `Treat it as live. ${byHand}`;
      return [OFFLINE[introspection.why] ?? 'Treat it as live until its issuer says otherwise.', byHand, TO_ASK[introspection.why]].filter((part) => part !== undefined).join(' ');
  }
}
