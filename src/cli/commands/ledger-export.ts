import { WardenError } from '../../model/index.ts';
import { settingsOf } from '../settings-of.ts';
import type { ShellCommand } from '../command.ts';
import { STATE_FILES } from '../state-files.ts';
import { VERSION } from '../version.ts';

const FORMATS = ['jsonl', 'ocsf'];

export const command: ShellCommand = {
  name: 'ledger export',
  argument: '[file]',
  argumentHelp: 'a ledger (default: the one in the state directory)',
  summary: 'write the ledger for other systems',
  description: 'Writes every record as JSON Lines: as it stands (jsonl), or as an event of the Open Cybersecurity Schema Framework (ocsf), with the record under "unmapped". A ledger that is damaged is exported as far as it reads, with exit code 1.',
  examples: ['tokenwarden ledger export --format ocsf --out events.jsonl', 'tokenwarden ledger export | jq .event'],
  exitCodes: { 0: 'exported', 1: 'exported, but the ledger is damaged', 2: 'there is no ledger, or the file cannot be written' },
  async run({ args, flags, io }) {
    const { values, stateDir } = await settingsOf('ledger export', { flags, io });
    const format = values.ledgerFormat ?? 'jsonl';
    if (!FORMATS.includes(format)) throw new WardenError('USAGE_WRONG_VALUE', '--format is none of jsonl and ocsf', { hint: 'ocsf is what security data lakes read' });
    const [{ readLedger, toOcsf, verifyLedger }, { canonicalJson }, { createWriteStream }, { resolve }, { finished }] = await Promise.all([import('../../respond/ledger/index.ts'), import('../../lib/canonical-json.ts'), import('node:fs'), import('node:path'), import('node:stream/promises')]);
    const path = args[0] === undefined ? STATE_FILES.ledger(stateDir) : resolve(io.cwd, args[0]);
    const { ok } = await verifyLedger(path);
    const file = values.out === undefined ? undefined : createWriteStream(values.out, { flags: 'wx', mode: 0o600 });
    const done = file === undefined ? undefined : finished(file).catch((error: NodeJS.ErrnoException) => {
      throw new WardenError('OUTPUT_UNWRITABLE', `the export cannot be written (${error.code ?? 'unknown error'})`, { hint: 'it never replaces a file that is there' });
    });
    for await (const record of readLedger(path)) {
      const line = `${format === 'ocsf' ? JSON.stringify(toOcsf(record, VERSION)) : canonicalJson(record)}\n`;
      if (file === undefined) await io.stdout.write(line);
      else if (!file.write(line)) await Promise.race([new Promise<void>((drained) => void file.once('drain', () => drained())), done]);
    }
    file?.end();
    await done;
    return ok ? 0 : 1;
  },
};
