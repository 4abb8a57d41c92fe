export { loadSettings, namedConfig, CONFIG_NAME, type SettingsRequest } from './load-settings.ts';
export { describeSource, type AcceptedGap, type Settings, type ValueSource } from './settings.ts';
export { OPTIONS, OPTION_NAMES, OTHER_ENVIRONMENT, optionsOf, specOf, type OptionName, type OptionValues } from './options.ts';
export type { OwnRulesSettings, RulesPath } from './own-rules.ts';
export type { CommandName, OptionSpec, ReportTarget } from './option.ts';
export type { AuthConfig, ClaimConfig, ConfigFile, StoreConfig } from './config-file.ts';
export type { Environment } from './environment.ts';
export type { FlagValues } from './merge-values.ts';
export { ACTION_INPUTS, targetsOf, TARGETS, withInputs, type ActionInput } from './action-inputs.ts';
