import type { IdleWaiver, Waiver } from '../../model/index.ts';

const KINDS = { waiver: '', baseline: 'baseline', 'false-positive': 'false positive' } as const;

/** Who answers for it until when, and why. */
export function waiverLine({ owner, expires, reason, kind, source, approvedBy }: Waiver): string {
  const more = [KINDS[kind ?? 'waiver'], source === 'inline' ? 'by a comment' : '', approvedBy === undefined ? '' : `approved by ${approvedBy}`].filter((part) => part !== '');
  return `${owner} until ${expires}: ${reason}${more.length === 0 ? '' : ` (${more.join(', ')})`}`;
}

const STATES: Readonly<Record<IdleWaiver['state'], string>> = { requested: 'requested, does not count', expired: 'expired', void: 'void', partial: 'incomplete' };

/** A waiver that names the finding and does not hold: what it lacks stands first. */
export function idleWaiverLine(idle: IdleWaiver): string {
  return `${STATES[idle.state]}: ${idle.why}. ${waiverLine(idle)}`;
}
