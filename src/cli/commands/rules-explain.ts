import { settingsOf } from '../settings-of.ts';
import type { ShellCommand } from '../command.ts';
import { usesColor } from '../io.ts';

export const command: ShellCommand = {
  name: 'rules explain',
  argument: '<id>',
  argumentHelp: 'id of a rule, as "rules list" shows it',
  summary: 'say what a rule finds and what to do about it',
  description: 'Shows what a token kind opens, how it is recognised and how it is revoked.',
  examples: ['tokenwarden rules explain github-pat-classic'],
  exitCodes: { 0: 'shown', 2: 'no such rule' },
  async run({ args, flags, io }) {
    const [id = ''] = args;
    const settings = await settingsOf('rules explain', { flags, io });
    const [{ ruleOf }, { readRules }, { explainRule }] = await Promise.all([import('../catalogue.ts'), import('../rules.ts'), import('../../report/index.ts')]);
    const rule = ruleOf(await readRules(settings), id);
    await io.stdout.write(explainRule(rule, { color: usesColor(io.env, io.stdout), width: io.stdout.columns ?? 100 }));
    return 0;
  },
};
