import { refuseSecrets } from '../../assemble/index.ts';
import { openInventory } from '../../inventory/index.ts';
import { listOf } from '../../lib/nearest.ts';
import { printable } from '../../lib/printable.ts';
import { WardenError, type OrganizationFinding, type OrganizationReport } from '../../model/index.ts';
import { groupByOwner, ownerLines, QUERY_FIELDS, readQuery } from '../../organization/index.ts';
import { organizationFindings, ownerLine } from '../../report/organization/index.ts';
import type { Settings } from '../../settings/index.ts';
import { settingsOf } from '../settings-of.ts';
import { verdictOf, WAIVERS_NAME, writeVerdict } from '../../waivers/index.ts';
import type { Call } from '../command.ts';
import type { Io } from '../io.ts';
import { inventoryPlace } from '../state-files.ts';
import { openWaiverFile, signed } from '../waiver-file.ts';

/** `triage`: see its help. */
export async function runTriage({ args, flags, io }: Call): Promise<number> {
  const [target = ''] = args;
  const settings = await settingsOf('triage', { flags, io });
  const { values } = settings;
  const queries = values.where.map((text) => {
    const query = readQuery(text);
    if (query === undefined) throw new WardenError('USAGE_QUERY', 'a --where is no FIELD=GLOB', { hint: `FIELD is ${listOf(QUERY_FIELDS)}` });
    return query;
  });
  const decides = [values.owner, values.reason, values.expires].some((value) => value !== undefined);
  const sign = decides ? signed('waiver', settings, io) : undefined;
  if (sign !== undefined) await refuseSecrets([sign.owner, sign.reason, sign.requestedBy, sign.approvedBy]);
  const report = await lastReport(target, settings, io);
  const chosen = report.findings.filter((finding) => queries.every((query) => query(finding)));
  if (values.byOwner) {
    const lines = new Map(ownerLines(chosen).map((line) => [line.name, line]));
    for (const [name, theirs] of groupByOwner(chosen)) {
      const line = lines.get(name);
      await io.stdout.write(`${line === undefined ? '' : `${ownerLine(line).trim()}\n\n`}${organizationFindings(theirs)}`);
    }
  } else await io.stdout.write(organizationFindings(chosen));
  await io.stdout.write(`${chosen.length} of ${report.findings.length} credentials of ${printable(target)}\n`);
  if (sign === undefined || chosen.length === 0) return 0;
  const file = await openWaiverFile(settings, io);
  await file.add(chosen.map((finding) => ({ fingerprint: finding.fingerprint, rule: finding.rule, ...sign, verdict: writeVerdict(verdictOf(judgedOf(finding))) })));
  await io.stdout.write(`${chosen.length} entries are in ${WAIVERS_NAME} now\n`);
  return 0;
}

/** All that any of its repositories breaks is accepted, as the credential is one. */
function judgedOf({ status, scopes, violations }: OrganizationFinding): Parameters<typeof verdictOf>[0] {
  return {
    introspection: { status, ...(scopes === undefined ? {} : { facts: { scopes } }) },
    verdicts: violations.map((check) => ({ check, severity: 'low', verdict: { status: 'violation', evidence: '', remedy: '' } })),
  };
}

async function lastReport(target: string, settings: Settings, io: Io): Promise<OrganizationReport> {
  const inventory = await openInventory(inventoryPlace(settings), { now: io.now, warnings: io.warnings });
  try {
    const text = (await inventory.organization.lastFinished(target))?.report;
    if (text === undefined) throw new WardenError('NO_LAST_RUN', `no finished run of ${printable(target)} is remembered`, { hint: `run "tokenwarden audit ${printable(target)}" first, with the same --state or --store` });
    return JSON.parse(text) as OrganizationReport;
  } finally {
    await inventory.close();
  }
}
