import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'evidence',
  summary: 'the audit pack of a time, from the ledger',
  description: 'Writes as JSON what the ledger proves of the days --from to --to: audits with coverage and the versions of policy and catalogue, each finding\'s times (exposed, detected, told, dead) against sla:, actions with approvers and proofs, waivers with approvers, attestations, reviews, and to which record each anchor of ledger.anchors and --anchor bears the ledger out.',
  examples: ['tokenwarden evidence --from 2026-10-01 --to 2026-12-31 --out q4.json'],
  exitCodes: { 0: 'written; every promise of sla: is kept or pending', 1: 'written; a promise is broken, a review is open, or the ledger is damaged', 2: 'bad usage, or there is no ledger' },
  run: async (call) => (await import('../run-evidence.ts')).runEvidence(call),
};
