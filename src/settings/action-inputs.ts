import type { Environment } from './environment.ts';
import { OPTION_NAMES, specOf, type OptionName } from './options.ts';

/** One input of the Action: a row of the table of options that offers itself. */
export interface ActionInput {
  readonly name: string;
  readonly option: OptionName;
  readonly env: string;
  readonly help: string;
}

/** What stands on the command line without a flag. */
export const TARGETS = { name: 'targets', help: 'paths to scan, one a line, relative to the workspace; none means all of it' } as const;

/** `--no-verify` is the input `verify`, `--fail-on` is `fail-on`; an option without a flag has the name of its variable. */
export const ACTION_INPUTS: readonly ActionInput[] = OPTION_NAMES.flatMap((option) => {
  const { input, flag, env, help, kind } = specOf(option);
  if (input !== true || env === undefined) return [];
  const name = flag?.replace(kind === 'off' ? /^--no-/ : /^--/, '') ?? env.replace(/^TOKENWARDEN_/, '').toLowerCase().replaceAll('_', '-');
  return [{ name, option, env, help: kind === 'off' && flag !== undefined ? `true or false; false: ${help}` : help }];
});

/** How a runner hands over an input: `INPUT_FAIL-ON`. Spaces at its ends are the YAML's, not the user's. */
function given(env: Environment, name: string): string {
  return (env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
}

/** The environment with each input that was given in the variable of its option, which it overrides. */
export function withInputs(env: Environment): Environment {
  const set = ACTION_INPUTS.flatMap(({ name, env: variable }) => (given(env, name) === '' ? [] : [[variable, given(env, name)] as const]));
  return { ...env, ...Object.fromEntries(set) };
}

export function targetsOf(env: Environment): readonly string[] {
  return given(env, TARGETS.name)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
