import { findTrusted, type Trusted } from '../assemble/index.ts';
import { CONFIG_NAME, namedConfig, type Settings, type SettingsRequest } from '../settings/index.ts';
import type { Call } from './command.ts';
import { gitVariables } from './pipeline.ts';
import { settingsOf } from './settings-of.ts';

/** Settings of a run that judges, with whatever of them must not come from the change that is judged. */
export async function loadRunSettings(command: SettingsRequest['command'], { flags, io }: Pick<Call, 'flags' | 'io'>, { configName = CONFIG_NAME, base }: { readonly configName?: string | undefined; readonly base?: string | undefined } = {}): Promise<{ readonly settings: Settings; readonly trusted: Trusted }> {
  const given = (flag: unknown, variable: string): string | undefined => [flag, io.env[variable]].find((text): text is string => typeof text === 'string' && text !== '');
  const range = given(flags.range, 'TOKENWARDEN_RANGE');
  const policyFrom = given(flags.policyFrom, 'TOKENWARDEN_POLICY_FROM');
  const trusted = await findTrusted({
    cwd: io.cwd,
    name: configName,
    named: namedConfig(flags, io.env) !== undefined,
    ...(range === undefined ? {} : { range }),
    ...(base === undefined ? {} : { base }),
    ...(policyFrom === undefined ? {} : { policyFrom }),
    environment: gitVariables(io.env),
  });
  const settings = await settingsOf(command, { flags, io }, {
    ...(trusted.config === undefined ? {} : { config: trusted.config }),
    ...(trusted.policy === undefined ? {} : { policy: trusted.policy }),
  });
  return { settings, trusted };
}
