import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { readDestinations } from '../../alerts/index.ts';
import { requireForgeTarget, type Forge, type ForgeGap } from '../../forges/index.ts';
import type { Inventory, Job, OrganizationRun, PlannedRepository } from '../../inventory/index.ts';
import { printable } from '../../lib/printable.ts';
import { WardenError, type OrganizationReport, type OwnerIssue } from '../../model/index.ts';
import { buildReport, workAbreast } from '../../organization/index.ts';
import type { Settings } from '../../settings/index.ts';
import { closeAll, type Close } from '../closing.ts';
import type { Call } from '../command.ts';
import { interruptible } from '../interrupt.ts';
import { progressView } from '../progress.ts';
import { loadRunSettings } from '../run-settings.ts';
import { VERSION } from '../version.ts';
import { sendAlerts } from './alerts.ts';
import { collectGarbageEvery } from './collect-garbage.ts';
import { keepOwnerIssues } from './owner-issues.ts';
import { prepareOrganizationReports } from './outputs.ts';
import { scanRepository } from './scan-repository.ts';
import { setUpOrganization, type OrganizationSetup } from './set-up.ts';

const POLL_MS = 1000;
const PLANNED_AT_ONCE = 200;
/** Repositories. */
const COLLECT_EVERY = 20;
/** Repositories that are asked about and fetched while one is scanned: most of their time is waiting for a server. */
const ABREAST = 3;

/** `audit github:ORG`: plans, scans what no other worker has, waits for those, and reports. */
export async function runOrganization({ args, flags, io }: Call): Promise<number> {
  const { settings } = await loadRunSettings('audit', { flags, io });
  const { values } = settings;
  const [target = '', ...others] = args;
  if (others.length > 0) throw new WardenError('USAGE_ONE_ORGANIZATION', 'an organisation is audited in a run of its own', { hint: 'give one target such as github:ORG, and the others in other runs' });
  refuseUnfit(settings);
  if (values.schedule !== undefined) {
    requireForgeTarget(target);
    return (await import('./schedule.ts')).writeSchedule(target, values.schedule, io);
  }
  const reports = await prepareOrganizationReports(values, io);
  const destinations = readDestinations(io.env);
  const view = progressView(io, values.quiet);
  const run = interruptible(io, values.timeout, view.say);
  const closing: Close[] = [run.end, view.end];
  try {
    const setup = await setUpOrganization(settings, io, run.signal, view.say, closing);
    const state = setup.inventory.organization;
    const opened = await state.openRun({ id: randomUUID(), target, settings: setup.digest, leaseSeconds: values.lease / 1000 });
    if (opened.state === 'planning') await plan(opened, setup, values.lease / 1000, values.quiet ? () => undefined : view.say, run.signal);
    else view.say(`note: going on with the run of ${target} that began at ${opened.startedAt}\n`);
    for (;;) {
      await workOn(setup, settings, run.signal, view.say, opened.id);
      if (run.signal.aborted) break;
      const progress = await state.progress(opened.id);
      view.show({ phase: 'scan', done: progress.scanned + progress.unchanged + progress.skipped, total: progress.planned + progress.leased + progress.scanned + progress.unchanged + progress.skipped, bytes: 0 });
      if (progress.planned + progress.leased === 0) break;
      // Others are at the rest, or it is to be tried again later.
      await delay(POLL_MS, undefined, { signal: run.signal }).catch(() => undefined);
    }
    const { report: seen, issuesBefore } = await reportOf(setup, opened);
    // Before the run is over: whoever goes on with one that was killed here tells it again, and never not at all.
    // Whoever was quicker has told it.
    const isTold = run.signal.aborted || (await state.run(opened.id))?.state === 'finished';
    const alerts = isTold ? [] : await sendAlerts(seen, destinations, settings, { io, say: view.say, signal: run.signal });
    const asksIssues = values.ownerIssues && !isTold;
    const issues = asksIssues ? await keepOwnerIssues(seen, { github: setup.forgeOf(target).github, before: issuesBefore, dryRun: values.alertsDryRun, say: view.say }) : issuesBefore.map((issue) => ({ ...issue, state: 'left' as const }));
    const report = { ...seen, ...(alerts.length === 0 ? {} : { alerts }), ...(asksIssues || issues.length > 0 ? { issues } : {}) };
    // A run that was stopped is not over: the same command goes on with it.
    if (!run.signal.aborted) {
      await state.finish(opened.id, JSON.stringify(report), report.coverage.complete);
      await state.forget(values.retention);
    }
    view.end();
    await reports.write(report, state.repositories(opened.id));
    if (report.coverage.complete) return report.findings.some(({ failing }) => failing) ? 1 : 0;
    return 3;
  } finally {
    await closeAll(closing);
  }
}

/** `worker`: takes repositories of any run under the same settings, until it is told to stop. */
export async function runWorker({ flags, io }: Call): Promise<number> {
  const { settings } = await loadRunSettings('worker', { flags, io });
  const view = progressView(io, settings.values.quiet);
  const run = interruptible(io, settings.values.timeout, view.say);
  const closing: Close[] = [run.end, view.end];
  try {
    const setup = await setUpOrganization(settings, io, run.signal, view.say, closing);
    view.say(`waiting for repositories at ${setup.inventory.path}\n`);
    while (!run.signal.aborted) {
      const done = await workOn(setup, settings, run.signal, view.say);
      if (settings.values.untilIdle && done === 0) break;
      await delay(POLL_MS, undefined, { signal: run.signal }).catch(() => undefined);
    }
    return 0;
  } finally {
    await closeAll(closing);
  }
}

function refuseUnfit({ values }: Settings): void {
  const unfit = ([['--staged', values.staged], ['--range', values.range !== undefined], ['--egress', values.egress], ['--plan', values.plan !== undefined], ['--promote', values.promote], ['--log', values.log.length > 0]] as const).filter(([, given]) => given).map(([flag]) => flag);
  if (unfit.length > 0) throw new WardenError('USAGE_ORGANIZATION', `${unfit.join(', ')} cannot be used with an organisation`, { hint: 'all refs of all its repositories are scanned; leave it out' });
}

async function workOn(setup: OrganizationSetup, settings: Settings, signal: AbortSignal, say: (text: string) => void, run?: string): Promise<number> {
  const state = setup.inventory.organization;
  const leaseSeconds = settings.values.lease / 1000;
  const worker = `${hostname()} ${process.pid}`;
  const collect = collectGarbageEvery(COLLECT_EVERY);
  const jobs = {
    claim: () => state.claim(worker, setup.digest, leaseSeconds, run),
    renew: (job: Job) => state.renew(job, job.leaseSeconds),
    fail: state.fail,
    release: state.release,
  };
  return workAbreast(ABREAST, {
    jobs,
    scan: (job, held) => scanRepository(job, held, setup.scanOf(job.target)),
    signal,
    onEnd: (job, how, detail) => {
      collect();
      if (how === 'lost') say(`note: ${printable(job.name)} was taken over by another worker, and what this one found of it is dropped\n`);
      if (how === 'failed') say(`note: ${printable(job.name)}: ${printable(detail ?? '')}\n`);
    },
  });
}

/** Lists what there is. Listing again after it was broken off adds what is missing. */
async function plan({ id, target }: OrganizationRun, setup: OrganizationSetup, leaseSeconds: number, say: (text: string) => void, signal: AbortSignal): Promise<void> {
  const { organization: state } = setup.inventory;
  const forge: Forge = setup.forgeOf(target);
  const gaps: ForgeGap[] = [];
  let waiting: PlannedRepository[] = [];
  let count = 0;
  for await (const repository of forge.repositories((gap) => gaps.push(gap))) {
    signal.throwIfAborted();
    const excluded = setup.isExcluded(repository);
    waiting.push({ name: repository.name, facts: JSON.stringify(repository), ...(excluded === undefined ? {} : { skipped: { reason: 'excluded', detail: excluded } }) });
    count += 1;
    if (waiting.length >= PLANNED_AT_ONCE) {
      await state.plan(id, waiting);
      waiting = [];
    }
  }
  await state.plan(id, waiting);
  await state.planned(id, JSON.stringify(gaps), leaseSeconds);
  say(`note: ${target} has ${count} repositories and wikis\n`);
}

async function reportOf(setup: OrganizationSetup, opened: OrganizationRun): Promise<{ readonly report: OrganizationReport; readonly issuesBefore: readonly OwnerIssue[] }> {
  const { organization: state } = setup.inventory;
  const run = (await state.run(opened.id)) ?? opened;
  const before = run.previous === undefined ? undefined : await state.run(run.previous);
  const previous = before?.report === undefined ? undefined : (JSON.parse(before.report) as OrganizationReport);
  const report = await buildReport({
    tool: { name: 'tokenwarden', version: VERSION, catalogueDigest: setup.catalogueDigest },
    run: { id: run.id, startedAt: run.startedAt, finishedAt: run.finishedAt ?? '', ...(run.previous === undefined ? {} : { previous: run.previous }) },
    target: run.target,
    gaps: run.plan === undefined ? [] : (JSON.parse(run.plan) as ForgeGap[]),
    records: state.repositories(run.id),
    ...(previous === undefined ? {} : { previous, isSameQuestion: before?.settings === run.settings }),
    knownBefore: (ids) => knownBefore(setup.inventory, ids, run.id),
  });
  return { report, issuesBefore: (previous?.issues ?? []).filter(({ number, state }) => number !== undefined && state !== 'closed') };
}

async function knownBefore({ organization }: Inventory, ids: readonly string[], run: string): Promise<ReadonlySet<string>> {
  return new Set([...(await organization.earlier(ids))].filter(([, { firstRun }]) => firstRun !== run).map(([id]) => id));
}

