import type { Rule, Sample } from '../../model/index.ts';
import { printable } from '../../lib/printable.ts';
import { settingsOf } from '../settings-of.ts';
import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'rules test',
  argument: '[id]',
  argumentHelp: 'id of a rule (default: all)',
  summary: 'prove the rules against their examples and near misses',
  description:
    'Writes out every example and near miss of the rules, those of the configuration included (tokens made up from a seed), and checks that the examples are found, whole and as what they are, and the near misses are not: by a slow and obvious matcher, and by the engine of a scan. Says why one fails, and where the two differ.',
  examples: ['tokenwarden rules test', 'tokenwarden rules test github-pat-classic', 'tokenwarden rules test --config rules.yml acme-token'],
  exitCodes: { 0: 'every rule does what it says', 1: 'some rule does not', 2: 'no such rule, or the configuration is wrong' },
  async run({ args, flags, io }) {
    const settings = await settingsOf('rules test', { flags, io });
    const [{ ruleOf }, { readRules }, { SampleJudge }, { engineFinds }] = await Promise.all([import('../catalogue.ts'), import('../rules.ts'), import('../../rules/index.ts'), import('../../assemble/index.ts')]);
    const catalogue = await readRules(settings);
    const rules = args[0] === undefined ? catalogue.rules : [ruleOf(catalogue, args[0])];
    const judge = new SampleJudge(catalogue.rules);
    const failures: string[] = [];
    let samples = 0;
    const prove = async (rule: Rule, sample: Sample, name: string, wanted: boolean): Promise<void> => {
      samples += 1;
      const { found, why, text, token } = judge.judge(rule, sample);
      const shown = `${rule.id}: ${name} (${recipeOf(sample)})`;
      if (found !== wanted) failures.push(wanted ? `${shown} is not found: ${why}` : `${shown} is found ${why}, although ${printable(sample.why ?? 'it must not be')}`);
      // The engine drops parts that are no findings, so that it cannot be asked about them.
      if (rule.companionOnly) return;
      const seen = (await engineFinds(text, catalogue)).some((one) => one.rule === rule.id && one.value === token);
      if (seen !== found) failures.push(`${shown}: the engine ${seen ? 'finds it, the reference matcher does not' : 'does not find it, the reference matcher does: see whether an anchor of the rule stands in it or near enough (window-before, window-after)'}`);
    };
    for (const rule of rules) {
      for (const [index, sample] of rule.examples.entries()) await prove(rule, sample, `example ${index + 1}`, true);
      for (const [index, sample] of rule.nearMisses.entries()) await prove(rule, sample, `near miss ${index + 1}`, false);
    }
    const without = rules.filter((rule) => catalogue.changes?.added.includes(rule) === true && rule.examples.length === 0).map(({ id }) => `${id}: has no examples, so that nothing is proven of it`);
    await io.stdout.write([...failures, ...without, `${rules.length} rules, ${samples} samples: ${failures.length === 0 ? 'all as they should be' : `${failures.length} wrong`}`, ''].join('\n'));
    return failures.length === 0 ? 0 : 1;
  },
};

/** The recipe, which is no token, as far as it is short. */
function recipeOf({ recipe, seed }: Sample): string {
  const text = printable(recipe.replace(/\n/g, ' '));
  return `${text.length > 60 ? `${text.slice(0, 59)}…` : text}, seed ${seed}`;
}
