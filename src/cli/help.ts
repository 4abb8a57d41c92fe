import type { ShellCommand } from './command.ts';

export const EXIT_CODES: Readonly<Record<number, string>> = {
  0: 'nothing at or above --fail-on',
  1: 'findings at or above --fail-on',
  2: 'bad usage, configuration or plan, or an internal error',
  3: 'coverage incomplete: something could not be scanned, an interrupt, the timeout',
};

/** Descriptions of the words that only group commands. */
export const GROUPS: Readonly<Record<string, string>> = {
  rules: 'the catalogue of token kinds',
  plan: 'response plans that "audit --plan" wrote',
  ledger: 'the append-only record of what was sent to whom',
};

export const rootHelp = {
  description: 'Finds tokens in repositories, history and CI logs, asks each token\'s issuer what it may do and how long it lives, judges that against policy, and revokes under control.',
  after: `
Examples:
  $ tokenwarden scan                      find tokens here, touch no network
  $ tokenwarden audit --history           find them in all history, ask their issuers, judge
  $ tokenwarden audit --report sarif=out.sarif --plan plan.json
  $ tokenwarden apply plan.json           show what would be revoked; --yes does it

Exit codes:
${codes(EXIT_CODES)}
`,
};

/** Examples and exit codes below the options of a command. */
export function tailOfHelp(command: ShellCommand): string {
  return `
Examples:
${command.examples.map((example) => `  $ ${example}`).join('\n')}

Exit codes:
${codes(command.exitCodes)}
`;
}

function codes(table: Readonly<Record<number, string>>): string {
  return Object.entries(table)
    .map(([code, meaning]) => `  ${code}  ${meaning}`)
    .join('\n');
}
