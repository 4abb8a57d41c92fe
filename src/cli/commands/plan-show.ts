import type { ShellCommand } from '../command.ts';
import { usesColor } from '../io.ts';

export const command: ShellCommand = {
  name: 'plan show',
  argument: '<plan>',
  argumentHelp: 'a plan that "audit --plan FILE" wrote; - is standard input',
  summary: 'show what a plan would do, to whom and why',
  description: 'Shows each action of a plan: what would be revoked where, why, as whom it acts, when it was last used, whether it can be undone; and the steps that only a person can take. Touches no network.',
  examples: ['tokenwarden plan show plan.json'],
  exitCodes: { 0: 'shown', 2: 'no such plan, or it was changed after it was made' },
  async run({ args, io }) {
    const [{ readPlanFile }, { describePlan }] = await Promise.all([import('../plan-file.ts'), import('../../respond/plan/index.ts')]);
    const plan = await readPlanFile(args[0] ?? '', io);
    await io.stdout.write(describePlan(plan, { color: usesColor(io.env, io.stdout), now: io.now() }));
    return 0;
  },
};
