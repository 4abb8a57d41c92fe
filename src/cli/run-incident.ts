import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { existsSync } from 'node:fs';
import { formatDuration } from '../lib/duration.ts';
import { formatInstant } from '../lib/instant.ts';
import { printable } from '../lib/printable.ts';
import { pathOf, Secret, WardenError, type Credential, type Finding, type Location, type Origin, type Plan } from '../model/index.ts';
import { describePlan, readLedger } from '../respond/index.ts';
import { findAgain } from '../assemble/index.ts';
import { anchorAll } from './anchors.ts';
import { chosenAction } from './chosen-action.ts';
import type { Call } from './command.ts';
import { consumerLines, takenIn, type ConsumerSources } from './incident-consumers.ts';
import { usesColor, type Io } from './io.ts';
import { readLastRun } from './memory.ts';
import { gitVariables } from './pipeline.ts';
import { planOf } from './plan-of-run.ts';
import { runAudit, type RespondRun } from './run-audit.ts';
import { isPublic } from './situation.ts';
import { STATE_FILES } from './state-files.ts';

/** Everything is told within a minute: the search ends before. */
const SEARCH_MS = 45_000;
/** The search for consumers, too. */
const TELL_MS = 52_000;
const MAX_BYTES = 64 * 1024;

/** `incident - [TARGET...]`: what is known of one token, and how to contain it. */
export async function runIncident({ args, flags, io }: Call): Promise<number> {
  const [dash, ...targets] = args;
  if (dash !== '-') throw new WardenError('USAGE_SECRET_IN_ARGUMENTS', 'incident takes the token from standard input: its first argument is -', { hint: 'a secret on the command line can be seen by other processes and stays in the shell history' });
  const began = io.now();
  const given = await buffer(io.stdin);
  if (given.length > MAX_BYTES) throw new WardenError('INCIDENT_TOO_LARGE', 'standard input holds more than a token and its parts', { hint: 'scan files with "tokenwarden audit"' });
  if (given.toString('utf8').trim() === '') throw new WardenError('INCIDENT_EMPTY', 'standard input holds nothing');
  const extraTargets = [{ spec: { kind: 'stdin', stream: Readable.from([given]), log: false }, given: '-' }] as const;
  return runAudit('audit', { args: targets.length === 0 ? ['.'] : targets, flags, io }, {
    as: 'incident',
    isAside: true,
    timeoutMs: SEARCH_MS,
    extraTargets,
    onlyAsk: isGiven,
    respond: (run) => tell(run, { began, given, targets: targets.length === 0 ? ['.'] : targets, io }),
  });
}

function isGiven({ occurrences }: Pick<Credential, 'occurrences'>): boolean {
  return occurrences.some(({ origin }) => origin.kind === 'stdin');
}

interface Asked {
  readonly began: Date;
  readonly given: Uint8Array;
  readonly targets: readonly string[];
  readonly io: Io;
}

async function tell(run: RespondRun, { began, given, targets, io }: Asked): Promise<number> {
  const { outcome, settings, issuers, ledger } = run;
  const findings = outcome.result.findings.filter(({ credential }) => isGiven(credential));
  if (findings.length === 0) throw new WardenError('INCIDENT_UNKNOWN', 'no rule knows what standard input holds', { hint: 'give the token as it is found, with the name or line that it stands in' });
  const elsewhere = findings.map((finding) => ({ ...finding, credential: { ...finding.credential, occurrences: finding.credential.occurrences.filter(({ origin }) => origin.kind !== 'stdin') } }));
  const choose = chosenAction(settings, true);
  // A living token that somebody reports is to be contained, wherever it lies and whatever policy says of that.
  const plan = planOf({ ...outcome, result: { ...outcome.result, findings: elsewhere.map(asLeaked) } }, { issuers, policy: settings.respond, now: io.now(), requestedBy: io.actor, trusted: settings.values.ingestTrust, rotations: settings.rotations, ...(choose === undefined ? {} : { choose }) });
  await run.writePlan(plan);
  for (const { id, credential, introspection } of findings) ledger.append('incident', { finding: id, rule: credential.rule.id, status: introspection.status, plan: plan.digest }, credential.fingerprint);
  const open = isPublic(outcome, settings);
  const environment = gitVariables(io.env);
  const left = Math.max(0, TELL_MS - (io.now().getTime() - began.getTime()));
  const taken = await takenIn(targets, io.cwd, environment, AbortSignal.any([run.signal, AbortSignal.timeout(left)]));
  const { readAgain: read } = findAgain({ catalogue: run.catalogue, fingerprintKey: settings.fingerprintKey, environment });
  const sources: ConsumerSources = { readAgain: outcome.readAgain, read, given, taken, rotations: settings.rotations };
  for (const [index, finding] of elsewhere.entries()) await io.stdout.write(await describe(finding, { everywhere: findings[index] ?? finding, sources, open, plan, run, io }));
  const { complete, skipped } = outcome.result.coverage;
  if (!complete) await io.stdout.write(`Not everything could be searched: ${[...new Set(skipped.map(({ reason }) => reason))].join(', ')}. There may be more occurrences.\n`);
  await containment(plan, run, io);
  await io.stdout.write(`Told after ${formatDuration(io.now().getTime() - began.getTime())}.\n`);
  await anchorAll(ledger, settings, io, run.say);
  if (!complete) return 3;
  return findings.every(({ introspection }) => introspection.status === 'inactive') ? 0 : 1;
}

function asLeaked(finding: Finding): Finding {
  if (finding.introspection.status !== 'active' || finding.verdicts.some(({ check, verdict }) => check === 'leaked' && verdict.status === 'violation')) return finding;
  return { ...finding, verdicts: [...finding.verdicts, { check: 'leaked', verdict: { status: 'violation', evidence: 'An incident was reported for it.', remedy: 'Revoke it at its issuer.' } }] };
}

interface Context {
  /** With what was given on standard input. */
  readonly everywhere: Finding;
  readonly sources: ConsumerSources;
  readonly open: boolean | undefined;
  readonly plan: Plan;
  readonly run: RespondRun;
  readonly io: Io;
}

async function describe(finding: Finding, { everywhere, sources, open, plan, run, io }: Context): Promise<string> {
  const { credential, introspection, id } = finding;
  const around = plan.actions.find(({ findingId }) => findingId === id) ?? plan.manual.find(({ findingId }) => findingId === id);
  const facts = introspection.status === 'active' ? introspection.facts : {};
  const surroundings = run.outcome.surroundings?.({ id, credential, introspection });
  const owners = [...new Set([...(around?.owners ?? []), ...(facts.owner === undefined ? [] : [facts.owner])])];
  const earlier = await earlierPlaces(credential, run, io);
  const here = credential.occurrences.map(placeOf);
  const seen = surroundings?.firstSeenAt;
  const rows: readonly (readonly [string, string])[] = [
    ['status', introspection.status === 'active' ? `ACTIVE, says ${introspection.host ?? ''} (${introspection.method})` : introspection.status === 'inactive' ? `dead, says ${introspection.host ?? ''}: ${introspection.reason}` : `nobody says whether it lives (${introspection.why}: ${introspection.detail}): treat it as live`],
    ['acts as', facts.sub ?? facts.clientId ?? facts.name ?? 'not said'],
    ['scopes', facts.scopes === undefined ? 'not said' : facts.scopes.join(', ') || 'none'],
    ['expires', facts.exp === 'never' ? 'never' : facts.exp === undefined ? 'not said' : formatInstant(facts.exp)],
    ['last used', facts.lastUsedAt === 'never' ? 'never' : facts.lastUsedAt === undefined ? 'not said' : `${formatInstant(facts.lastUsedAt)} (our question may count as one)`],
    ['owner', owners.join(', ') || 'nobody is named'],
    ['exposed', exposure(credential.occurrences, open, seen instanceof Date ? seen : undefined)],
    ...(here.length === 0 ? [['lies at', 'found nowhere in what was searched now'] as const] : here.map((place) => ['lies at', place] as const)),
    ...(earlier === 'unread' ? [['lay at', 'not known: what the last run saw could not be read'] as const] : earlier.filter((place) => !here.includes(place)).map((place) => ['lay at', `${place} (the last run saw it there)`] as const)),
    ...(facts.uses ?? []).slice(0, 10).map((use) => ['used', `${formatInstant(use.at)}${use.address === undefined ? '' : ` from ${use.address}`}${use.action === undefined ? '' : `: ${use.action}`}`] as const),
    ...(await consumerLines(everywhere, sources)).map((line) => ['consumers', line] as const),
    ...(await earlierActs(credential, run)).map((act) => ['record', act] as const),
  ];
  const hide = Secret.redactor([credential.secret, ...credential.companions.map(({ secret }) => secret)]);
  return `${printable(credential.rule.id)} ${printable(credential.secret.masked)}, finding ${id}, ${credential.fingerprint}\n${rows.map(([label, text]) => `   ${label.padEnd(10)} ${printable(hide(text))}\n`).join('')}\n`;
}

function placeOf({ origin, region }: Location): string {
  const where = `${pathOf(origin)}:${region.startLine}`;
  return origin.kind === 'commit' ? `${where} in ${origin.commit === undefined ? 'history' : `commit ${origin.commit.slice(0, 12)}${origin.committedAt === undefined ? '' : `, ${origin.committedAt}`}`}` : where;
}

function exposure(occurrences: readonly Location[], open: boolean | undefined, seen: Date | undefined): string {
  const kinds = new Set(occurrences.map(({ origin }) => outermost(origin).kind));
  const commits = occurrences.flatMap(({ origin }) => (origin.kind === 'commit' && origin.committedAt !== undefined ? [Date.parse(origin.committedAt)] : [])).filter(Number.isFinite);
  const since = [...commits, ...(seen === undefined ? [] : [seen.getTime()])].sort((a, b) => a - b)[0];
  const where = [...(kinds.has('file') ? ['files'] : []), ...(kinds.has('commit') || kinds.has('message') ? ['history'] : []), ...(kinds.has('log') ? ['CI logs'] : [])];
  const who = open === true ? 'the world can read it' : open === false ? 'private, as you say' : 'whether the world can read it is not known';
  return `${where.length === 0 ? 'nowhere found' : `in ${where.join(', ')}`}; ${since === undefined ? 'since when is not known' : `since ${formatInstant(new Date(since))} at the latest`}; ${who}`;
}

function outermost(origin: Origin): Origin {
  return origin.kind === 'member' ? outermost(origin.archive) : origin;
}

/** Where the last run saw it; `unread` where one is remembered and cannot be read. */
async function earlierPlaces({ fingerprint }: Credential, { settings }: RespondRun, io: Io): Promise<readonly string[] | 'unread'> {
  try {
    const json = await readLastRun(settings, io);
    if (json === undefined) return [];
    const { readReport } = await import('../report/index.ts');
    const report = await readReport(json);
    return report.findings.filter(({ credential }) => credential.fingerprint === fingerprint).flatMap(({ locations }) => locations.map(placeOf));
  } catch {
    return 'unread';
  }
}

const MAX_RECORDS = 10;

/** What the ledger says was done about it; our questions are left out. */
async function earlierActs({ fingerprint }: Credential, { settings }: RespondRun): Promise<readonly string[]> {
  const path = STATE_FILES.ledger(settings.stateDir);
  if (!existsSync(path)) return [];
  const acts: string[] = [];
  for await (const record of readLedger(path)) {
    if (record.fingerprint !== fingerprint || /^(?:introspect|list|uses|incident)/.test(record.event) || record.event === 'apply.asked' || record.event === 'apply.proof') continue;
    acts.push(`${record.at} ${record.event} by ${record.actor}${typeof record.detail['status'] === 'string' ? `: ${record.detail['status']}` : ''}`);
  }
  return acts.slice(-MAX_RECORDS);
}

async function containment(plan: Plan, { settings }: RespondRun, io: Io): Promise<void> {
  if (plan.actions.length === 0 && plan.manual.length === 0) return;
  await io.stdout.write(`CONTAINMENT\n${describePlan(plan, { color: usesColor(io.env, io.stdout), now: io.now() })}`);
  if (plan.actions.length === 0) return;
  const file = settings.values.plan ?? 'plan.json';
  await io.stdout.write(`${settings.values.plan === undefined ? 'Run again with --plan plan.json, then' : 'Contain it with'}: tokenwarden apply ${printable(file)} --yes --secret -${settings.respond.required > 0 ? ` (${settings.respond.required} approvals first: tokenwarden plan approve ${printable(file)})` : ''}\n`);
}
