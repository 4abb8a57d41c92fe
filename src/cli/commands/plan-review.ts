import { randomUUID } from 'node:crypto';
import { WardenError } from '../../model/index.ts';
import { settingsOf } from '../settings-of.ts';
import type { ShellCommand } from '../command.ts';
import { makeStateDirectory, STATE_FILES } from '../state-files.ts';

export const command: ShellCommand = {
  name: 'plan review',
  argument: '<digest>',
  argumentHelp: 'the beginning of the digest of a plan that was applied with --break-glass, as "ledger verify" names it',
  summary: 'close the review of a plan that somebody applied alone',
  description: 'Writes into the ledger that somebody else looked at what was done without approval, and what they found. Whoever broke the glass cannot close their own review.',
  examples: ['tokenwarden plan review 3f2a9c0d11223344 --key key.pem --reason "leak was real, see INC-7"'],
  exitCodes: { 0: 'closed', 2: 'there is no such open review, or the reviewer was refused' },
  async run({ args, flags, io }) {
    const settings = await settingsOf('plan review', { flags, io });
    const { because, key } = settings.values;
    const [digest = ''] = args;
    if (because === undefined || because.trim() === '') throw new WardenError('USAGE_MISSING_OPTION', 'plan review needs --reason TEXT', { hint: 'say what you found' });
    const [{ openLedger, readLedger, readReviews }, { readKeyFile }, { refuseSecrets }, { anchorAll }, { readRules }] = await Promise.all([import('../../respond/index.ts'), import('../key-file.ts'), import('../../assemble/index.ts'), import('../anchors.ts'), import('../rules.ts')]);
    await refuseSecrets([because], await readRules(settings));
    const { publicKey, sign } = await readKeyFile(key);
    const person = settings.respond.people.find((one) => one.key === publicKey);
    if (person === undefined) throw new WardenError('KEY_UNKNOWN', 'respond.people of the configuration does not list this key');
    const path = STATE_FILES.ledger(settings.stateDir);
    const open = /^[0-9a-f]{8,64}$/.test(digest) ? (await readReviews(readLedger(path))).filter(({ plan, closed }) => closed === undefined && plan.startsWith(digest)) : [];
    // Two people may have broken the glass for one plan: each needs the other's eyes, or a third one's.
    const [review] = open.toSorted((a, b) => Number(a.by === person.name) - Number(b.by === person.name));
    if (review === undefined || new Set(open.map(({ plan }) => plan)).size > 1) throw new WardenError('REVIEW_UNKNOWN', open.length > 0 ? 'several open reviews begin so' : 'no open review begins so', { hint: '"tokenwarden ledger verify" names them' });
    if (review.by === person.name) throw new WardenError('REVIEW_OWN', `${person.name} broke the glass, and cannot review that`, { hint: 'somebody else of respond.people has to' });
    makeStateDirectory(settings.stateDir);
    const ledger = await openLedger(path, { now: io.now, run: randomUUID(), actor: io.actor, warnings: io.warnings });
    try {
      const at = io.now().toISOString();
      const signature = sign(Buffer.from(`tokenwarden review v1\n${JSON.stringify([review.plan, person.name, because, at])}`, 'utf8'));
      ledger.append('review.closed', { plan: review.plan, by: person.name, reason: because, signedAt: at, signature });
      await anchorAll(ledger, settings, io, (text) => void io.stderr.write(text));
    } finally {
      ledger.close();
    }
    await io.stdout.write(`closed by ${person.name}: plan ${review.plan.slice(0, 16)}\n`);
    return 0;
  },
};
