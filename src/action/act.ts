import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import type { AuditOutcome } from '../audit.ts';
import { describeError } from '../cli/print-error.ts';
import type { Io } from '../cli/io.ts';
import { runAudit, type RunHooks } from '../cli/run-audit.ts';
import { VERSION } from '../cli/version.ts';
import { GitHubError, openGitHub, textAt, type GitHub } from '../github/index.ts';
import { Secret } from '../model/index.ts';
import { isComplete } from '../report/index.ts';
import { targetsOf, withInputs, type Environment, type Settings } from '../settings/index.ts';
import { lastKnownFrom, readAlerts, withAlert, type Alert } from '../cli/code-scanning/alerts.ts';
import { findReach, type Reach } from './extent.ts';
import { degraded, publishSarif } from '../cli/code-scanning/publish-sarif.ts';
import { annotationsText, comment, logText, recallComment, shownTo, summaryText, writeSummary } from './publish.ts';
import { readRunner, type Runner } from './runner.ts';
import { annotationLine, outputEntry, withoutCommands } from './workflow-commands.ts';

export interface ActDeps {
  readonly io: Io;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** One run of the Action; resolves with the exit code, never rejects. */
export async function act({ io: given, sleep }: ActDeps): Promise<number> {
  const io: Io = { ...given, stderr: { ...given.stderr, write: (text) => given.stderr.write(typeof text === 'string' ? withoutCommands(text) : text) } };
  // Until we give our own commands, nothing that is printed is one: names of files and messages of commits are strangers' words.
  const gate = randomUUID();
  await io.stdout.write(`::stop-commands::${gate}\n`);
  const commands = async (text: string): Promise<void> => {
    if (text !== '') await io.stdout.write(`::${gate}::\n${text}::stop-commands::${gate}\n`);
  };
  try {
    return await actOnce({ io, sleep, commands });
  } catch (error) {
    const text = describeError(error);
    await io.stderr.write(`${text}\n`);
    await commands(annotationLine({ level: 'error', title: 'tokenwarden could not run', message: text }));
    writeOutputs(io.env.GITHUB_OUTPUT, [['exit-code', '2']]);
    return 2;
  } finally {
    await io.stdout.write(`::${gate}::\n`);
  }
}

async function actOnce({ io, sleep, commands }: ActDeps & { readonly commands: (text: string) => Promise<void> }): Promise<number> {
  const runner = readRunner(io.env);
  const { trigger } = runner;
  await io.stderr.write(`tokenwarden: ${trigger.words}\n`);
  if (trigger.extent.kind === 'nothing') {
    writeOutputs(runner.outputFile, [['findings', '0'], ['coverage', 'complete'], ['exit-code', '0']]);
    await io.stdout.write(`Nothing to scan: ${trigger.extent.why}.\n`);
    return 0;
  }
  const env = withInputs(io.env);
  const github = await open(runner, io);
  try {
    const notes: string[] = [];
    if (github === undefined) notes.push('no GITHUB_TOKEN was given, so that nothing is commented on and nothing uploaded: add "env: GITHUB_TOKEN: ${{ github.token }}" to the step');
    const token = github === undefined ? undefined : secretOf(runner);
    const reach = await findReach({ runner, env, token, github });
    notes.push(...reach.notes);
    const isFork = trigger.pullRequest?.isFork === true;
    if (isFork) notes.push('this pull request comes from a fork: no issuer was asked about what it holds');
    else if (reach.isForeign && trigger.pullRequest === undefined) notes.push('what is checked out may be anybody\'s: no issuer was asked about what it holds');
    const isAsked = !isFork && (trigger.pullRequest !== undefined || !reach.isForeign);
    const targets = targetsOf(io.env);
    const judged = await judge({ io, runner, github, notes, reach, targets: targets.length > 0 ? targets : (reach.targets ?? []), env: isAsked ? reach.env : { ...reach.env, TOKENWARDEN_VERIFY: 'false' } });
    return await tell(judged, { io, sleep, commands, runner, github, notes, reach, targets });
  } catch (error) {
    if (github !== undefined && !isOff(env.TOKENWARDEN_COMMENT)) await recallComment(error, { github, runner, category: env.TOKENWARDEN_CATEGORY || 'tokenwarden' });
    throw error;
  } finally {
    await github?.close();
  }
}

interface Judged {
  readonly code: number;
  readonly outcome: AuditOutcome;
  readonly settings: Settings;
  /** Notes that stand on standard error already. */
  readonly warned: ReadonlySet<string>;
  /** Undefined: GitHub did not give them. */
  readonly alerts: () => Promise<ReadonlyMap<string, readonly Alert[]> | undefined>;
  readonly again: () => Promise<AuditOutcome | undefined>;
}

/** Runs the audit as the command would, with what only GitHub knows. */
async function judge({ io, runner, github, notes, env, reach, targets }: { readonly io: Io; readonly runner: Runner; readonly github: GitHub | undefined; readonly notes: string[]; readonly env: Environment; readonly reach: Reach; readonly targets: readonly string[] }): Promise<Judged> {
  const { trigger } = runner;
  let known: ReturnType<Judged['alerts']> | undefined;
  const alerts: Judged['alerts'] = () =>
    (known ??= github === undefined ? Promise.resolve(new Map()) : readAlerts(github, { repository: runner.repository, ref: runner.trigger.ref }).catch((error: unknown) => {
      notes.push(degraded('alerts of code scanning were not read', error));
      return undefined;
    }));
  const hooks: RunHooks = { ...(reach.configName === undefined ? {} : { configName: reach.configName }), ...(reach.base === undefined ? {} : { base: reach.base }) };
  const run = async (variables: Environment, more: RunHooks = {}): Promise<{ readonly code: number; readonly outcome?: AuditOutcome; readonly settings?: Settings }> => {
    const got: { outcome?: AuditOutcome; settings?: Settings } = {};
    const code = await runAudit('audit', { args: targets, flags: {}, io: { ...io, env: variables, cwd: runner.workspace, stdout: silent(io) } }, {
      ...hooks,
      ...more,
      isPullRequest: trigger.pullRequest !== undefined,
      lastKnown: async (ids) => (ids.length === 0 ? new Map() : lastKnownFrom((await alerts()) ?? new Map(), ids)),
      adjust: async (findings, settings) => {
        const all = findings.length === 0 ? new Map<string, readonly Alert[]>() : ((await alerts()) ?? new Map<string, readonly Alert[]>());
        const { waiversDismissedBy: by, waiversDismissedReasons: reasons, waiversMaxDays: maxDays } = settings.values;
        return Promise.all(findings.map((finding) => withAlert(finding, all.get(finding.id) ?? [], { by, reasons, maxDays, now: io.now(), roleOf: (login) => roleOf(github, runner, login) })));
      },
      onOutcome: (outcome, settings) => {
        Object.assign(got, { outcome, settings });
        return Promise.resolve();
      },
    });
    return { code, ...got };
  };
  const warned = new Set<string>();
  const onWarning = (warning: string): void => {
    warned.add(warning);
    notes.push(warning);
  };
  const first = await run(env, { onWarning });
  if (first.outcome === undefined || first.settings === undefined) throw new Error('a run ended without an outcome');
  return {
    code: first.code,
    outcome: first.outcome,
    settings: first.settings,
    warned,
    alerts,
    // Code scanning closes whatever an analysis of a branch no longer holds, so that a branch needs all of its tree, not what a push added.
    again: async () => (await run({ ...env, TOKENWARDEN_RANGE: '', TOKENWARDEN_HISTORY: '', TOKENWARDEN_STAGED: '', TOKENWARDEN_PROMOTE: '', TOKENWARDEN_REPORT: '', TOKENWARDEN_PLAN: '', TOKENWARDEN_VERIFY: 'false' })).outcome,
  };
}

interface TellDeps {
  readonly io: Io;
  readonly sleep: ActDeps['sleep'];
  readonly commands: (text: string) => Promise<void>;
  readonly runner: Runner;
  readonly github: GitHub | undefined;
  readonly notes: string[];
  readonly reach: Reach;
  /** What the workflow's author limits the run to; empty: nothing. */
  readonly targets: readonly string[];
}

/** Tells everybody who is to know, each within their limits; what could not be told is told where it can be. */
async function tell({ code, outcome, settings, warned, alerts, again }: Judged, { io, sleep, commands, runner, github, notes, reach, targets }: TellDeps): Promise<number> {
  const { trigger } = runner;
  const { values } = settings;
  const sarifIds: string[] = [];
  if (github !== undefined && values.upload) {
    // A pull request is held against its base; a branch stands for itself.
    const isOfTree = trigger.pullRequest === undefined && trigger.event !== 'merge_group';
    const refusal = noUpload(reach, { isOfTree, isPromotion: values.promote });
    if (refusal !== undefined) notes.push(refusal);
    const whole = refusal !== undefined ? undefined : reach.kind === 'range' && isOfTree ? await again() : outcome;
    // Beside the lines of a pull request GitHub shows alerts to whoever can read it; those of branches only to people who may write.
    const isBesideChange = trigger.pullRequest !== undefined || trigger.event === 'merge_group';
    const category = categoryOf(values.category, { reach, targets, isNamed: !isOfTree && reach.kind === 'range' && trigger.extent.kind === 'range' && reach.env.TOKENWARDEN_RANGE !== `${trigger.extent.from}..${trigger.extent.to}` });
    if (whole !== undefined) {
      const { uploaded, notes: more } = await publishSarif(isBesideChange ? { result: shownTo(trigger.isPublic, whole.result) } : whole, category, await alerts(), { github, target: { repository: runner.repository, ref: trigger.ref, commit: trigger.commit }, startedAt: whole.result.run.startedAt, sleep });
      sarifIds.push(...uploaded.map(({ id }) => id));
      notes.push(...more);
    }
  }
  const shown = shownTo(trigger.isPublic, outcome.result);
  if (github !== undefined && values.comment && trigger.pullRequest !== undefined) {
    const trouble = await comment(shown, notes, { github, runner, category: reach.kind === 'log' ? `${values.category}-log` : values.category });
    if (trouble !== undefined) notes.push(trouble);
  }
  await io.stdout.write(logText(shown));
  for (const note of notes) if (!warned.has(note)) await io.stderr.write(`note: ${note}\n`);
  writeSummary(runner.summaryFile, summaryText(shown, notes));
  await commands(annotationsText(shown, notes));
  writeOutputs(runner.outputFile, [
    ['findings', String(outcome.result.findings.filter(({ waiver }) => waiver === undefined).length)],
    ['sarif-id', sarifIds.join(',')],
    ['plan', values.plan ?? ''],
    ['coverage', isComplete(outcome.result) ? 'complete' : 'incomplete'],
    ['exit-code', String(code)],
  ]);
  return code;
}

/** Why nothing may be uploaded; undefined if it may. */
function noUpload({ kind, elsewhere }: Reach, { isOfTree, isPromotion }: { readonly isOfTree: boolean; readonly isPromotion: boolean }): string | undefined {
  if (kind === 'log') return 'nothing was uploaded to code scanning: it has no place for what stands in a log';
  if (isPromotion) return 'nothing was uploaded to code scanning: this run compares two targets';
  return isOfTree && elsewhere !== undefined ? `nothing was uploaded to code scanning: ${elsewhere.slice(0, 12)} is checked out, which is not the commit of the event` : undefined;
}

/** Whatever is a part of the results has a category of its own, so that code scanning takes nothing else for fixed. */
function categoryOf(plain: string, { reach, targets, isNamed }: { readonly reach: Reach; readonly targets: readonly string[]; readonly isNamed: boolean }): string {
  const limits = targets.length === 0 ? '' : `-targets-${createHash('sha256').update(JSON.stringify([...targets].sort())).digest('hex').slice(0, 8)}`;
  return `${plain}${reach.kind === 'history' ? '-history' : isNamed ? '-range' : ''}${limits}`;
}

function isOff(text: string | undefined): boolean {
  return /^(?:false|0|no|off)$/i.test(text ?? '');
}

async function open(runner: Runner, io: Io): Promise<(GitHub & { readonly close: () => Promise<void> }) | undefined> {
  if (runner.token === '') return undefined;
  const proxy = (name: string): string | undefined => io.env[name.toLowerCase()] ?? io.env[name];
  const entries = { https: proxy('HTTPS_PROXY'), http: proxy('HTTP_PROXY'), no: proxy('NO_PROXY') };
  return openGitHub({
    ...(runner.apiUrl === undefined ? {} : { apiUrl: runner.apiUrl }),
    token: secretOf(runner),
    userAgent: `tokenwarden/${VERSION}`,
    proxy: Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined && value !== '')),
    now: io.now,
  });
}

/** Its fingerprint is of no use to anybody: it dies with the job. */
function secretOf({ token }: Runner): Secret {
  return new Secret(token, 'tw1:workflow', '********');
}

const roles = new WeakMap<GitHub, Map<string, Promise<string | undefined>>>();

/** The role of a person in the repository; undefined where GitHub does not say. */
function roleOf(github: GitHub | undefined, { repository }: Runner, login: string): Promise<string | undefined> {
  if (github === undefined) return Promise.resolve(undefined);
  const known = roles.get(github) ?? new Map<string, Promise<string | undefined>>();
  roles.set(github, known);
  const asked =
    known.get(login) ??
    github.call('repos/get-collaborator-permission-level', { ...repository, username: login }).then(
      ({ value }) => textAt(value, 'role_name') ?? textAt(value, 'permission'),
      (error: unknown) => {
        if (error instanceof GitHubError) return undefined;
        throw error;
      },
    );
  known.set(login, asked);
  return asked;
}

/** The command's own text report: we write one for the log that its readers may see. */
function silent(io: Io): Io['stdout'] {
  return { ...io.stdout, write: () => Promise.resolve() };
}

function writeOutputs(file: string | undefined, outputs: readonly (readonly [string, string])[]): void {
  if (file === undefined || file === '') return;
  appendFileSync(file, outputs.map(([name, value]) => outputEntry(name, value, `tokenwarden-${randomUUID()}`)).join(''));
}
