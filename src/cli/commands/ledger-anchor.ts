import { WardenError } from '../../model/index.ts';
import { settingsOf } from '../settings-of.ts';
import type { ShellCommand } from '../command.ts';
import { STATE_FILES } from '../state-files.ts';

export const command: ShellCommand = {
  name: 'ledger anchor',
  summary: 'keep the ledger\'s head outside the writer\'s reach',
  description: 'Writes the hash of the ledger\'s last line to every place of ledger.anchors and to --anchor: a file that is only appended to, a git ref, or a table of PostgreSQL. "ledger verify" compares with them, so that a ledger that was cut, or written anew from its beginning, is found. Every apply does the same when it ends. One place belongs to one ledger.',
  examples: ['tokenwarden ledger anchor', 'tokenwarden ledger anchor --anchor /mnt/append-only/heads.jsonl'],
  exitCodes: { 0: 'kept everywhere', 2: 'there is no place, no ledger, or a place cannot be written' },
  async run({ flags, io }) {
    const settings = await settingsOf('ledger anchor', { flags, io });
    const [{ anchorAt, anchoredHeads, anchorPlaces, placeName }, { verifyLedger }, { printable }] = await Promise.all([import('../anchors.ts'), import('../../respond/ledger/index.ts'), import('../../lib/printable.ts')]);
    const places = anchorPlaces(settings);
    if (places.length === 0) throw new WardenError('ANCHOR_MISSING', 'no place is named where the ledger\'s head could be kept', { hint: 'add ledger.anchors to tokenwarden.yml, or name a file with --anchor' });
    const path = STATE_FILES.ledger(settings.stateDir);
    const { ok, head } = await verifyLedger(path, await anchoredHeads(places, io));
    if (!ok) throw new WardenError('LEDGER_DAMAGED', `${printable(path)}: the ledger is damaged, so that its head is not kept`, { hint: 'see "tokenwarden ledger verify"' });
    for (const place of places) {
      await anchorAt(place, head, io);
      await io.stdout.write(`${printable(placeName(place))}: keeps head ${head.hash} of record ${head.seq}\n`);
    }
    return 0;
  },
};
