import { daysUntil, dayOf, endOfDay } from '../lib/day.ts';
import type { WaiverPolicy, WrittenWaiver } from './entry.ts';

/** What is wrong with a field of a waiver, and what to do. Never quotes a value: a secret may stand in the wrong place. */
export interface Complaint {
  /** As it is spelled in file and comment. */
  readonly field: string;
  readonly message: string;
  readonly hint: string;
}

const MAX_TEXT = 500;

/**
 * What every waiver must be, wherever it stands: somebody owns it, somebody else may have approved it, it says why, and it
 * ends in sight. Fields are as written; undefined ones are missing.
 */
export function complaintsAbout(waiver: Partial<WrittenWaiver>, policy: WaiverPolicy, now: Date): readonly Complaint[] {
  const { owner, reason, expires, requestedBy, approvedBy, kind } = waiver;
  const complaints: Complaint[] = [];
  const complain = (field: string, message: string, hint: string): void => void complaints.push({ field, message, hint });
  const latest = dayOf(now, policy.maxDays);

  if (owner === undefined) complain('owner', 'has no owner', 'say who answers for it: owner: NAME');
  if (reason === undefined) complain('reason', 'has no reason', 'say why it is acceptable: reason: "…"');
  if (expires === undefined) complain('expires', 'has no expiry', `say when it ends, at the latest ${latest}: expires: YYYY-MM-DD`);
  else if (endOfDay(expires) === undefined) complain('expires', 'expires on no day of the calendar', 'write the day as YYYY-MM-DD');
  else if (daysUntil(expires, now) > policy.maxDays) complain('expires', `expires in ${daysUntil(expires, now)} days, over the limit of ${policy.maxDays} (waivers.max-days)`, `choose ${latest} or earlier, and renew it then if it is still right`);

  const requester = requestedBy ?? owner;
  if (approvedBy !== undefined && requester !== undefined && isSamePerson(approvedBy, requester)) {
    complain('approved-by', 'is approved by its own requester', 'let somebody else approve it; without requested-by, the owner counts as the requester');
  }
  // A false positive may wait for its approval: until then it is a request.
  if (approvedBy === undefined && policy.requireApproval && kind !== 'false-positive') {
    complain('approved-by', 'has no approval, which waivers.require-approval demands', 'let somebody other than its requester put their name there: approved-by: NAME');
  }
  for (const [field, text] of Object.entries({ owner, reason, 'requested-by': requestedBy, 'approved-by': approvedBy })) {
    if (text !== undefined && text.length > MAX_TEXT) complain(field, `has more than ${MAX_TEXT} characters in \`${field}\``, 'shorten it, and link to the long story');
  }
  return complaints;
}

/** `Ana <ana@example.com>` and `ANA@example.com ` are one person. */
function isSamePerson(a: string, b: string): boolean {
  return identityOf(a) === identityOf(b);
}

function identityOf(name: string): string {
  const mail = /<([^<>]+@[^<>]+)>\s*$/.exec(name)?.[1] ?? name;
  return mail.normalize('NFKC').trim().replace(/^@/, '').replace(/\s+/g, ' ').toLowerCase();
}
