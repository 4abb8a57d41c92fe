import { endOfDay } from '../lib/day.ts';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import { collectEvidence, readLedger, verifyLedger } from '../respond/index.ts';
import { settingsOf } from './settings-of.ts';
import { anchoredHeads, anchorPlaces } from './anchors.ts';
import type { Call } from './command.ts';
import { STATE_FILES } from './state-files.ts';
import { VERSION } from './version.ts';
import { writeNew } from './write-new.ts';

/** `evidence --from DAY`: 0 all promises kept, 1 something is not as it should be. */
export async function runEvidence({ flags, io }: Call): Promise<number> {
  const now = io.now();
  const settings = await settingsOf('evidence', { flags, io });
  const { evidenceFrom, evidenceTo, out } = settings.values;
  if (evidenceFrom === undefined) throw new WardenError('USAGE_MISSING_OPTION', 'evidence needs --from YYYY-MM-DD');
  const from = new Date(`${evidenceFrom}T00:00:00Z`);
  const to = evidenceTo === undefined ? now : (endOfDay(evidenceTo) ?? now);
  if (to < from) throw new WardenError('USAGE_WRONG_VALUE', '--to lies before --from');
  const path = STATE_FILES.ledger(settings.stateDir);
  const { ok, lines, head, anchors, damage } = await verifyLedger(path, await anchoredHeads(anchorPlaces(settings), io));
  const evidence = await collectEvidence(readLedger(path), { from, to, now, ...(settings.sla === undefined ? {} : { sla: settings.sla }) });
  const pack = { schemaVersion: 1, tool: { name: 'tokenwarden', version: VERSION }, createdAt: now.toISOString(), createdBy: io.actor, ledger: { ok, lines, head, anchors, damage }, ...(settings.sla === undefined ? {} : { sla: settings.sla }), ...evidence };
  const text = `${JSON.stringify(pack, null, 2)}\n`;
  if (out === undefined) await io.stdout.write(text);
  else await writeNew(out, text, 0o600);
  const broken = evidence.findings.filter(({ sla }) => sla.told?.kept === 'no' || sla.dead?.kept === 'no').length;
  const open = evidence.reviews.filter(({ closed }) => closed === undefined).length;
  if (out !== undefined) await io.stdout.write(`${evidence.audits.length} audits, ${evidence.findings.length} findings (${broken} beyond sla:), ${evidence.actions.length} actions, ${evidence.waivers.length} waivers, ${open} open reviews; the ledger is ${ok ? 'whole' : 'damaged'}\n${anchors.map(({ place, bearsOutTo }) => `${printable(place)} bears out records 1 to ${bearsOutTo} of ${head.seq}\n`).join('')}`);
  return ok && broken === 0 && open === 0 ? 0 : 1;
}
