import type { Invocation, Notification, ReportingDescriptor } from 'sarif';
import { clip } from '../../lib/columns.ts';
import type { AuditResult } from '../../model/index.ts';
import { amount, thousands } from '../view/amount.ts';
import { acceptedLine, coverageOf, skipLine } from '../view/coverage.ts';
import { outcomeOf } from '../view/outcome.ts';
import { verificationOf } from '../view/verification.ts';
import { MAX_TEXT, quoted, sentence } from './message.ts';

/** Findings that the file does not hold, and why. */
export interface LeftOut {
  /** Cut off at the end of the severity order, because code scanning takes no more. */
  readonly overLimit: number;
  /** Findings that the file does hold. */
  readonly kept: number;
  /** Below the confidence of the run. */
  readonly unsure: number;
}

/** Kinds of notification, for `tool.driver.notifications`. */
const KINDS = {
  gap: 'Something that should have been scanned was not',
  'accepted-gap': 'A gap that configuration accepts',
  outage: 'An issuer gave no answer',
  'over-limit': 'More findings than code scanning takes',
  unsure: 'Findings of too low confidence to raise an alert',
} as const;

/** Of a run's results GitHub takes in no more, the most severe first (its document "SARIF support for code scanning", limits). */
const SHOWN_BY_GITHUB = 5_000;

const MAX_NOTIFICATIONS = 200;

export function notificationKinds(): readonly ReportingDescriptor[] {
  return Object.entries(KINDS).map(([id, text]) => ({ id, shortDescription: { text }, fullDescription: { text: `${text}.` }, help: { text: `${text}. The message says what and why.` } }));
}

export function invocationOf(result: AuditResult, left: LeftOut): Invocation {
  const coverage = coverageOf(result.coverage);
  const outcome = outcomeOf(result);
  const all = [
    ...(left.overLimit === 0 ? [] : [note('over-limit', 'error', `${amount(left.overLimit, 'finding')} of lowest severity left out: code scanning takes no more in one file; the json report has them all`)]),
    ...(left.kept <= SHOWN_BY_GITHUB ? [] : [note('over-limit', 'warning', `GitHub shows the ${thousands(SHOWN_BY_GITHUB)} most severe of the ${amount(left.kept, 'finding')} in this file; the json report has all`)]),
    ...coverage.gaps.map((gap) => note('gap', 'error', `Not scanned: ${quoted(skipLine(gap))}`)),
    ...verificationOf(result).outages.map((line) => note('outage', 'warning', quoted(line))),
    ...coverage.accepted.map((skip) => note('accepted-gap', 'note', `Accepted gap: ${quoted(acceptedLine(skip))}`)),
    ...(left.unsure === 0 ? [] : [note('unsure', 'note', `${amount(left.unsure, 'finding')} of low confidence left out; the json report has them`)]),
  ];
  const rest = all.length - MAX_NOTIFICATIONS;
  return {
    executionSuccessful: coverage.complete,
    startTimeUtc: result.run.startedAt.toISOString(),
    endTimeUtc: result.run.finishedAt.toISOString(),
    exitCode: outcome.exitCode,
    exitCodeDescription: clip(outcome.exitReason, MAX_TEXT),
    toolExecutionNotifications: rest > 0 ? [...all.slice(0, MAX_NOTIFICATIONS), note('gap', 'error', `${amount(rest, 'more notification')} left out here; the json report has them`)] : all,
  };
}

function note(id: keyof typeof KINDS, level: Notification.level, text: string): Notification {
  return { descriptor: { id }, level, message: { text: clip(sentence(text), MAX_TEXT) } };
}
