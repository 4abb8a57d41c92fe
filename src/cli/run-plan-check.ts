import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { findAgain, setUpIssuers } from '../assemble/index.ts';
import { formatInstant } from '../lib/instant.ts';
import { printable } from '../lib/printable.ts';
import { openLedger, recheckPlan, type Rechecked } from '../respond/index.ts';
import { namesOf } from '../rules/stored-catalogue.ts';
import { settingsOf } from './settings-of.ts';
import { closeAll, type Close } from './closing.ts';
import type { Call } from './command.ts';
import { interruptible } from './interrupt.ts';
import { openIssues } from './open-issues.ts';
import { gitVariables, issuerSetup } from './pipeline.ts';
import { readPlanFile } from './plan-file.ts';
import { readRules } from './rules.ts';
import { makeStateDirectory, STATE_FILES } from './state-files.ts';

/** Neither dead nor as a plan wanted it. */
function isOpen({ state }: Pick<Rechecked, 'state'>): boolean {
  return state !== 'dead' && state !== 'limited';
}

/** Between two rounds of questions: the first ones sooner. */
const PAUSES_MS = [2_000, 5_000, 15_000, 30_000, 60_000];

/** `plan check PLAN`: 0 all dead, 1 something lives or nobody says. An old plan is checked, too. */
export async function runPlanCheck({ args, flags, io }: Call): Promise<number> {
  const settings = await settingsOf('plan check', { flags, io });
  const { values, stateDir } = settings;
  const say = (text: string): void => {
    if (!values.quiet) void io.stderr.write(text).catch(() => undefined);
  };
  const plan = await readPlanFile(args[0] ?? '', io);
  const given = values.secret === '-' ? await buffer(io.stdin) : undefined;
  const catalogue = await readRules(settings);
  const { ids, issuers: issuerIds } = namesOf(catalogue);
  settings.checkRuleNames(ids, issuerIds);
  makeStateDirectory(stateDir);
  const run = interruptible(io, undefined, say);
  const closing: Close[] = [run.end];
  try {
    const ledger = await openLedger(STATE_FILES.ledger(stateDir), { now: io.now, run: randomUUID(), actor: io.actor, warnings: io.warnings });
    closing.push(ledger.close);
    const issuers = await setUpIssuers({ ...issuerSetup(settings, io, ledger.append, run.signal), egressOnly: false });
    closing.push(issuers.close);
    const finding = findAgain({ catalogue, fingerprintKey: settings.fingerprintKey, environment: gitVariables(io.env), ...(given === undefined ? {} : { given }) });
    const ask = (): Promise<readonly Rechecked[]> => recheckPlan(plan, { ...finding, ...issuers.responder(), now: io.now, ledger: ledger.append, signal: run.signal });
    const end = io.now().getTime() + (values.wait ?? 0);
    let results = await ask();
    for (let round = 0; results.some((one) => isOpen(one) && one.askable) && !run.signal.aborted; round += 1) {
      const pause = Math.min(values.checkEvery ?? PAUSES_MS[Math.min(round, PAUSES_MS.length - 1)] ?? 0, end - io.now().getTime());
      if (pause <= 0) break;
      say(`${results.filter(isOpen).length} not dead yet; asking again in ${Math.ceil(pause / 1000)} s\n`);
      await delay(pause, undefined, { signal: run.signal }).catch(() => undefined);
      const before = new Set(results.filter(isOpen).map(({ findingId }) => findingId));
      results = await ask();
      for (const { findingId, rule, state } of results) if (!isOpen({ state }) && before.delete(findingId)) say(`${printable(rule)}, finding ${findingId}: ${state} at ${formatInstant(io.now())}\n`);
    }
    const living = results.filter(isOpen);
    await io.stdout.write(results.map(({ state, rule, findingId, detail, steps }) => `${state.padEnd(8)} ${printable(rule)}, finding ${findingId}: ${printable(detail)}${!isOpen({ state }) ? '' : `\n         do ${printable(steps)}`}\n`).join(''));
    if (values.openIssues !== undefined) {
      for (const url of await openIssues(living, { repository: values.openIssues, io, ledger: ledger.append })) await io.stdout.write(`issue ${printable(url)}\n`);
    }
    const isLimiting = results.some(({ state }) => state === 'limited');
    await io.stdout.write(`${results.length - living.length} of ${plan.actions.length + plan.manual.length} dead${isLimiting ? ' or limited as planned' : ''}.\n`);
    return living.length === 0 && results.length === plan.actions.length + plan.manual.length ? 0 : 1;
  } finally {
    await closeAll(closing);
  }
}
