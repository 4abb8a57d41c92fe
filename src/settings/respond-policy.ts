import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { canonicalJson } from '../lib/canonical-json.ts';
import { parseDuration } from '../lib/duration.ts';
import { SEVERITIES, type AnchorPlace, type Freeze, type Person, type ProtectEntry, type RespondPolicy, type RespondRule, type Severity, type Sla } from '../model/index.ts';

/** `respond:` in the file's own key names. */
export interface RespondConfig {
  readonly approvals?: { readonly required?: number; readonly 'four-eyes'?: boolean; readonly 'valid-for'?: string };
  readonly people?: readonly (Pick<Person, 'name' | 'key'> & Partial<Pick<Person, 'logins' | 'responder'>>)[];
  readonly rules?: readonly RespondRule[];
  readonly issuers?: readonly string[];
  readonly limit?: { readonly actions: number; readonly within: string };
  readonly protect?: readonly ProtectEntry[];
  readonly freeze?: readonly Freeze[];
  readonly production?: readonly string[];
  readonly prefer?: 'reversible' | 'revoke';
  readonly public?: readonly string[];
  readonly page?: { readonly 'webhook-env'?: string; readonly fallback?: string };
}

export interface SlaConfig {
  readonly told?: string;
  readonly dead?: Readonly<Partial<Record<Severity, string>>>;
}

export interface LedgerConfig {
  readonly anchors?: readonly { readonly file?: string; readonly git?: string; readonly ref?: string; readonly 'postgresql-env'?: string; readonly ledger?: string }[];
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
export const DEFAULT_ANCHOR_REF = 'refs/tokenwarden/ledger';

/** `respond:` with its defaults: no automatic action anywhere, no approval needed, reversible first. */
export function respondPolicyOf(config: RespondConfig = {}): RespondPolicy {
  const { approvals = {}, limit, page = {} } = config;
  const people = (config.people ?? []).map(({ name, key, logins = [], responder = false }) => ({ name, key, logins, responder }));
  return {
    required: approvals.required ?? (approvals['four-eyes'] === true ? 1 : 0),
    fourEyes: approvals['four-eyes'] ?? false,
    validForMs: approvals['valid-for'] === undefined ? DAY_MS : parseDuration(approvals['valid-for']),
    people,
    rules: config.rules ?? [],
    issuers: config.issuers ?? [],
    limit: limit === undefined ? { actions: 5, withinMs: HOUR_MS } : { actions: limit.actions, withinMs: parseDuration(limit.within) },
    protect: config.protect ?? [],
    freeze: config.freeze ?? [],
    production: config.production ?? ['prod', 'production'],
    prefer: config.prefer ?? 'reversible',
    public: config.public ?? [],
    page: { ...(page['webhook-env'] === undefined ? {} : { webhookEnv: page['webhook-env'] }), ...(page.fallback === undefined ? {} : { fallback: page.fallback }) },
    digest: createHash('sha256').update(canonicalJson(config)).digest('hex'),
  };
}

export function slaOf(config: SlaConfig | undefined): Sla | undefined {
  if (config === undefined) return undefined;
  const { told, dead = {} } = config;
  const deadMs = Object.fromEntries(SEVERITIES.flatMap((severity) => (dead[severity] === undefined ? [] : [[severity, parseDuration(dead[severity])]])));
  return { ...(told === undefined ? {} : { toldMs: parseDuration(told) }), deadMs };
}

/** Paths are relative to the configuration file, an absolute path. */
export function anchorsOf(config: LedgerConfig | undefined, configFile: string): readonly AnchorPlace[] {
  const at = (path: string): string => resolve(dirname(configFile), path);
  return (config?.anchors ?? []).flatMap(({ file, git, ref, 'postgresql-env': urlEnv, ledger = 'default' }): readonly AnchorPlace[] => {
    if (urlEnv !== undefined) return [{ kind: 'postgresql', urlEnv, ledger }];
    if (file !== undefined) return [{ kind: 'file', path: at(file) }];
    return git === undefined ? [] : [{ kind: 'git', repository: at(git), ref: ref ?? DEFAULT_ANCHOR_REF }];
  });
}
