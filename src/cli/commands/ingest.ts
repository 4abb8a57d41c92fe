import type { ShellCommand } from '../command.ts';
import { EXIT_CODES } from '../help.ts';

export const command: ShellCommand = {
  name: 'ingest',
  argument: '[source...]',
  argumentHelp: 'report of another tool (SARIF, gitleaks, betterleaks, TruffleHog, Kingfisher, detect-secrets); - is standard input; github:OWNER/REPO are the secret-scanning alerts of a repository',
  summary: 'verify, judge and report what other tools found',
  description:
    'Takes what other tools found through the same steps as "audit": its kind and issuer, what the issuer says, policy, reports, plan. The plaintext in a report stays in memory. What no own scan has seen is never revoked by a plan: it becomes a step for a person, unless ingest.trust names the tool. To scan and ingest at once: tokenwarden audit . ingest:FILE',
  examples: ['tokenwarden ingest gitleaks.json', 'tokenwarden ingest github:OWNER/REPO --report html=alerts.html', 'trufflehog git file://. --json | tokenwarden ingest -', 'tokenwarden audit . ingest:kingfisher.json --plan plan.json'],
  exitCodes: { ...EXIT_CODES, 1: `${EXIT_CODES[1]} (never with --egress)` },
  run: async (call) => (await import('../run-ingest.ts')).runIngest(call),
};
