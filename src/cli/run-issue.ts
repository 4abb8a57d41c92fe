import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { formatDuration } from '../lib/duration.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type Secret } from '../model/index.ts';
import { findGrant, issueFor, type Closed, type IssueResult } from '../respond/index.ts';
import type { Settings } from '../settings/index.ts';
import { settingsOf } from './settings-of.ts';
import type { Call } from './command.ts';
import { identityOf } from './identity.ts';
import { grantsOf, ownVariables, setUpIssue } from './issue-setup.ts';
import { exitCodeOf, supervise, takeSignals } from './supervise.ts';

/** `issue STORE -- COMMAND`: the command's exit code; 2 where it was not started. */
export async function runIssue({ args, flags, io }: Call): Promise<number> {
  const settings = await settingsOf('issue', { flags, io });
  const { values } = settings;
  const [store = '', command, ...rest] = args;
  if (command === undefined) throw new WardenError('USAGE_MISSING_ARGUMENT', 'tokenwarden issue needs the command that gets the credential', { hint: 'write it behind --: tokenwarden issue STORE --scope SCOPE -- COMMAND' });
  if (values.scope.length === 0) throw new WardenError('USAGE_MISSING_VALUE', 'tokenwarden issue needs --scope: what the credential may do', { hint: 'see "tokenwarden issue --help"' });
  if (values.ttl < 1000) throw new WardenError('USAGE_WRONG_VALUE', '--ttl: a credential lives for a second or more');
  const say = (text: string): void => {
    if (!values.quiet) void io.stderr.write(`${text}\n`).catch(() => undefined);
  };
  const variables = variablesOf(values.variable);
  for (const warning of settings.warnings) say(`warning: ${warning}`);
  const request = { store, identity: identityOf(io), scopes: [...new Set(values.scope)], ttlMs: values.ttl, ...(values.environment === undefined ? {} : { environment: values.environment }) };
  const grants = grantsOf(settings);
  const signals = takeSignals();
  try {
    const setup = await setUpIssue(settings, io, [store], say);
    try {
      const found = findGrant(request, grants);
      const result = await issueFor(
        { ...request, grants, secrets: 'grant' in found ? secretsOf(found.grant.parameters, io.env, setup.makeSecret) : {}, deliver: values.deliver, variables, program: basename(command) },
        {
          ...setup,
          ledger: setup.ledger.append,
          now: io.now,
          sleep: async (ms) => {
            await delay(ms);
          },
          newId: () => randomBytes(8).toString('hex'),
          say,
          isStopped: () => signals.received() !== undefined,
          run: async (handed, id) => {
            const env = { ...Object.fromEntries(Object.entries(io.env).filter(([name]) => !ownVariables(settings).has(name))), TOKENWARDEN_ISSUE: id };
            return supervise({ command, args: rest, env, handed, stdout: io.stdout.stream, stderr: io.stderr.stream, signals });
          },
        },
      );
      // That a credential may live on, or that nothing ran, is told to who wants no messages, too.
      return conclude(result, settings, say, (text) => void io.stderr.write(`${text}\n`).catch(() => undefined));
    } finally {
      await setup.close();
    }
  } finally {
    signals.end();
  }
}

function conclude(result: IssueResult, { values }: Settings, say: (text: string) => void, warn: (text: string) => void): number {
  if (result.status !== 'ran') {
    const ended = result.closed === undefined ? '' : ` What was issued ${endText(result.closed)}.`;
    const title = result.status === 'denied' ? 'denied' : 'nothing was handed out';
    throw new WardenError(result.status === 'denied' ? 'ISSUE_DENIED' : result.status === 'refused' ? 'ISSUE_REFUSED' : 'ISSUE_UNCERTAIN', `${title}: ${printable(result.detail)}.${ended}`, {
      hint: result.status === 'denied' ? 'an entry of grants: in tokenwarden.yml must cover identity, store, scopes, ttl and environment' : 'the ledger holds what was tried',
    });
  }
  const { ended, closed } = result;
  if ('failed' in ended) warn(`error: the command could not be started (${ended.failed})`);
  if (closed.status === 'requested') warn(`warning: the credential may still live: ${printable(closed.detail)}; run "tokenwarden issue sweep" (it ends ${formatDuration(values.ttl)} after it was issued at the latest)`);
  else say(`the credential ${endText(closed)}`);
  return exitCodeOf(ended);
}

function endText(closed: Closed): string {
  if (closed.status === 'revoked') return 'is revoked, and the issuer confirmed that it is dead';
  if (closed.status === 'requested') return `may still live: ${printable(closed.detail)}`;
  return closed.at === undefined ? 'cannot be revoked and lives until it expires' : `cannot be revoked and expires at ${closed.at.toISOString()}`;
}

/** `NAME`, `PART=NAME`. */
function variablesOf(given: readonly string[]): Readonly<Record<string, string>> {
  const wrong = given.find((text) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(text.slice(text.indexOf('=') + 1)));
  if (wrong !== undefined) throw new WardenError('ISSUE_VARIABLE', 'a variable is named by letters, digits and underscores', { hint: 'write --variable NAME, or --variable PART=NAME' });
  return Object.fromEntries(given.map((text) => (text.includes('=') ? [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] : ['', text])) as [string, string][]);
}

function secretsOf(parameters: Readonly<Record<string, string>>, env: Readonly<Record<string, string | undefined>>, makeSecret: (value: string) => Secret): Readonly<Record<string, Secret>> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([key, name]) => {
      if (!key.endsWith('-env')) return [];
      const value = env[name];
      if (value === undefined || value === '') throw new WardenError('STORE_ENV_MISSING', `the environment variable ${printable(name)} (grants: with: ${printable(key)}) is not set`, { hint: `Set ${printable(name)}.` });
      return [[key, makeSecret(value)] as const];
    }),
  );
}
