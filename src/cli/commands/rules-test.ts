import type { Rule, Sample } from '../../model/index.ts';
import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'rules test',
  argument: '[id]',
  argumentHelp: 'id of a rule (default: all)',
  summary: 'prove the rules against their examples and near misses',
  description: 'Writes out every example and near miss of the catalogue (tokens made up from a seed) and checks that the examples are found, whole and as what they are, and the near misses are not.',
  examples: ['tokenwarden rules test', 'tokenwarden rules test github-pat-classic'],
  exitCodes: { 0: 'every rule does what it says', 1: 'some rule does not', 2: 'no such rule' },
  async run({ args, io }) {
    const [{ readCatalogue, ruleOf }, { compileRule, matchOne, resolveOverlaps, sampleOf }] = await Promise.all([import('../catalogue.ts'), import('../../rules/index.ts')]);
    const catalogue = await readCatalogue();
    const rules = args[0] === undefined ? catalogue.rules : [ruleOf(catalogue, args[0])];
    const compiled = catalogue.rules.map((rule) => ({ rule: compileRule(rule), anchors: rule.anchors.map((anchor) => anchor.toLowerCase()) }));
    const failures: string[] = [];
    let samples = 0;
    const finds = (rule: Rule, sample: Sample): boolean => {
      samples += 1;
      const { text, start, token } = sampleOf(rule.id, sample);
      const latin1 = Buffer.from(text, 'utf8').toString('latin1');
      const folded = latin1.toLowerCase();
      const from = Buffer.byteLength(text.slice(0, start));
      const end = from + Buffer.byteLength(token);
      const candidates = compiled.filter(({ anchors }) => anchors.some((anchor) => folded.includes(anchor)));
      const matches = resolveOverlaps(candidates.flatMap((one) => matchOne(one.rule, latin1)));
      return matches.some((match) => match.rule.id === rule.id && match.start === from && match.end === end);
    };
    for (const rule of rules) {
      for (const [index, sample] of rule.examples.entries()) if (!finds(rule, sample)) failures.push(`${rule.id}: example ${index + 1} is not found`);
      for (const [index, sample] of rule.nearMisses.entries()) if (finds(rule, sample)) failures.push(`${rule.id}: near miss ${index + 1} is found, although ${sample.why ?? 'it must not be'}`);
    }
    await io.stdout.write([...failures, `${rules.length} rules, ${samples} samples: ${failures.length === 0 ? 'all as they should be' : `${failures.length} wrong`}`, ''].join('\n'));
    return failures.length === 0 ? 0 : 1;
  },
};
