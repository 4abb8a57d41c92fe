import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findAgain } from '../assemble/index.ts';
import { printable } from '../lib/printable.ts';
import type { Action, ActionResult, Finding, Plan } from '../model/index.ts';
import { createBreaker, decide, describePlan, digestOf, holdApply, holdAutomatic, pagesFor, readLedger, readPast, writePlan, type Held } from '../respond/index.ts';
import { anchorAll } from './anchors.ts';
import { carryOut } from './carry-out.ts';
import type { Call } from './command.ts';
import { usesColor, type Io } from './io.ts';
import { forgetAnswers } from './memory.ts';
import { ownTexts } from './own-texts.ts';
import { gitVariables } from './pipeline.ts';
import { planOf } from './plan-of-run.ts';
import { runAudit, type RespondRun } from './run-audit.ts';
import { sendPages } from './send-page.ts';
import { isPublic, situationOf } from './situation.ts';
import { STATE_FILES } from './state-files.ts';

/** A page about the same finding is not sent again within this time. */
const PAGED_MS = 24 * 3_600_000;

/** `respond [TARGET...]`: an audit, and in the same process what the rules of `respond:` allow; the rest is a plan and a page. */
export async function runRespond(call: Call): Promise<number> {
  return runAudit('audit', call, { as: 'respond', respond: (run) => answer(run, call.io) });
}

async function answer(run: RespondRun, io: Io): Promise<number> {
  const { outcome, settings, issuers, ledger, catalogue, signal, say } = run;
  const { respond: policy, values, stateDir } = settings;
  const path = STATE_FILES.ledger(stateDir);
  const open = isPublic(outcome, settings);
  const decideNow = (action: Action, finding: Finding): ReturnType<typeof decide> => decide(situationOf(action, finding, open), policy, io.now());
  const plan = planOf(outcome, { issuers, policy, now: io.now(), requestedBy: io.actor, trusted: values.ingestTrust, decide: decideNow });
  const planFile = values.plan ?? (await keepPlan(plan, stateDir));
  await run.writePlan(plan);
  ledger.append('plan.made', { plan: plan.digest, actions: plan.actions.length, manual: plan.manual.length, policy: policy.digest });
  await io.stdout.write(`\n${describePlan(plan, { color: usesColor(io.env, io.stdout), now: io.now() })}\n`);

  const automatic = plan.actions.filter(({ decision }) => decision?.automatic === true);
  const held: Held[] = plan.actions.flatMap((action) => (action.decision?.automatic === false ? [{ action, why: action.decision.held.join('; ') }] : []));
  let results: readonly ActionResult[] = [];
  if (automatic.length > 0) {
    const release = values.yes ? await holdApply(path, io.warnings) : () => undefined;
    try {
      const past = await readPast(readLedger(path));
      const breaker = createBreaker({ policy, past, now: io.now });
      // A freeze may have begun since the plan was made.
      const findings = new Map(outcome.result.findings.map((finding) => [finding.id, finding]));
      const decided = (action: Action): string | undefined => {
        const finding = findings.get(action.findingId);
        const decision = finding === undefined ? undefined : decideNow(action, finding);
        return decision?.automatic === true ? undefined : (decision?.held.join('; ') ?? 'the finding is gone');
      };
      const hold = holdAutomatic({ decided, breaker, ownTexts: await ownTexts(io) });
      const finding = findAgain({ catalogue, fingerprintKey: settings.fingerprintKey, environment: gitVariables(io.env) });
      const authority = { kind: 'automatic', by: [...new Set(automatic.flatMap(({ decision }) => (decision?.automatic === true ? [decision.rule] : [])))] } as const;
      ({ results } = await carryOut(partOf(plan, automatic), { yes: values.yes, finding, issuers, ledger: ledger.append, past, authority, hold, signal, say, onSend: breaker.count }, io));
      if (values.yes) await forgetAnswers(settings, io, say);
    } finally {
      release();
    }
  }
  held.push(...results.flatMap((result) => (result.status === 'held' ? [{ action: result.action, why: result.detail }] : [])));
  if (values.yes) await sendPages(pagesFor(await unpaged(held, path, io), plan, { planFile, ...(policy.page.fallback === undefined ? {} : { fallback: policy.page.fallback }) }), { settings, io, ledger: ledger.append, say });
  else if (automatic.length > 0 || held.length > 0) say('without --yes nothing was changed and nobody was told\n');
  await io.stdout.write(`${held.length} ${held.length === 1 ? 'action waits' : 'actions wait'} for a person: ${printable(planFile)}\n`);
  await anchorAll(ledger, settings, io, say);
  const proven = results.filter(({ status }) => status === 'done' || status === 'already-inactive' || status === 'already-limited').length;
  if (outcome.exitCode === 3) return 3;
  return proven === plan.actions.length && plan.manual.length === 0 ? 0 : 1;
}

/** A plan of some of a plan's actions. */
function partOf(plan: Plan, actions: readonly Action[]): Plan {
  const { digest: _, ...rest } = { ...plan, actions, manual: [] };
  return { ...rest, digest: digestOf(rest) };
}

/** Where people find a plan that nobody named a file for. */
async function keepPlan(plan: Plan, stateDir: string): Promise<string> {
  const folder = join(stateDir, 'plans');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${plan.digest.slice(0, 16)}.json`);
  await writeFile(path, writePlan(plan), { mode: 0o600 });
  return path;
}

/** Without those whose people were told a short while ago. */
async function unpaged(held: readonly Held[], ledger: string, io: Io): Promise<readonly Held[]> {
  const told = new Set<unknown>();
  for await (const { event, at, detail } of readLedger(ledger)) {
    if (event !== 'page.queued' || io.now().getTime() - Date.parse(at) > PAGED_MS || !Array.isArray(detail['findings'])) continue;
    for (const finding of detail['findings'] as readonly unknown[]) told.add(finding);
  }
  return held.filter(({ action }) => !told.has(action.findingId));
}
