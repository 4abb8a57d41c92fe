import { setTimeout as delay } from 'node:timers/promises';
import picocolors from 'picocolors';
import type { FindAgain, Issuers } from '../assemble/index.ts';
import { printable } from '../lib/printable.ts';
import { leavesAlive, type ActionResult, type Plan, type WriteRecord } from '../model/index.ts';
import { applyPlan, type Applied, type ApplyDeps, type Past, type Step } from '../respond/index.ts';
import type { Settings } from '../settings/index.ts';
import { usesColor, type Io } from './io.ts';

export interface CarryOutSetup {
  readonly yes: boolean;
  readonly finding: FindAgain;
  readonly issuers: Issuers;
  readonly ledger: WriteRecord;
  readonly past: Past;
  readonly authority: NonNullable<ApplyDeps['authority']>;
  readonly hold: NonNullable<ApplyDeps['hold']>;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** Carries out planned rotations. */
  readonly rotate?: NonNullable<ApplyDeps['rotate']>;
  /** Told before each mutation is sent. */
  readonly onSend?: () => void;
}

/** Applies a plan in the real world and shows what came of it. */
export async function carryOut(plan: Plan, setup: CarryOutSetup, io: Io): Promise<Applied> {
  const { yes, finding, issuers, ledger, past, authority, hold, signal, say, onSend, rotate } = setup;
  const applied = await applyPlan(plan, {
    yes,
    ...finding,
    ...issuers.responder(),
    ...(rotate === undefined ? {} : { rotate }),
    now: io.now,
    sleep: async (ms, stop) => {
      await delay(ms, undefined, { signal: stop });
    },
    ledger,
    past,
    authority,
    hold,
    onStep: (step) => {
      if (step.kind === 'send') onSend?.();
      say(stepText(step));
    },
    signal,
  });
  const color = usesColor(io.env, io.stdout);
  await io.stdout.write(applied.results.map((result) => `${resultText(result, color)}\n`).join(''));
  await io.stdout.write(summary(applied.results, applied.dryRun));
  return applied;
}

/** Values of the environment that are our own credentials at stores. */
export function ownStoreSecrets({ stores }: Settings, { env }: Io): readonly string[] {
  return stores.flatMap(({ auth }) => {
    const names: readonly (string | undefined)[] = auth === undefined || auth.method === 'none' ? [] : auth.method === 'bearer' ? [auth['token-env']] : [auth['client-secret-env']];
    return names.flatMap((name) => (name === undefined || env[name] === undefined ? [] : [env[name]]));
  });
}

const STEPS: Readonly<Record<Step['kind'], string>> = { read: 'reading the secret again', ask: 'asking the issuer', intend: 'recording the intent', send: 'sending', prove: 'asking for proof', result: '' };

function stepText({ action, number, of, kind }: Step): string {
  return kind === 'result' ? '' : `[${number}/${of}] ${printable(action.rule)} at ${printable(action.host)}: ${STEPS[kind]}\n`;
}

const INK = { done: 'green', 'already-inactive': 'green', 'already-limited': 'green', would: 'cyan', requested: 'yellow', unable: 'red', refused: 'red', held: 'yellow' } as const satisfies Readonly<Record<ActionResult['status'], string>>;

const DONE = { revoke: 'revoked', deactivate: 'switched off', shorten: 'shortened', narrow: 'narrowed', rotate: 'replaced', issue: 'issued' } as const;

const CONFIRMED: Readonly<Partial<Record<ActionResult['action']['kind'], string>>> = { shorten: 'its new end', narrow: 'its fewer scopes' };

function resultText(result: ActionResult, color: boolean): string {
  const { action, status } = result;
  const label = picocolors.createColors(color)[INK[status]](status.padEnd(16));
  const detail = 'detail' in result ? printable(result.detail) : status === 'done' ? `${DONE[action.kind]}, and the issuer confirmed ${CONFIRMED[action.kind] ?? 'that it is inactive'}` : status === 'already-limited' ? 'the issuer says that it is no longer-lived and may no more than planned; nothing was sent' : 'the issuer says that it is dead; nothing was sent';
  return `${label}  ${printable(action.rule)} at ${printable(action.host)}, finding ${action.findingId}: ${detail}`;
}

function summary(results: readonly ActionResult[], dryRun: boolean): string {
  if (results.length === 0) return 'The plan holds no action.\n';
  const proven = results.filter(({ status }) => status === 'done' || status === 'already-inactive' || status === 'already-limited').length;
  const possible = results.filter(({ status }) => status === 'would').length;
  return dryRun ? `Dry run: nothing was sent. ${possible} of ${results.length} could be done; --yes does it.\n` : `${proven} of ${results.length} proven${results.every(({ action }) => !leavesAlive(action)) ? ' inactive' : ''}.\n`;
}
