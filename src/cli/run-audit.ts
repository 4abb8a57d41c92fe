import { audit, type Asker, type AuditDeps, type AuditOutcome, type NamedTarget } from '../audit.ts';
import { policyOf, setUpIssuers, setUpSurroundings, setUpWaivers, limitedAsker, workflowSecrets, type Issuers } from '../assemble/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type Credential, type EgressLine, type Finding, type Plan, type WriteRecord } from '../model/index.ts';
import type { Ledger } from '../respond/ledger/index.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import { idleAcceptances } from '../audit.ts';
import type { Settings } from '../settings/index.ts';
import { waiversError } from '../waivers/index.ts';
import { chosenAction } from './chosen-action.ts';
import { closeAll, type Close } from './closing.ts';
import type { Call } from './command.ts';
import { interruptible } from './interrupt.ts';
import type { Io } from './io.ts';
import { findingSteps } from './judged-findings.ts';
import { openMemory, type Memory } from './memory.ts';
import { scanCache } from './scan-cache.ts';
import { prepareOutput } from './outputs.ts';
import { auditRequest, issuerSetup, runDeps, surroundSetup, waiverSetup } from './pipeline.ts';
import { writePlan } from '../respond/plan/index.ts';
import { planOf } from './plan-of-run.ts';
import { progressView } from './progress.ts';
import { promotionOf } from './promotion.ts';
import { namesOf } from '../rules/stored-catalogue.ts';
import { recordAudit } from './record-audit.ts';
import { readRules } from './rules.ts';
import { prepareReports } from './reports.ts';
import { loadRunSettings } from './run-settings.ts';
import { makeStateDirectory, STATE_FILES } from './state-files.ts';

/** Whoever can write the configuration cannot make answers last longer: tokens die meanwhile. */
const MAX_KEPT_MS = 24 * 3_600_000;

/** What another shell adds to a run; the command itself adds nothing. */
export interface RunHooks {
  /** The configuration's path below the working directory, to be read at the start of the range as `tokenwarden.yml` would be. */
  readonly configName?: string;
  /** The commit whose configuration counts, whatever is scanned. */
  readonly base?: string;
  /** What people are told on standard error before the scan, for a shell that tells them elsewhere, too. */
  readonly onWarning?: (warning: string) => void;
  /** Whether `verify.max-per-pr` holds. */
  readonly isPullRequest?: boolean;
  /** What is known of findings that the inventory does not know. */
  readonly lastKnown?: AuditDeps['lastKnown'];
  readonly adjust?: (findings: readonly Finding[], settings: Settings, memory: Memory) => Promise<readonly Finding[]>;
  /** Called when all reports are written. */
  readonly onOutcome?: (outcome: AuditOutcome, settings: Settings) => Promise<void>;
  /** Whose options hold, if not those of the command. */
  readonly as?: 'respond' | 'incident';
  /** Targets beside those that were named. */
  readonly extraTargets?: readonly NamedTarget[];
  /** Which credentials are asked about. Default: all. */
  readonly onlyAsk?: (credential: Credential) => boolean;
  /** The run is neither reported nor remembered: it is about one token. */
  readonly isAside?: true;
  /** Where the user gives none. */
  readonly timeoutMs?: number;
  /** What is done about the findings once they are reported; its number is the exit code. Only in runs that ask issuers. */
  readonly respond?: (run: RespondRun) => Promise<number>;
}

/** What a response begins with. */
export interface RespondRun {
  readonly outcome: AuditOutcome;
  readonly settings: Settings;
  readonly issuers: Issuers;
  readonly ledger: Ledger;
  readonly catalogue: Catalogue;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** Writes the plan where `--plan` says, if it says so. */
  readonly writePlan: (plan: Plan) => Promise<void>;
}

/** `scan` and `audit`: everything is checked before anything is scanned, and everything is reported after. */
export async function runAudit(command: 'scan' | 'audit', { args, flags, io }: Call, hooks: RunHooks = {}): Promise<number> {
  const { settings, trusted } = await loadRunSettings(hooks.as ?? command, { flags, io }, hooks);
  const { values } = settings;
  const policy = policyOf(settings.policy);
  const reports = await prepareReports(values, io);
  const choose = chosenAction(settings);
  if (choose !== undefined && values.plan === undefined && hooks.respond === undefined) throw new WardenError('USAGE_MISSING_OPTION', '--action says what a plan does: name its file with --plan FILE');
  const plan = values.plan === undefined ? undefined : await prepareOutput(values.plan, 'plan');
  const promotion = promotionOf(args, settings, io);
  const named = await auditRequest(command, promotion?.targets ?? args, settings, policy, io);
  const request = { ...named, targets: [...named.targets, ...(hooks.extraTargets ?? [])] };
  const deps = runDeps(settings, io);
  const waivers = values.waivers && hooks.isAside !== true ? await setUpWaivers(waiverSetup(settings, request, io)) : undefined;

  const view = progressView(io, values.quiet);
  const early = [...trusted.warnings, ...settings.warnings, ...(waivers?.warnings ?? [])];
  const warn = (warning: string): void => {
    view.say(`warning: ${warning}\n`);
    hooks.onWarning?.(warning);
  };
  early.forEach(warn);
  const run = interruptible(io, values.timeout ?? hooks.timeoutMs, view.say);
  const closing: Close[] = [run.end, view.end];
  try {
    const catalogue = await readRules(settings);
    if (catalogue.changes !== undefined && catalogue.changes.removed.length > 0) view.say(`note: the configuration disables ${catalogue.changes.removed.length} rules; what they find is not reported\n`);
    const { ids, issuers: issuerIds } = namesOf(catalogue);
    settings.checkRuleNames(ids, issuerIds);
    const memory = openMemory(settings, io, view.say);
    closing.push(memory.close);
    let issuers: Issuers | undefined;
    let ledger: Ledger | undefined;
    if (command === 'audit' && values.verify) {
      ledger = values.egress ? undefined : await openLedger(settings, deps.runId, io, closing);
      const record = ledger?.append ?? refuseToRecord;
      const kept = values.egress ? undefined : await memory.keptAnswers(Math.min(values.verifyCache, MAX_KEPT_MS));
      issuers = await setUpIssuers({ ...issuerSetup(settings, io, record, run.signal), ...(ledger === undefined ? {} : { recordTogether: ledger.appendTogether }), ...(kept === undefined ? {} : { kept }) });
      closing.push(issuers.close);
    }
    const { adjust } = hooks;
    const asked = issuers;
    const outcome = await audit(request, {
      ...deps,
      catalogue,
      signal: run.signal,
      onProgress: view.show,
      lastKnown: withFallback(memory.lastKnown, hooks.lastKnown),
      ...scanCache(settings, catalogue, io, view.say),
      surround: setUpSurroundings(surroundSetup(settings, request, { trusted, memory, ...(promotion === undefined ? {} : { promotion: promotion.gate }) })),
      workflowSecrets: (root) => workflowSecrets(root, request.source),
      ...findingSteps({ settings, trusted, waivers, catalogue, io, memory, ...(adjust === undefined ? {} : { adjust: (findings) => adjust(findings, settings, memory) }) }),
      ...(asked === undefined ? {} : { asker: hooks.onlyAsk !== undefined ? (repository) => pickyAsker(asked.asker(repository), hooks.onlyAsk) : hooks.isPullRequest === true ? (repository) => limitedAsker(asked.asker(repository), values.verifyMaxPerPr, io.now) : asked.asker }),
    });
    view.end();
    for (const warning of waivers?.warnings ?? []) if (!early.includes(warning)) warn(warning);
    for (const { path } of idleAcceptances(outcome.result.coverage.skipped, settings.accept)) view.say(`warning: coverage.accept names ${printable(path)}, and no gap of this run lies there\n`);
    if (hooks.isAside !== true) await memory.remember(outcome.result, outcome.quiet);
    if (values.egress) await (reports.ownsStdout ? io.stderr : io.stdout).write(egressText(outcome.egress));
    if (hooks.isAside !== true) await reports.write(outcome.result);
    if (hooks.isAside !== true && ledger !== undefined) recordAudit(outcome, settings.respond, ledger.appendAll);
    if (hooks.respond !== undefined && issuers !== undefined && ledger !== undefined) {
      return await hooks.respond({ outcome, settings, issuers, ledger, catalogue, signal: run.signal, say: view.say, writePlan: async (made) => plan?.write(writePlan(made)) });
    }
    if (plan !== undefined) await plan.write(writePlan(planOf(outcome, { issuers, policy: settings.respond, now: io.now(), requestedBy: io.actor, trusted: values.ingestTrust, rotations: settings.rotations, ...(choose === undefined ? {} : { choose }) })));
    await hooks.onOutcome?.(outcome, settings);
    const { waiverProblems } = outcome.result;
    if (waiverProblems !== undefined) throw waiversError(waiverProblems, 'these comments waive nothing; correct them and run again');
    // Asked whom it would ask, a run answers that question and judges nothing.
    return values.egress && outcome.exitCode === 1 ? 0 : outcome.exitCode;
  } finally {
    await closeAll(closing);
  }
}


/** The inventory's word first. */
function withFallback(first: Memory['lastKnown'], second: AuditDeps['lastKnown']): Memory['lastKnown'] {
  if (second === undefined) return first;
  return async (ids) => new Map([...(await second(ids)), ...(await first(ids))]);
}

/** Asks about some credentials only; of the others nobody knows. */
function pickyAsker(asker: Asker, onlyAsk: RunHooks['onlyAsk']): Asker {
  return { ...asker, verify: (credentials, onProgress) => asker.verify(onlyAsk === undefined ? credentials : credentials.filter(onlyAsk), onProgress) };
}

async function openLedger({ stateDir }: Settings, runId: string, io: Io, closing: Close[]): Promise<Ledger> {
  makeStateDirectory(stateDir);
  const { openLedger: open } = await import('../respond/ledger/index.ts');
  const ledger = await open(STATE_FILES.ledger(stateDir), { now: io.now, run: runId, actor: io.actor, warnings: io.warnings });
  closing.push(ledger.close);
  return ledger;
}

/** With `--egress` nothing is sent; if something tried to, it must fail. */
const refuseToRecord: WriteRecord = () => {
  throw new Error('--egress sends nothing');
};

function egressText(lines: readonly EgressLine[]): string {
  if (lines.length === 0) return 'No host would be asked about anything.\n';
  const rows = [['HOST', 'KIND', 'STORE', 'CREDENTIALS'], ...lines.map((line) => [line.host, line.rule, line.store, String(line.credentials)])];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}\n`).join('');
}
