import type { ShellCommand } from '../command.ts';
import { command as apply } from './apply.ts';
import { command as attest } from './attest.ts';
import { command as audit } from './audit.ts';
import { command as baseline } from './baseline.ts';
import { command as consumers } from './consumers.ts';
import { command as fix } from './fix.ts';
import { command as evidence } from './evidence.ts';
import { command as explain } from './explain.ts';
import { command as feedback } from './feedback.ts';
import { command as incident } from './incident.ts';
import { command as issue } from './issue.ts';
import { command as issueSweep } from './issue-sweep.ts';
import { command as ledgerAnchor } from './ledger-anchor.ts';
import { command as ledgerExport } from './ledger-export.ts';
import { command as init } from './init.ts';
import { command as ingest } from './ingest.ts';
import { command as ledgerVerify } from './ledger-verify.ts';
import { command as planApprove } from './plan-approve.ts';
import { command as planCheck } from './plan-check.ts';
import { command as planKeygen } from './plan-keygen.ts';
import { command as planReview } from './plan-review.ts';
import { command as planShow } from './plan-show.ts';
import { command as respond } from './respond.ts';
import { command as rotate } from './rotate.ts';
import { command as rulesExplain } from './rules-explain.ts';
import { command as rulesImport } from './rules-import.ts';
import { command as rulesList } from './rules-list.ts';
import { command as rulesNew } from './rules-new.ts';
import { command as rulesStats } from './rules-stats.ts';
import { command as rulesTest } from './rules-test.ts';
import { command as scan } from './scan.ts';
import { command as settingsShow } from './settings-show.ts';
import { command as triage } from './triage.ts';
import { command as waive } from './waive.ts';
import { command as worker } from './worker.ts';

/** In the order of `--help`. */
export const COMMANDS: readonly ShellCommand[] = [
  init,
  ...[scan, audit, worker, triage, ingest, explain],
  ...[waive, baseline, feedback, attest],
  ...[planShow, planApprove, planKeygen, planReview, apply, planCheck],
  ...[respond, incident],
  ...[issue, issueSweep, rotate, consumers, fix],
  ...[ledgerVerify, ledgerExport, ledgerAnchor, evidence],
  ...[rulesList, rulesTest, rulesExplain, rulesStats, rulesNew, rulesImport],
  settingsShow,
];
