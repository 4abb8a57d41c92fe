import type { NotAttemptedWhy, UnknownWhy } from '../../model/index.ts';
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

/** The nearest thing that would get an answer, by why there was none. */
const TO_BE_ANSWERED: Readonly<Record<UnknownWhy, string>> = {
  timeout: 'To get an answer: check that the host can be reached from here (HTTPS_PROXY, NO_PROXY, firewall), and run again.',
  network: 'To get an answer: check the host and port of its store and that it can be reached from here (HTTPS_PROXY, NO_PROXY, firewall), and run again.',
  throttled: 'To get an answer: run again later, and lower requests-per-second of its store if that happens often.',
  'server-error': 'To get an answer: run again when the issuer is well.',
  malformed: 'To get an answer: check that the url of its store is the API of that type, and that no login page or filtering proxy stands in front of it.',
  'unexpected-status': 'To get an answer: check that the url of its store is the API of that type, and that no login page or filtering proxy stands in front of it.',
  'refused-address': 'To get an answer: give its store an https address, and allow-private: true if it is on a private network on purpose.',
  redirect: 'To get an answer: give its store the address that it redirects to, if that is the right one.',
  tls: 'To get an answer: name the file of your own certificate authority in NODE_EXTRA_CA_CERTS, if its certificate comes from one; a wrong name, an expired certificate or an old protocol is to be mended at the server.',
  'too-large': 'To get an answer: check that the url of its store is the API of that type.',
  'own-credentials': 'To get an answer: check the credentials of our own that auth: of its store names, and what they may do.',
  ambiguous: 'To get an answer: ask with credentials of our own that may see it (auth: of its store), or look it up at the issuer.',
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
      return `Treat it as live: revoke it, or run again when the issuer answers. ${byHand} ${TO_BE_ANSWERED[introspection.why]}`;
    case 'notAttempted':
      if (introspection.why === 'name-only') return finding.verdicts.flatMap(({ verdict }) => (verdict.status === 'violation' ? [verdict.remedy] : []))[0] ?? byHand;
      if (nobodyAsked && introspection.why === 'no-verify') return `Treat it as live. ${byHand}`;
      return [OFFLINE[introspection.why] ?? 'Treat it as live until its issuer says otherwise.', byHand, TO_ASK[introspection.why]].filter((part) => part !== undefined).join(' ');
  }
}
