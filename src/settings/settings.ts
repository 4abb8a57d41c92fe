import type { FingerprintKey } from '../lib/fingerprint.ts';
import type { AnchorPlace, Environments, OwnerEntry, RespondPolicy, Sla, TokenEntry } from '../model/index.ts';
import type { GrantConfig, RotationConfig, StoreConfig } from './config-file.ts';
import type { OwnRulesSettings } from './own-rules.ts';
import type { OptionName, OptionValues } from './options.ts';

/** Where a value came from; the strongest source that gave one. */
export type ValueSource =
  | { readonly from: 'default' }
  | { readonly from: 'configuration'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly from: 'environment'; readonly name: string }
  | { readonly from: 'flag'; readonly flag: string };

/** A gap of coverage that configuration accepts and whose date has not passed. */
export interface AcceptedGap {
  /** Glob in gitignore syntax. */
  readonly path: string;
  readonly reason: string;
  readonly owner: string;
  /** RFC 3339 date; accepted to the end of that day in UTC. */
  readonly expires: string;
}

/** Everything that was decided before the run began, merged once and frozen. */
export interface Settings {
  readonly values: OptionValues;
  readonly sourceOf: (name: OptionName) => ValueSource;
  /** Absolute path of the configuration file that was read, if one was. */
  readonly configFile?: string;
  /** Where a part of the configuration is said, in whichever file; undefined: nowhere. Absent: there is no configuration. */
  readonly statedAt?: (path: readonly (string | number)[]) => { readonly file: string; readonly line: number; readonly column: number } | undefined;
  /** The file that the configuration extends, and what it leaves to it. */
  readonly extended?: { readonly file: string; readonly delegates: readonly string[] };
  readonly stores: readonly StoreConfig[];
  /** `policy:` as validated; absent: all defaults. */
  readonly policy: Readonly<Record<string, unknown>>;
  /** Where policy, environments, owners and tokens stand, for people. */
  readonly policyFile: string;
  readonly environments?: Environments;
  readonly owners: readonly OwnerEntry[];
  /** Absent: the configuration declares no tokens; an empty list permits none. */
  readonly tokens?: readonly TokenEntry[];
  /** Who may have narrow credentials for a command; empty: nobody. */
  readonly grants: readonly GrantConfig[];
  /** Credentials that are replaced while they are used. */
  readonly rotations: readonly RotationConfig[];
  readonly accept: readonly AcceptedGap[];
  /** `respond:`, complete with defaults. */
  readonly respond: RespondPolicy;
  /** Absent: nothing is promised. */
  readonly sla?: Sla;
  /** Where heads of the ledger are kept outside the state folder. */
  readonly anchors: readonly AnchorPlace[];
  /** What the configuration changes of the rules. Absent: nothing. */
  readonly ownRules?: OwnRulesSettings;
  readonly fingerprintKey: FingerprintKey;
  /** Absolute path of the state directory. */
  readonly stateDir: string;
  /** Throws `CONFIG_UNKNOWN_RULE` or `CONFIG_UNKNOWN_ISSUER` if the configuration names a rule that is not among `ids`, or an issuer that is neither a store nor among `issuers`; settings know no catalogue. */
  readonly checkRuleNames: (ids: readonly string[], issuers?: readonly string[]) => void;
  /** For people, on standard error: expired acceptances, variables that look like typing errors. */
  readonly warnings: readonly string[];
}

/** `--fail-on`, `TOKENWARDEN_FAIL_ON` or `tokenwarden.yml:3:10`. */
export function describeSource(source: ValueSource): string {
  switch (source.from) {
    case 'default':
      return 'the default';
    case 'configuration':
      return `${source.file}:${source.line}:${source.column}`;
    case 'environment':
      return source.name;
    case 'flag':
      return source.flag;
  }
}
