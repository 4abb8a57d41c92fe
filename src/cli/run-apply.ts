import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import picocolors from 'picocolors';
import { findAgain, setUpIssuers } from '../assemble/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type ActionResult } from '../model/index.ts';
import { applyPlan, holdApply, readPast, openLedger, readLedger, type Step } from '../respond/index.ts';
import { loadSettings } from '../settings/index.ts';
import { closeAll, type Close } from './closing.ts';
import type { Call } from './command.ts';
import { interruptible } from './interrupt.ts';
import { usesColor } from './io.ts';
import { gitVariables, issuerSetup } from './pipeline.ts';
import { forgetAnswers } from './memory.ts';
import { readPlanFile } from './plan-file.ts';
import { namesOf } from '../rules/stored-catalogue.ts';
import { readRules } from './rules.ts';
import { makeStateDirectory, STATE_FILES } from './state-files.ts';

/** `apply PLAN`: 0 all proven, 1 something not proven, 2 refused (thrown). */
export async function runApply({ args, flags, io }: Call): Promise<number> {
  const settings = await loadSettings({ command: 'apply', flags, env: io.env, cwd: io.cwd, home: io.home, now: io.now() });
  const { values, stateDir } = settings;
  if (values.secret !== undefined && values.secret !== '-') {
    throw new WardenError('USAGE_SECRET_IN_ARGUMENTS', '--secret takes only -, standard input: a secret on the command line can be seen by other processes and stays in the shell history');
  }
  const plan = await readPlanFile(args[0] ?? '', io);
  const given = values.secret === undefined ? undefined : await buffer(io.stdin);
  const catalogue = await readRules(settings);
  const { ids, issuers: issuerIds } = namesOf(catalogue);
  settings.checkRuleNames(ids, issuerIds);
  makeStateDirectory(stateDir);

  const say = (text: string): void => {
    if (!values.quiet) void io.stderr.write(text).catch(() => undefined);
  };
  for (const warning of settings.warnings) say(`warning: ${warning}\n`);
  const run = interruptible(io, undefined, say);
  const closing: Close[] = [run.end];
  try {
    const path = STATE_FILES.ledger(stateDir);
    if (values.yes) closing.push(await holdApply(path, io.warnings));
    const past = await readPast(readLedger(path));
    const ledger = await openLedger(path, { now: io.now, run: randomUUID(), actor: io.actor, warnings: io.warnings });
    closing.push(ledger.close);
    const issuers = await setUpIssuers({ ...issuerSetup(settings, io, ledger.append, run.signal), egressOnly: !values.yes });
    closing.push(issuers.close);
    if (values.yes) closing.push(() => forgetAnswers(settings, io, say));
    const applied = await applyPlan(plan, {
      yes: values.yes,
      ...findAgain({ catalogue, fingerprintKey: settings.fingerprintKey, environment: gitVariables(io.env), ...(given === undefined ? {} : { given }) }),
      ...issuers.responder(),
      now: io.now,
      sleep: async (ms, signal) => {
        await delay(ms, undefined, { signal });
      },
      ledger: ledger.append,
      past,
      onStep: (step) => say(stepText(step)),
      signal: run.signal,
    });
    const color = usesColor(io.env, io.stdout);
    await io.stdout.write(applied.results.map((result) => `${resultText(result, color)}\n`).join(''));
    await io.stdout.write(summary(applied.results, applied.dryRun));
    return applied.ok ? 0 : 1;
  } finally {
    await closeAll(closing);
  }
}

const STEPS: Readonly<Record<Step['kind'], string>> = { read: 'reading the secret again', ask: 'asking the issuer', intend: 'recording the intent', send: 'sending', prove: 'asking for proof', result: '' };

function stepText({ action, number, of, kind }: Step): string {
  return kind === 'result' ? '' : `[${number}/${of}] ${printable(action.rule)} at ${printable(action.host)}: ${STEPS[kind]}\n`;
}

const INK = { done: 'green', 'already-inactive': 'green', would: 'cyan', requested: 'yellow', unable: 'red', refused: 'red', held: 'yellow' } as const satisfies Readonly<Record<ActionResult['status'], string>>;

function resultText(result: ActionResult, color: boolean): string {
  const { action, status } = result;
  const label = picocolors.createColors(color)[INK[status]](status.padEnd(16));
  const detail = 'detail' in result ? printable(result.detail) : status === 'done' ? 'revoked, and the issuer confirmed that it is inactive' : 'the issuer says that it is dead; nothing was sent';
  return `${label}  ${printable(action.rule)} at ${printable(action.host)}, finding ${action.findingId}: ${detail}`;
}

function summary(results: readonly ActionResult[], dryRun: boolean): string {
  if (results.length === 0) return 'The plan holds no action.\n';
  const proven = results.filter(({ status }) => status === 'done' || status === 'already-inactive').length;
  const possible = results.filter(({ status }) => status === 'would').length;
  return dryRun ? `Dry run: nothing was sent. ${possible} of ${results.length} could be done; --yes does it.\n` : `${proven} of ${results.length} proven inactive.\n`;
}
