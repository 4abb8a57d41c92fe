import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { findAgain, refuseSecrets, setUpIssuers } from '../assemble/index.ts';
import { formatInstant } from '../lib/instant.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type Approval, type Plan } from '../model/index.ts';
import { holdApply, isInUse, openLedger, pageOfBrokenGlass, readLedger, readPast, requireApproved, requireFresh, signPlan, type Authority, type Ledger } from '../respond/index.ts';
import type { Settings } from '../settings/index.ts';
import { settingsOf } from './settings-of.ts';
import { anchorAll } from './anchors.ts';
import { approvalsPath, readApprovalFile } from './approval-file.ts';
import { carryOut, ownStoreSecrets } from './carry-out.ts';
import { closeAll, type Close } from './closing.ts';
import type { Call } from './command.ts';
import { interruptible } from './interrupt.ts';
import type { Io } from './io.ts';
import { readKeyFile } from './key-file.ts';
import { gitVariables, issuerSetup } from './pipeline.ts';
import { forgetAnswers } from './memory.ts';
import { readPlanFile } from './plan-file.ts';
import { namesOf } from '../rules/stored-catalogue.ts';
import { readRules } from './rules.ts';
import { sendPages } from './send-page.ts';
import { makeStateDirectory, STATE_FILES } from './state-files.ts';

/** `apply PLAN`: 0 all proven, 1 something not proven, 2 refused (thrown). */
export async function runApply({ args, flags, io }: Call): Promise<number> {
  const settings = await settingsOf('apply', { flags, io });
  const { values, stateDir } = settings;
  if (values.secret !== undefined && values.secret !== '-') {
    throw new WardenError('USAGE_SECRET_IN_ARGUMENTS', '--secret takes only -, standard input: a secret on the command line can be seen by other processes and stays in the shell history');
  }
  const say = (text: string): void => {
    if (!values.quiet) void io.stderr.write(text).catch(() => undefined);
  };
  const name = args[0] ?? '';
  const plan = await readPlanFile(name, io);
  const now = await timeNow(STATE_FILES.ledger(stateDir), io.now(), say);
  requireFresh(plan, now);
  const { authority, glass } = await authorityFor(plan, name, { settings, io, now, say });
  const given = values.secret === undefined ? undefined : await buffer(io.stdin);
  const catalogue = await readRules(settings);
  const { ids, issuers: issuerIds } = namesOf(catalogue);
  settings.checkRuleNames(ids, issuerIds);
  makeStateDirectory(stateDir);
  for (const warning of settings.warnings) say(`warning: ${warning}\n`);

  const run = interruptible(io, undefined, say);
  const closing: Close[] = [run.end];
  try {
    const path = STATE_FILES.ledger(stateDir);
    if (values.yes) closing.push(await holdApply(path, io.warnings));
    const past = await readPast(readLedger(path));
    const ledger = await openLedger(path, { now: io.now, run: randomUUID(), actor: io.actor, warnings: io.warnings });
    closing.push(ledger.close, () => anchorAll(ledger, settings, io, say));
    if (plan.respondDigest !== undefined && plan.respondDigest !== settings.respond.digest) {
      say('warning: the plan was made under another respond: section than the one that holds now\n');
      ledger.append('policy.changed', { plan: plan.digest, planned: plan.respondDigest, now: settings.respond.digest });
    }
    const issuers = await setUpIssuers({ ...issuerSetup(settings, io, ledger.append, run.signal), egressOnly: !values.yes });
    closing.push(issuers.close);
    if (values.yes) closing.push(() => forgetAnswers(settings, io, say));
    const paging = glass === undefined ? undefined : breakGlass(plan, glass, ledger, settings, io, say);
    const own = ownStoreSecrets(settings, io);
    const finding = findAgain({ catalogue, fingerprintKey: settings.fingerprintKey, environment: gitVariables(io.env), ...(given === undefined ? {} : { given }) });
    const applied = await carryOut(
      plan,
      {
        yes: values.yes,
        finding,
        issuers,
        ledger: ledger.append,
        past,
        authority,
        hold: (_, credential) => (credential !== undefined && isInUse(credential, own) ? 'it is our own credential at a store (auth: in tokenwarden.yml), so that nothing could be proven afterwards: replace it there first' : undefined),
        signal: run.signal,
        say,
        ...(plan.actions.some(({ kind }) => kind === 'rotate') ? { rotate: (await import('./rotate-planned.ts')).rotatePlanned(flags, io) } : {}),
      },
      io,
    );
    await paging;
    return applied.ok ? 0 : 1;
  } finally {
    await closeAll(closing);
  }
}

interface AuthoritySetup {
  readonly settings: Settings;
  readonly io: Io;
  readonly now: Date;
  readonly say: (text: string) => void;
}

/** Clocks of machines that share a ledger may differ by so much. */
const SKEW_MS = 5 * 60_000;

/** The clock; or the latest instant on record, where the clock was set back behind it: that makes no old plan or approval good again. */
async function timeNow(ledger: string, clock: Date, say: (text: string) => void): Promise<Date> {
  let latest = 0;
  for await (const { at } of readLedger(ledger)) latest = Math.max(latest, Date.parse(at) || 0);
  if (latest <= clock.getTime() + SKEW_MS) return clock;
  const time = new Date(latest);
  say(`warning: this machine's clock stands behind the ledger, which was written until ${formatInstant(time)}: plans and approvals are judged by that\n`);
  return time;
}

/** On whose word the plan is applied. What is missing refuses it; a dry run says so and goes on. */
async function authorityFor(plan: Plan, name: string, { settings, io, now, say }: AuthoritySetup): Promise<{ readonly authority: Authority; readonly glass?: Approval }> {
  const { values, respond: policy } = settings;
  const reason = values.breakGlass;
  if (reason !== undefined) await refuseSecrets([reason], await readRules(settings));
  const glass = reason === undefined ? undefined : signPlan(plan, { role: 'break-glass', key: await readKeyFile(values.key), policy, now, reason });
  const wanted = policy.required > 0 || policy.fourEyes;
  const approvals = wanted || values.approvals !== undefined ? await readApprovalFile(approvalsPath(name, settings, io)) : [];
  try {
    const { authority, ignored } = requireApproved(plan, approvals, policy, now, glass);
    for (const why of ignored) say(`warning: ${printable(why)}\n`);
    return { authority, ...(glass === undefined || !values.yes ? {} : { glass }) };
  } catch (error) {
    if (values.yes || !(error instanceof WardenError)) throw error;
    say(`warning: with --yes this plan would be refused: ${printable(error.message)} [${error.code}]\n`);
    return { authority: { kind: 'person', by: [] } };
  }
}

/** On record before anything is sent; the others are told while it is. */
function breakGlass(plan: Plan, glass: Approval, ledger: Ledger, settings: Settings, io: Io, say: (text: string) => void): Promise<void> {
  const { by, reason = '', signature, at } = glass;
  ledger.append('break-glass', { plan: plan.digest, by, reason, signature, signedAt: at });
  ledger.append('review.opened', { plan: plan.digest, by, reason });
  const others = settings.respond.people.filter((person) => person.name !== by && person.responder).map((person) => person.name);
  return sendPages([pageOfBrokenGlass(plan, by, reason, others)], { settings, io, ledger: ledger.append, say });
}
