/** One clause of a standard that a check helps to hold, in our own words. */
export interface Clause {
  readonly document: keyof typeof DOCUMENTS;
  /** Its number there. */
  readonly clause: string;
  readonly says: string;
}

export const DOCUMENTS = {
  nist: { name: 'NIST SP 800-63B-4', url: 'https://pages.nist.gov/800-63-4/sp800-63b.html' },
  asvs: { name: 'OWASP ASVS 5.0.0', url: 'https://github.com/OWASP/ASVS/tree/v5.0.0/5.0/en' },
} as const;

const nist = (clause: string, says: string): Clause => ({ document: 'nist', clause, says });
const asvs = (clause: string, says: string): Clause => ({ document: 'asvs', clause, says });

const EXPIRY = [nist('4.4', 'authenticators may expire, and expired ones are not accepted'), asvs('13.3.4', 'secrets expire and are rotated')];
const NO_STATIC = asvs('13.2.1', 'between components: service accounts of their own, short-term tokens or certificates; no unchanging keys and no shared accounts');
const LEAST_PRIVILEGE = [asvs('13.2.2', 'accounts between components have the least privileges that they need'), asvs('13.3.2', 'access to secrets follows least privilege')];
const COMPROMISE = nist('4.3', 'what is lost, stolen or compromised is invalidated promptly');
const INVALIDATION = nist('4.5', 'what is not needed any more is invalidated promptly');
const ROTATION_PLAN = asvs('13.1.4', 'critical secrets and the schedule of their rotation are documented');

/**
 * By check id. Both documents speak of applications and their users; a scanner of tokens can show that a clause is broken, never that
 * it is held. NIST writes of people's authenticators and sessions: its clauses stand here where the same reason holds for tokens.
 */
export const CLAUSES: Readonly<Record<string, readonly Clause[]>> = {
  drifted: [ROTATION_PLAN, ...LEAST_PRIVILEGE],
  'expiring-soon': EXPIRY,
  'in-log': [asvs('16.2.5', 'credentials are not logged')],
  'in-url': [asvs('14.2.1', 'neither URL nor query string holds API keys or session tokens')],
  leaked: [COMPROMISE, asvs('13.3.1', 'secrets live in a secrets manager, not in source code and build artifacts')],
  'max-age': EXPIRY,
  'max-lifetime': [nist('5.1.2', 'an access token may outlive its session, and is no sign that its user is there'), nist('5.2', 'sessions end after a time that does not depend on their use'), ...EXPIRY],
  'no-expiry': EXPIRY,
  'over-scoped': LEAST_PRIVILEGE,
  'owner-required': [ROTATION_PLAN],
  'personal-in-automation': [NO_STATIC],
  'plaintext-transport': [asvs('12.3.1', 'all connections are encrypted, and do not fall back')],
  promoted: [asvs('13.3.2', 'access to secrets follows least privilege')],
  'recertify-every': [INVALIDATION, ROTATION_PLAN],
  'scope-creep': LEAST_PRIVILEGE,
  shared: [NO_STATIC],
  stale: [INVALIDATION, nist('5.2', 'sessions end after a time without activity')],
  'stale-owner': [INVALIDATION],
  'static-where-short-lived-exists': [NO_STATIC],
  undeclared: [ROTATION_PLAN],
  unused: [INVALIDATION],
  'unverified-too-long': [COMPROMISE],
  'used-after-leak': [COMPROMISE, nist('5.3', 'sessions are watched for signs of fraud')],
  'weak-jwt': [asvs('9.1.1', 'self-contained tokens are accepted by a signature or MAC that is checked'), asvs('9.1.2', 'only algorithms on an allow list, never "none"'), asvs('9.2.1', 'the validity time in the token is checked')],
};
