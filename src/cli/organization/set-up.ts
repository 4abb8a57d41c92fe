import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { policyOf, setUpIssuers, setUpSurroundings, setUpWaivers, type Issuers } from '../../assemble/index.ts';
import type { AuditDeps, AuditRequest } from '../../audit.ts';
import { openCloneCache } from '../../clones/index.ts';
import { openForge, type Forge } from '../../forges/index.ts';
import { openInventory, type Inventory, type Job } from '../../inventory/index.ts';
import { fingerprintOf } from '../../lib/fingerprint.ts';
import { nameMatcher } from '../../lib/glob.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { Secret, type Introspection, type KeptAnswers, type WriteRecord } from '../../model/index.ts';
import { namesOf } from '../../rules/stored-catalogue.ts';
import type { Settings } from '../../settings/index.ts';
import type { Close } from '../closing.ts';
import type { Io } from '../io.ts';
import { openAnswerCache } from '../answer-cache.ts';
import { issuerSetup, runDeps, surroundSetup, waiverSetup } from '../pipeline.ts';
import { readRules } from '../rules.ts';
import { scanCache } from '../scan-cache.ts';
import { inventoryPlace, makeStateDirectory, STATE_FILES } from '../state-files.ts';
import { VERSION } from '../version.ts';
import { withDatabaseClock } from './database-clock.ts';
import { inTurn } from '../../organization/index.ts';
import type { RepositoryScan } from './scan-repository.ts';

/** Everything that the scan of any repository of any organisation needs, opened once. */
export interface OrganizationSetup {
  readonly inventory: Inventory;
  /** See `RunWanted.settings`. */
  readonly digest: string;
  readonly catalogueDigest: string;
  readonly forgeOf: (target: string) => Forge;
  readonly scanOf: (target: string) => RepositoryScan;
  /** Why a repository is not to be scanned at all; undefined: it is. */
  readonly isExcluded: (repository: { readonly name: string; readonly isFork: boolean }) => string | undefined;
  readonly requests: () => number;
}

/** A database that many machines share may be away for minutes: that of the night's run is waited for. */
const PATIENCE_MS = 300_000;
const MAX_KEPT_MS = 24 * 3_600_000;
const RESUMED_MS = 3_600_000;

export async function setUpOrganization(settings: Settings, shell: Io, signal: AbortSignal, say: (text: string) => void, closing: Close[]): Promise<OrganizationSetup> {
  const { values, fingerprintKey, stateDir } = settings;
  const policy = policyOf(settings.policy);
  const catalogue = await readRules(settings);
  const { ids, issuers: issuerIds } = namesOf(catalogue);
  settings.checkRuleNames(ids, issuerIds);
  makeStateDirectory(stateDir);
  const inventory = await openInventory(inventoryPlace(settings), { now: shell.now, warnings: shell.warnings, patienceMs: PATIENCE_MS });
  closing.push(inventory.close);
  const io = await withDatabaseClock(shell, inventory, say);
  const request: Omit<AuditRequest, 'targets'> = {
    command: 'audit',
    stores: [],
    source: { mode: 'history', includeIgnored: true, archives: values.archives, binaries: values.binaries, ...(values.maxFileSize === undefined ? {} : { maxFileBytes: values.maxFileSize }), ignore: values.ignore, environment: { PATH: io.env.PATH, SystemRoot: io.env.SystemRoot, TEMP: io.env.TEMP } },
    failOn: values.failOn,
    minConfidence: values.minConfidence,
    jobs: values.jobs ?? io.processors,
    policy,
    policyDigest: policy.digest,
    accept: settings.accept,
    onIssuerOutage: values.onIssuerOutage,
    egressOnly: false,
  };
  const whole = { ...request, targets: [] };
  const waivers = values.waivers ? await setUpWaivers(waiverSetup(settings, whole, io)) : undefined;
  for (const warning of [...settings.warnings, ...(waivers?.warnings ?? [])]) say(`warning: ${warning}\n`);
  const issuers = values.verify ? await openIssuers(settings, inventory, io, signal, closing) : undefined;
  const cache = scanCache(settings, catalogue, io, say);
  const digest = digestOf(settings, catalogue.digest, policy.digest);

  /** What only this run has learned by now depends on who was quicker, and is not known yet. */
  const before = async <T>(job: Job, known: ReadonlyMap<string, T>): Promise<ReadonlyMap<string, T>> => {
    const earlier = await inventory.organization.earlier([...known.keys()]);
    return new Map([...known].filter(([id]) => earlier.get(id)?.firstRun !== job.run));
  };
  const deps = (job: Job): Omit<AuditDeps, 'signal'> => ({
    ...runDeps(settings, io),
    catalogue,
    onProgress: () => undefined,
    lastKnown: async (some) => (some.length === 0 ? new Map() : before(job, await inventory.lastKnown(some))),
    ...cache,
    surround: setUpSurroundings(surroundSetup(settings, whole, { trusted: { warnings: [] }, memory: { remembered: async (some) => (some.length === 0 ? new Map() : before(job, await inventory.remembered(some))) } })),
    ...(waivers === undefined ? {} : { waive: waivers.waive }),
    ...(issuers === undefined ? {} : { asker: issuers.asker }),
  });
  const proxy = issuerSetup(settings, io, () => undefined, signal).proxy;
  const clones = openCloneCache({ folder: join(stateDir, 'clones'), maxBytes: values.cloneCacheSize, maxRepositoryBytes: values.maxRepositorySize, ...(values.maxFileSize === undefined ? {} : { maxBlobBytes: values.maxFileSize }), path: io.env.PATH ?? '/usr/bin:/bin', now: io.now, warnings: io.warnings });
  const alone = inTurn();
  const forges = new Map<string, Forge>();
  closing.push(async () => {
    for (const forge of forges.values()) await forge.close();
  });
  const forgeOf = (target: string): Forge => {
    const forge = forges.get(target) ?? openForge(target, io.env, { userAgent: `tokenwarden/${VERSION}`, proxy, now: io.now, signal, makeSecret: (value) => new Secret(value, fingerprintOf(fingerprintKey, 'own', value), '********') });
    forges.set(target, forge);
    return forge;
  };
  const exclusions = values.excludeRepository.map((glob) => [glob, nameMatcher(glob)] as const);
  return {
    inventory,
    digest,
    catalogueDigest: catalogue.digest,
    forgeOf,
    scanOf: (target) => ({ forge: forgeOf(target), clones, alone, state: inventory.organization, request, deps, texts: values.texts, runs: values.runs === 0 ? undefined : { newest: values.runs, maxArtifactBytes: values.maxArtifactSize }, uploads: values.uploadSarif, retrySeconds: values.retry / 1000, asks: issuers !== undefined }),
    isExcluded: ({ name, isFork }) => (isFork && !values.forks ? 'a fork, and forks are left out' : exclusions.filter(([, matches]) => matches(name)).map(([glob]) => `left out by ${glob}`)[0]),
    requests: () => [...forges.values()].reduce((sum, forge) => sum + forge.requests(), 0),
  };
}

/** Answers are used again within a run: a credential lies in many repositories. */
async function openIssuers(settings: Settings, inventory: Inventory, io: Io, signal: AbortSignal, closing: Close[]): Promise<Issuers> {
  const { values, stateDir } = settings;
  const { openLedger } = await import('../../respond/ledger/index.ts');
  const ledger = await openLedger(STATE_FILES.ledger(stateDir), { now: io.now, run: runDeps(settings, io).runId, actor: io.actor, warnings: io.warnings });
  closing.push(ledger.close);
  const stored = await openAnswerCache(inventory, values.verifyCache === 0 ? RESUMED_MS : Math.min(values.verifyCache, MAX_KEPT_MS), io.now);
  closing.push(stored.flush);
  const own = new Map<string, Introspection>();
  const kept: KeptAnswers = {
    get: (id) => own.get(id) ?? stored.get(id),
    put(id, answer) {
      own.set(id, answer);
      stored.put(id, answer);
    },
  };
  const record: WriteRecord = ledger.append;
  const issuers = await setUpIssuers({ ...issuerSetup(settings, io, record, signal), recordTogether: ledger.appendTogether, kept });
  closing.push(issuers.close);
  return issuers;
}

/** Two processes work on the same run only if they would find and judge the same. */
function digestOf(settings: Settings, catalogue: string, policy: string): string {
  const { values, stores, owners, tokens, environments, accept, fingerprintKey } = settings;
  const { archives, binaries, maxFileSize, ignore, minConfidence, failOn, verify, verifyAllow, verifyDeny, onIssuerOutage, texts, runs, maxArtifactSize, forks, excludeRepository, waivers, uploadSarif } = values;
  const told = { version: VERSION, catalogue, policy, key: fingerprintOf(fingerprintKey, 'own', 'settings'), archives, binaries, maxFileSize, ignore, minConfidence, failOn, verify, verifyAllow, verifyDeny, onIssuerOutage, texts, runs, maxArtifactSize, forks, excludeRepository, waivers, stores: stores.map(({ placeOf: _, ...store }) => store), owners, tokens, environments, accept, ...(uploadSarif ? { uploadSarif } : {}) };
  return createHash('sha256').update(canonicalJson(JSON.parse(JSON.stringify(told)))).digest('hex');
}
