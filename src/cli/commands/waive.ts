import { settingsOf } from '../settings-of.ts';
import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'waive',
  argument: '<finding>',
  argumentHelp: 'id of a finding, or its beginning',
  summary: 'accept one finding until a date',
  description:
    "Writes an entry for a finding of the last run into the working directory's .tokenwarden-waivers.yml, and prints the comment that does the same beside the secret. It covers what is known now: a new verdict or new scopes end it. In a pull request it counts once it stands at the base commit. Touches no network.",
  examples: ['tokenwarden waive 3f9a1c --owner ana --reason "test account, TICKET-2" --expires 2027-01-31', 'tokenwarden waive 3f9a1c --from out.json --owner ana --approved-by bo --reason "…" --expires 2027-01-31'],
  exitCodes: { 0: 'written', 2: 'no such finding, no run yet, or a waiver that may not be' },
  async run({ args, flags, io }) {
    const [id = ''] = args;
    const settings = await settingsOf('waive', { flags, io });
    const [{ signed, openWaiverFile }, { reportedFinding }, { inlineOf, lineOf, verdictOf, writeVerdict, WAIVERS_NAME }, { refuseSecrets }] = await Promise.all([
      import('../waiver-file.ts'),
      import('../reported-finding.ts'),
      import('../../waivers/index.ts'),
      import('../../assemble/index.ts'),
    ]);
    const sign = signed('waiver', settings, io);
    await refuseSecrets([sign.owner, sign.reason, sign.requestedBy, sign.approvedBy]);
    const { finding } = await reportedFinding(id, settings, io);
    const file = await openWaiverFile(settings, io);
    const entry = { fingerprint: finding.credential.fingerprint, rule: finding.credential.rule, ...sign, verdict: writeVerdict(verdictOf(finding)) };
    await file.add([entry]);
    await io.stdout.write(`${WAIVERS_NAME}:\n${lineOf(entry)}\n`);
    if (!settings.values.quiet) await io.stderr.write(`instead of the entry, this comment may stand on the line of the secret or above it:\n${inlineOf(entry)}\n`);
    return 0;
  },
};
