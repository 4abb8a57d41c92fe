import type { ShellCommand } from '../command.ts';
import { EXIT_CODES } from '../help.ts';

export const command: ShellCommand = {
  name: 'scan',
  argument: '[target...]',
  argumentHelp: 'directory, file, git work tree or bare repository; - is standard input (default: .); log:github:OWNER/REPO its last 20 runs of GitHub Actions (logs and artifacts; @RUN, @RUN/ATTEMPT or @YYYY-MM-DD choose others)',
  summary: 'find tokens; asks no issuer',
  description:
    'Finds tokens in directories, files, git work trees, history, archives and CI logs. In a git work tree it reads tracked and untracked-not-ignored files; a subdirectory scans only itself. No issuer is asked; only a target that is remote itself is contacted.',
  examples: ['tokenwarden scan', 'tokenwarden scan --staged', 'tokenwarden scan --range origin/main..HEAD --report sarif=out.sarif', 'tokenwarden scan --history .', 'kubectl logs api | tokenwarden scan -'],
  exitCodes: EXIT_CODES,
  run: async (call) => (await import('../run-audit.ts')).runAudit('scan', call),
};
