import { refuseSecrets } from '../assemble/index.ts';
import { printable } from '../lib/printable.ts';
import { signPlan } from '../respond/approval/index.ts';
import { describePlan, requireFresh } from '../respond/plan/index.ts';
import { settingsOf } from './settings-of.ts';
import { appendApproval, approvalsPath } from './approval-file.ts';
import type { Call } from './command.ts';
import { usesColor } from './io.ts';
import { readKeyFile } from './key-file.ts';
import { readPlanFile } from './plan-file.ts';
import { readRules } from './rules.ts';

/** `plan approve PLAN`: shows what is signed, then signs it. */
export async function runPlanApprove({ args, flags, io }: Call): Promise<number> {
  const [name = ''] = args;
  const settings = await settingsOf('plan approve', { flags, io });
  const { because, asRequester, key } = settings.values;
  const path = approvalsPath(name, settings, io);
  const plan = await readPlanFile(name, io);
  requireFresh(plan, io.now());
  if (because !== undefined) await refuseSecrets([because], await readRules(settings));
  const approval = signPlan(plan, { role: asRequester ? 'request' : 'approve', key: await readKeyFile(key), policy: settings.respond, now: io.now(), ...(because === undefined ? {} : { reason: because }) });
  await io.stdout.write(describePlan(plan, { color: usesColor(io.env, io.stdout), now: io.now() }));
  await appendApproval(path, approval);
  await io.stdout.write(`\n${asRequester ? 'requested' : 'approved'} by ${printable(approval.by)}, counts until ${approval.until}; written to ${printable(path)}\n`);
  return 0;
}
