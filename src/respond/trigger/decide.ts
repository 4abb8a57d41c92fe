import { leavesAlive } from '../../model/index.ts';
import type { Action, Decision, ProtectEntry, RespondCondition, RespondPolicy, RespondRule, Severity } from '../../model/index.ts';
import { nameMatcher, pathMatcher } from '../../lib/glob.ts';

/** What is known of an action when nobody is asked. Absent: not known, which holds for neither true nor false. */
export interface Situation {
  readonly action: Action;
  /** The issuer of its kind. */
  readonly issuer: string;
  readonly severity: Severity;
  readonly leaked: boolean;
  readonly active: boolean;
  readonly public?: boolean | undefined;
}

/** Whether policy lets an action be taken without a person, now. Everything that speaks against it is told. */
export function decide(situation: Situation, policy: RespondPolicy, now: Date): Decision {
  const { action, issuer } = situation;
  const held: string[] = [];
  const rule = policy.rules.find(({ when, then }) => isAbout(then, action) && fits(when, situation));
  if (rule === undefined) held.push('no entry of respond.rules fits it');
  else held.push(...tooMuch(rule, action));
  if (!policy.issuers.some((pattern) => nameMatcher(pattern)(action.store) || nameMatcher(pattern)(issuer))) held.push(`respond.issuers does not name ${action.store}`);
  for (const [index, entry] of policy.protect.entries()) {
    if (isProtected(entry, situation)) held.push(`respond.protect[${index}] covers it${entry.reason === undefined ? '' : ` (${entry.reason})`}`);
  }
  if (action.environments === undefined) held.push('nobody looked in which environments it lies');
  const production = (action.environments ?? []).filter((name) => policy.production.some((pattern) => nameMatcher(pattern)(name)));
  if (production.length > 0) held.push(`it lies in ${production.join(', ')}, which is production`);
  const frozen = freezeAt(policy, now);
  if (frozen !== undefined) held.push(`there is a freeze until ${frozen.to} (${frozen.reason})`);
  if (action.through === 'id') held.push('nobody has its secret, so that it cannot be told from our own credentials');
  return held.length === 0 && rule !== undefined ? { automatic: true, rule: rule.name } : { automatic: false, held };
}

/** The freeze that an instant lies in. */
export function freezeAt({ freeze }: Pick<RespondPolicy, 'freeze'>, now: Date): RespondPolicy['freeze'][number] | undefined {
  const day = now.toISOString().slice(0, 10);
  return freeze.find(({ from, to }) => from <= day && day <= to);
}

/** Rules that end a token and rules that limit a living one do not speak of one another. */
function isAbout(then: RespondRule['then'], action: Action): boolean {
  return leavesAlive(action) ? then === action.kind : then === 'revoke' || then === 'deactivate';
}

function tooMuch({ name, then }: RespondRule, { kind }: Action): readonly string[] {
  const permitted = then === 'revoke' ? ['revoke', 'deactivate'] : [then];
  return permitted.includes(kind) ? [] : [`the rule "${name}" permits ${then}, and this would ${kind} it`];
}

function fits(when: RespondCondition, { action, issuer, severity, leaked, active, public: isPublic }: Situation): boolean {
  const says = (wanted: boolean | undefined, is: boolean | undefined): boolean => wanted === undefined || wanted === is;
  const named = (pattern: string | undefined, ...names: readonly string[]): boolean => pattern === undefined || names.some(nameMatcher(pattern));
  return (
    // Nothing is ever done about a token that nobody called active.
    active &&
    says(when.leaked, leaked) &&
    says(when.active, active) &&
    says(when.public, isPublic) &&
    named(when.rule, action.rule) &&
    named(when.issuer, issuer, action.store) &&
    named(when.environment, ...(action.environments?.length === 0 ? ['none'] : (action.environments ?? []))) &&
    (when.severity === undefined || when.severity === severity)
  );
}

/** Where a part of an entry asks for something that nobody knows, the entry holds: it protects. */
function isProtected(entry: ProtectEntry, { action, issuer }: Situation): boolean {
  const named = (pattern: string | undefined, names: readonly string[] | undefined): boolean => pattern === undefined || names === undefined || names.some(nameMatcher(pattern));
  const paths = action.places?.map((place) => place.replace(/:\d+$/, ''));
  return (
    named(entry.rule, [action.rule]) &&
    named(entry.issuer, [issuer, action.store]) &&
    named(entry.identity, action.identity === undefined ? undefined : [action.identity]) &&
    (entry.path === undefined || paths === undefined || paths.some(pathMatcher(entry.path))) &&
    named(entry.environment, action.environments?.length === 0 ? ['none'] : action.environments) &&
    named(entry.owner, action.owners) &&
    (entry.fingerprint === undefined || entry.fingerprint === action.fingerprint)
  );
}
