import type { ShellCommand } from '../command.ts';
import { EXIT_CODES } from '../help.ts';

export const command: ShellCommand = {
  name: 'audit',
  argument: '[target...]',
  argumentHelp: 'directory, file, git work tree or bare repository; - is standard input (default: .); log:github:OWNER/REPO its last 20 runs of GitHub Actions (logs and artifacts; @RUN, @RUN/ATTEMPT or @YYYY-MM-DD choose others); issuer:NAME is a store of tokenwarden.yml, whose list of tokens is judged; github:ORG, github:USER or github:OWNER/REPO is everything that lies there, and so are gitlab:GROUP (or a user, or GROUP/PROJECT) and gitea:OWNER (or OWNER/REPO; Forgejo, too)',
  summary: 'find tokens, ask their issuers, judge them by policy',
  description:
    'Finds tokens as "scan" does, asks the issuers that tokenwarden.yml allows what each token may do and how long it lives, and judges that by policy. It changes nothing anywhere: --plan writes what "apply" would revoke. Tokens go only to stores that claim them; --egress shows where, before anything is sent.',
  examples: ['tokenwarden audit --egress', 'tokenwarden audit --report sarif=out.sarif --report html=out.html', 'tokenwarden audit --history --plan plan.json', 'tokenwarden audit --log build.log --fail-on high', 'tokenwarden audit github:acme --report html=acme.html', 'tokenwarden audit gitlab:acme'],
  exitCodes: { ...EXIT_CODES, 1: `${EXIT_CODES[1]} (never with --egress)` },
  run: async (call) => (call.args.some((arg) => /^(?:github|gitlab|gitea):/.test(arg)) ? (await import('../organization/run.ts')).runOrganization(call) : (await import('../run-audit.ts')).runAudit('audit', call)),
};
