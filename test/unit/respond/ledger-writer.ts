/** A process of its own that appends COUNT lines to the ledger PATH as ACTOR; for tests of several writers. */
import { openLedger } from '../../../src/respond/ledger/index.ts';

const [path = '', actor = '', count = '0'] = process.argv.slice(2);
const ledger = await openLedger(path, { now: () => new Date(), run: actor, actor, warnings: process });
for (let number = 0; number < Number(count); number += 1) ledger.append('test', { number });
ledger.close();
