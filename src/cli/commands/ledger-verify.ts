import { resolve } from 'node:path';
import { printable } from '../../lib/printable.ts';
import { settingsOf } from '../settings-of.ts';
import type { ShellCommand } from '../command.ts';
import { STATE_FILES } from '../state-files.ts';

export const command: ShellCommand = {
  name: 'ledger verify',
  argument: '[file]',
  argumentHelp: 'a ledger (default: the one in the state directory)',
  summary: 'check that no line of the ledger was edited, dropped or moved',
  description: 'Reads the hash-chained ledger from its beginning and names each line that was edited, dropped or moved, and a torn last one. Heads that were kept outside (ledger.anchors, --anchor) also show a ledger that was cut or written anew. Names the reviews that are open.',
  examples: ['tokenwarden ledger verify', 'tokenwarden ledger verify --state ./state', 'tokenwarden ledger verify backup/ledger.jsonl'],
  exitCodes: { 0: 'the chain holds', 1: 'the ledger is damaged', 2: 'there is no ledger, or it cannot be read' },
  async run({ args, flags, io }) {
    const settings = await settingsOf('ledger verify', { flags, io });
    const [{ verifyLedger, readLedger }, { readReviews }, { anchoredHeads, anchorPlaces }] = await Promise.all([import('../../respond/ledger/index.ts'), import('../../respond/page/index.ts'), import('../anchors.ts')]);
    const path = args[0] === undefined ? STATE_FILES.ledger(settings.stateDir) : resolve(io.cwd, args[0]);
    const { ok, lines, head, anchor, anchors, damage } = await verifyLedger(path, await anchoredHeads(anchorPlaces(settings), io));
    const name = printable(path);
    const found = damage.map(({ line, kind, reason }) => `${name}:${line}: ${kind}: ${printable(reason)}`);
    const anchored = anchor === 'head-file' ? 'the end agrees with its head file' : 'without a head file beside it, lines missing at the end cannot be noticed';
    const verdict = ok ? `${name}: the chain of ${lines} lines holds, head ${head.hash}; ${anchored}` : `${name}: damaged, ${found.length} ${found.length === 1 ? 'finding' : 'findings'} in ${lines} ${lines === 1 ? 'line' : 'lines'}`;
    const kept = anchors.map(({ place, heads, bearsOutTo, keptAt = '', contradicted }) => `${printable(place)}: ${heads === 0 ? 'keeps no head yet' : `${heads} ${heads === 1 ? 'head' : 'heads'} compared, ${contradicted > 0 ? `${contradicted} of them not in this ledger` : `bears out records 1 to ${bearsOutTo} (kept ${keptAt})`}`}`);
    const reviews = (await readReviews(readLedger(path))).filter(({ closed }) => closed === undefined).map(({ plan, by, at, reason }) => `open review: ${printable(by)} applied plan ${plan.slice(0, 16)} alone at ${at}: ${printable(reason)}`);
    await io.stdout.write([...found, ...kept, ...reviews, verdict, ''].join('\n'));
    return ok ? 0 : 1;
  },
};
