import { randomUUID } from 'node:crypto';
import type { AuditDeps, AuditRequest } from '../audit.ts';
import type { Gate, IssuerSetup, SurroundSetup, Trusted, WaiverSetup } from '../assemble/index.ts';
import { WardenError, type SourceOptions, type WriteRecord } from '../model/index.ts';
import type { Settings } from '../settings/index.ts';
import type { WaiverPolicy } from '../waivers/index.ts';
import type { Io } from './io.ts';
import type { Memory } from './memory.ts';
import { proxiesOf } from './proxies.ts';
import { namedStores, namedTargets, refuseStreams, refuseToOverwrite } from './targets.ts';
import { VERSION } from './version.ts';

/** What the sources are told, from settings. */
export function sourceOptions({ values }: Settings, env: Io['env']): SourceOptions {
  const mode = values.staged ? 'staged' : values.history ? 'history' : values.range !== undefined ? 'range' : 'tree';
  return {
    mode,
    ...(values.range === undefined ? {} : { range: values.range }),
    // What is promoted is often built, and what is built is ignored by git.
    includeIgnored: values.includeIgnored || values.promote,
    archives: values.archives,
    binaries: values.binaries,
    ...(values.maxFileSize === undefined ? {} : { maxFileBytes: values.maxFileSize }),
    ignore: values.ignore,
    environment: gitVariables(env),
  };
}

/** What sources may know of the environment. */
export function gitVariables(env: Io['env']): NonNullable<SourceOptions['environment']> {
  return { PATH: env.PATH, GIT_INDEX_FILE: env.GIT_INDEX_FILE, SystemRoot: env.SystemRoot, TEMP: env.TEMP };
}

/** The request of one run. */
export async function auditRequest(command: 'scan' | 'audit', args: readonly string[], settings: Settings, policy: AuditRequest['policy'], io: Io): Promise<AuditRequest> {
  const { values } = settings;
  const targets = namedTargets(args, values.log, io);
  const stores = namedStores(args);
  if (stores.length > 0 && (command === 'scan' || !values.verify)) {
    throw new WardenError('USAGE_ISSUER_OFFLINE', `issuer:${stores[0] ?? ''} can only be asked over the network, and ${command === 'scan' ? '`scan` never uses one' : '--no-verify forbids it'}`, { hint: 'run `tokenwarden audit` without --no-verify' });
  }
  const source = sourceOptions(settings, io.env);
  refuseStreams(targets, source.mode);
  await refuseToOverwrite([...values.report.map(({ file }) => file), ...(values.plan === undefined ? [] : [values.plan])], targets);
  return {
    command,
    targets,
    stores,
    source,
    failOn: values.failOn,
    minConfidence: values.minConfidence,
    jobs: values.jobs ?? io.processors,
    policy,
    policyDigest: policy.digest,
    accept: settings.accept,
    onIssuerOutage: values.onIssuerOutage,
    egressOnly: values.egress,
  };
}

/** What is the same for every kind of run. */
export function runDeps(settings: Settings, io: Io): Pick<AuditDeps, 'version' | 'fingerprintKey' | 'runId' | 'now'> {
  return { version: VERSION, fingerprintKey: settings.fingerprintKey, runId: randomUUID(), now: io.now };
}

/** What a configuration demands of waivers. */
export function waiverPolicy({ values }: Settings): WaiverPolicy {
  return { maxDays: values.waiversMaxDays, requireApproval: values.waiversRequireApproval };
}

/** What the checks may know beside the issuers' answers. */
export function surroundSetup(settings: Settings, request: AuditRequest, { trusted, memory, promotion }: { readonly trusted: Trusted; readonly memory: Pick<Memory, 'remembered'>; readonly promotion?: Gate }): SurroundSetup {
  const { environments, owners, tokens, policyFile: configuration } = settings;
  return {
    owners,
    configuration,
    ...(environments === undefined ? {} : { environments }),
    ...(tokens === undefined ? {} : { tokens }),
    remembered: memory.remembered,
    ...(promotion === undefined ? {} : { promotion }),
    ...(trusted.base === undefined ? {} : { base: trusted.base }),
    source: request.source,
  };
}

/** Where waivers of a run come from. */
export function waiverSetup(settings: Settings, request: AuditRequest, io: Io): WaiverSetup {
  const { values, fingerprintKey } = settings;
  return {
    cwd: io.cwd,
    ...(values.waiversFrom === undefined ? {} : { from: values.waiversFrom }),
    inline: values.waiversInline,
    policy: waiverPolicy(settings),
    source: request.source,
    targets: request.targets.map(({ spec }) => spec),
    fingerprintKey,
    now: io.now(),
  };
}

/** How issuers are reached, from settings and environment. */
export function issuerSetup(settings: Settings, io: Io, record: WriteRecord, signal: AbortSignal): IssuerSetup {
  const { values, stores, fingerprintKey } = settings;
  const { env } = io;
  return {
    stores,
    allow: values.verifyAllow,
    deny: values.verifyDeny,
    env: (name) => env[name],
    fingerprintKey,
    userAgent: `tokenwarden/${VERSION}`,
    proxy: proxiesOf(env),
    now: io.now,
    record,
    signal,
    egressOnly: values.egress,
  };
}
