import { WardenError } from '../../model/index.ts';
import type { Approval, Person, Plan, RespondPolicy } from '../../model/index.ts';
import { formatInstant } from '../../lib/instant.ts';
import type { Authority } from '../apply/types.ts';
import { isGenuine, isRequester, requesterUnknown } from './approval.ts';

/** Clocks of approvers may be this much ahead. */
const SKEW_MS = 5 * 60_000;

type Judged = { readonly counts: true; readonly person: Person; readonly approval: Approval } | { readonly counts: false; readonly code: string; readonly why: string };

/**
 * On whose word a plan may be applied now. Throws `PLAN_SELF_APPROVED`, `APPROVAL_FORGED`, `APPROVAL_STALE`, `APPROVAL_OTHER_PLAN` or
 * `PLAN_UNAPPROVED` with what is missing; nothing was sent then. Approvals that do not count are told even where others do.
 */
export function requireApproved(plan: Plan, approvals: readonly Approval[], policy: RespondPolicy, now: Date, glass?: Approval): { readonly authority: Authority; readonly ignored: readonly string[] } {
  // What breaks the glass counts only where whoever applies says so now, never because it lies in a file.
  const judged = approvals.filter(({ role }) => role !== 'break-glass').map((approval) => judge(approval, plan, policy, now));
  const counting = judged.flatMap((one) => (one.counts ? [one] : []));
  const ignored = judged.flatMap((one) => (one.counts ? [] : [one.why]));
  if (glass !== undefined) {
    const broken = judge(glass, plan, policy, now);
    if (!broken.counts || glass.role !== 'break-glass') throw new WardenError('BREAK_GLASS_REFUSED', broken.counts ? 'the signature does not break the glass' : broken.why, { hint: 'Nothing was done. Only people with responder: true in respond.people can apply alone.' });
    return { authority: { kind: 'break-glass', by: [broken.person.name], reason: glass.reason ?? '', signed: [glass] }, ignored };
  }

  if (plan.requestedBy === undefined && (policy.required > 0 || policy.fourEyes)) throw requesterUnknown();
  const approvers = new Set(counting.filter(({ approval, person }) => approval.role === 'approve' && !isRequester(person, plan)).map(({ person }) => person.name));
  const requester = counting.find(({ approval }) => approval.role === 'request')?.person.name;
  // A requester's name in a plan is a claim; only who signed is known. So somebody who asked for it and approved it is one person.
  if (requester !== undefined) approvers.delete(requester);
  const missing: string[] = [];
  if (approvers.size < policy.required) missing.push(`${policy.required} ${policy.required === 1 ? 'approval' : 'approvals'} by other people than the requester, and there ${approvers.size === 1 ? 'is' : 'are'} ${approvers.size}`);
  const signers = new Set([...approvers, ...(requester === undefined ? [] : [requester])]);
  if (policy.fourEyes && signers.size < 2) missing.push('two different people who signed (the requester with --request and somebody else, or two others)');
  if (missing.length === 0) return { authority: { kind: policy.required === 0 && approvers.size === 0 ? 'person' : 'approved', by: [...approvers], signed: counting.map(({ approval }) => approval) }, ignored };

  const [only] = judged.flatMap((one) => (one.counts ? [] : [one.code]));
  throw new WardenError(only ?? 'PLAN_UNAPPROVED', `policy wants ${missing.join(', and ')}${ignored.length === 0 ? '' : `; not counted: ${ignored.join('; ')}`}`, {
    hint: 'Nothing was done. "tokenwarden plan approve PLAN --key FILE" signs it; in an emergency a listed responder can use apply --break-glass.',
  });
}

function judge(approval: Approval, plan: Plan, policy: RespondPolicy, now: Date): Judged {
  const no = (code: string, why: string): Judged => ({ counts: false, code, why: `the signature of ${approval.by} ${why}` });
  const person = policy.people.find(({ name }) => name === approval.by);
  if (person === undefined) return no('APPROVAL_FORGED', 'is of nobody that respond.people lists');
  if (!isGenuine(approval, person)) return no('APPROVAL_FORGED', 'is not theirs, or what they signed was changed');
  if (approval.plan !== plan.digest) return no('APPROVAL_OTHER_PLAN', `is for another plan (${approval.plan.slice(0, 16)})`);
  const [at, until] = [Date.parse(approval.at), Date.parse(approval.until)];
  if (at > now.getTime() + SKEW_MS) return no('APPROVAL_STALE', `is from the future (${approval.at})`);
  if (at < Date.parse(plan.createdAt) - SKEW_MS) return no('APPROVAL_STALE', 'is older than the plan');
  // Policy may have been shortened since.
  const end = Math.min(until, at + policy.validForMs);
  if (now.getTime() >= end) return no('APPROVAL_STALE', `counted until ${formatInstant(new Date(end))}`);
  if (approval.role === 'approve' && isRequester(person, plan)) return no('PLAN_SELF_APPROVED', 'is the requester\'s own');
  if (approval.role === 'break-glass' && !person.responder) return no('APPROVAL_FORGED', 'breaks the glass, and policy does not list them as a responder');
  if (approval.role === 'break-glass' && (approval.reason ?? '').trim() === '') return no('APPROVAL_FORGED', 'breaks the glass without a reason');
  return { counts: true, person, approval };
}
