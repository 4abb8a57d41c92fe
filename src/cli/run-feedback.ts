import { resolve } from 'node:path';
import { findShape, refuseSecrets } from '../assemble/index.ts';
import { openInventory } from '../inventory/index.ts';
import { dayOf } from '../lib/day.ts';
import { WardenError, type Rule } from '../model/index.ts';
import { settingsOf } from './settings-of.ts';
import { isLive, lineOf, verdictOf, WAIVERS_NAME, writeVerdict } from '../waivers/index.ts';
import { readRules } from './rules.ts';
import type { Call } from './command.ts';
import { reportedFinding } from './reported-finding.ts';
import { inventoryPlace, makeStateDirectory } from './state-files.ts';
import { openWaiverFile, signed } from './waiver-file.ts';

/** `feedback FINDING --false-positive`: remembers it, asks for its approval, and proposes what would teach the rule. */
export async function runFeedback({ args, flags, io }: Call): Promise<number> {
  const [id = '', target = '.'] = args;
  const settings = await settingsOf('feedback', { flags, io });
  const { values, stateDir, fingerprintKey } = settings;
  if (!values.falsePositive) throw new WardenError('USAGE_MISSING_OPTION', 'feedback needs --false-positive', { hint: 'a finding that is real and acceptable is for "tokenwarden waive"' });
  const { finding } = await reportedFinding(id, settings, io);
  const { credential } = finding;
  if (finding.introspection.status === 'active') throw new WardenError('FEEDBACK_ACTIVE', 'its issuer says that this credential is active, so it is no false positive', { hint: 'revoke it; if it may stay, see "tokenwarden waive"' });
  const sign = signed('false-positive', settings, io, { owner: io.actor, reason: 'not a credential', expires: dayOf(io.now(), values.waiversMaxDays) });
  await refuseSecrets([sign.owner, sign.reason, sign.requestedBy, sign.approvedBy]);
  const file = await openWaiverFile(settings, io);

  const catalogue = await readRules(settings);
  const shape = await findShape({ fingerprint: credential.fingerprint, rule: credential.rule, locations: finding.locations, target: resolve(io.cwd, target), catalogue, fingerprintKey });
  makeStateDirectory(stateDir);
  const inventory = await openInventory(inventoryPlace(settings), { now: io.now, warnings: io.warnings });
  try {
    await inventory.recordFeedback({
      id: finding.id,
      rule: credential.rule,
      fingerprint: credential.fingerprint,
      kind: 'false-positive',
      ...(shape === undefined ? {} : { shape }),
      ...(values.reason === undefined ? {} : { reason: values.reason }),
      actor: io.actor,
    });
  } finally {
    await inventory.close();
  }

  const entry = { fingerprint: credential.fingerprint, rule: credential.rule, ...sign, verdict: writeVerdict(verdictOf(finding)) };
  // An open request must not end a waiver that holds.
  const held = entry.approvedBy === undefined ? file.entries.find((one) => one.fingerprint === entry.fingerprint && one.rule === entry.rule && one.kind !== 'false-positive' && isLive(one, io.now())) : undefined;
  if (held === undefined) await file.add([entry]);
  const rule = catalogue.rules.find((one) => one.id === credential.rule);
  const lines = [
    `recorded: a false positive of ${credential.rule}, shape ${shape ?? 'not known, as it is not where it was found any more (name its target)'}`,
    '',
    held !== undefined
      ? `${WAIVERS_NAME} waives it already until ${held.expires}, and stays as it is. Once somebody other than ${entry.requestedBy ?? entry.owner} agrees that it is a false positive (--approved-by), this takes its place:`
      : entry.approvedBy === undefined
      ? `${WAIVERS_NAME} asks for its approval. It counts once somebody other than ${entry.requestedBy ?? entry.owner} adds approved-by:`
      : `${WAIVERS_NAME}: approved by ${entry.approvedBy}, it counts for this value wherever it stands:`,
    lineOf(entry),
    '',
    ...proposal(rule, shape, sign.reason),
  ];
  await io.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

/** What would teach the rule, as text: somebody has to judge it. */
function proposal(rule: Rule | undefined, shape: string | undefined, reason: string): readonly string[] {
  if (rule === undefined || shape === undefined) return [];
  const nearMiss = `  - { recipe: ${yaml(shape)}, in: ${yaml('TEXT BEFORE IT {} AND AFTER IT')}, why: ${yaml(reason)} }`;
  const proof = rule.checksum !== undefined || rule.validator !== undefined ? `Its ${rule.checksum === undefined ? `validator ${rule.validator}` : `checksum ${rule.checksum}`} holds for this value, so only its surroundings tell it from a real one.` : 'The rule has no checksum and no validator: a narrower pattern, a higher min-entropy or its surroundings could tell it from a real one.';
  return [
    `To teach the rule, add this near miss to ${rule.id} in rules/${rule.issuer}.yml, with the text that stands around it, and change the rule until "tokenwarden rules test ${rule.id}" passes:`,
    'near-misses:',
    nearMiss,
    proof,
  ];
}

function yaml(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
