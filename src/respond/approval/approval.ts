import { WardenError } from '../../model/index.ts';
import type { Approval, ApprovalRole, Person, Plan, RespondPolicy } from '../../model/index.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { instant, matching, object, oneOf, text } from '../plan/shape.ts';
import { isSignedBy } from './keys.ts';
import type { SigningKey } from './keys.ts';

const MAX_CHARACTERS = 1 << 20;

const APPROVAL = object(
  {
    schemaVersion: oneOf(1),
    role: oneOf('request', 'approve', 'break-glass'),
    plan: matching(/^[0-9a-f]{64}$/, 'a SHA-256 digest'),
    by: text,
    at: instant,
    until: instant,
    signature: matching(/^[A-Za-z0-9+/]{86}==$/, 'an Ed25519 signature'),
  },
  { reason: text },
);

export interface ApprovalWish {
  readonly role: ApprovalRole;
  readonly key: SigningKey;
  readonly policy: RespondPolicy;
  readonly now: Date;
  readonly reason?: string;
}

/**
 * Signs a plan. It counts as long as policy says, and no longer than the plan. Throws `KEY_UNKNOWN` if policy lists no such key,
 * `PLAN_SELF_APPROVED` if the requester approves, `PLAN_UNAPPROVED` if the plan names no requester.
 */
export function signPlan(plan: Plan, { role, key, policy, now, reason }: ApprovalWish): Approval {
  const person = policy.people.find((one) => one.key === key.publicKey);
  if (person === undefined) throw new WardenError('KEY_UNKNOWN', 'respond.people of the configuration does not list this key', { hint: `its public half is ${key.publicKey}` });
  if (role === 'approve' && plan.requestedBy === undefined) throw requesterUnknown();
  if (role === 'approve' && isRequester(person, plan)) throw selfApproved(person, plan);
  const unsigned = {
    schemaVersion: 1,
    role,
    plan: plan.digest,
    by: person.name,
    at: now.toISOString(),
    until: new Date(Math.min(now.getTime() + policy.validForMs, Date.parse(plan.expiresAt))).toISOString(),
    ...(reason === undefined ? {} : { reason }),
  } as const;
  return { ...unsigned, signature: key.sign(signedBytes(unsigned)) };
}

/** Whether the signature is that of the person who it says it is. */
export function isGenuine(approval: Approval, person: Person): boolean {
  return approval.by === person.name && isSignedBy(person.key, signedBytes(approval), approval.signature);
}

/** What is signed: a word that no other program signs, and everything but the signature. */
function signedBytes(approval: Omit<Approval, 'signature'>): Uint8Array {
  const { signature: _, ...rest } = approval as Approval;
  return Buffer.from(`tokenwarden approval v1\n${canonicalJson(rest)}`, 'utf8');
}

/** Whether a person is the one who had the plan made, by any name. Case does not count: logins are the same in any. */
export function isRequester({ name, logins }: Person, { requestedBy }: Plan): boolean {
  return requestedBy !== undefined && [name, ...logins].some((one) => one.toLowerCase() === requestedBy.toLowerCase());
}

export function selfApproved({ name }: Person, { requestedBy }: Plan): WardenError {
  return new WardenError('PLAN_SELF_APPROVED', `the plan was requested by ${requestedBy ?? ''}, and ${name} is the same person`, { hint: 'somebody else has to approve it; in an emergency a listed responder can use apply --break-glass' });
}

/** Without a name nobody can be told from the requester. */
export function requesterUnknown(): WardenError {
  return new WardenError('PLAN_UNAPPROVED', 'the plan does not say who requested it, so that nobody can be told from its requester', { hint: 'Nothing was done. Make a new plan with "tokenwarden audit --plan FILE".' });
}

/** Reads the approvals of a file, one a line. Throws `APPROVAL_INVALID` with the line. */
export function readApprovals(file: string): readonly Approval[] {
  if (file.length > MAX_CHARACTERS) throw invalid('the file is too big to hold approvals');
  return file.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw invalid(`line ${index + 1} is not JSON`);
    }
    const problem = APPROVAL(value, `line ${index + 1}`);
    if (problem !== undefined) throw invalid(problem);
    return [value as Approval];
  });
}

/** The line of an approval. */
export function writeApproval(approval: Approval): string {
  return `${canonicalJson(approval)}\n`;
}

function invalid(message: string): WardenError {
  return new WardenError('APPROVAL_INVALID', message, { hint: 'approvals are written by "tokenwarden plan approve PLAN"' });
}
