import { WardenError } from '../../model/index.ts';
import { settingsOf } from '../settings-of.ts';
import type { ShellCommand } from '../command.ts';

const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export const command: ShellCommand = {
  name: 'rules new',
  argument: '<issuer> <kind>',
  argumentHelp: 'who issues such tokens: lower case letters, digits, dashes\nwhat they are, in the same letters: api-key, session-token',
  summary: 'write the frame of an own rule',
  description: 'Writes a rule file for one new token kind that loads and proves itself as it is, with what to change said beside each key. Name the file under `rules.files` in tokenwarden.yml.',
  examples: ['tokenwarden rules new acme service-token --out rules/acme.yml', 'tokenwarden rules new acme service-token'],
  exitCodes: { 0: 'written', 2: 'an id that cannot be one or is taken, or FILE of --out is there already' },
  async run({ args, flags, io }) {
    const { values } = await settingsOf('rules new', { flags, io });
    const [issuer = '', kind = ''] = args;
    if (!ID.test(issuer) || !ID.test(kind)) throw new WardenError('USAGE_WRONG_VALUE', 'issuer and kind are lower case letters and digits with single dashes between', { hint: 'for example: tokenwarden rules new acme service-token' });
    const [{ readCatalogue }, { scaffoldRule }, { writeNew }] = await Promise.all([import('../catalogue.ts'), import('../../rules/own/scaffold.ts'), import('../write-new.ts')]);
    if (readCatalogue().rules.some(({ id }) => id === `${issuer}-${kind}`)) throw new WardenError('RULE_EXISTS', `${issuer}-${kind} is a built-in rule`, { hint: 'choose another kind, or write a rule of this id with `override: true`' });
    const text = scaffoldRule(issuer, kind);
    if (values.out === undefined) await io.stdout.write(text);
    else await writeNew(values.out, text);
    return 0;
  },
};
