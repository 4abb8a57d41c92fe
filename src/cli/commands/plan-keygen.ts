import { WardenError } from '../../model/index.ts';
import { settingsOf } from '../settings-of.ts';
import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'plan keygen',
  summary: 'make a key with which you approve plans',
  description: 'Makes an Ed25519 key pair. The private half goes to a new file that only you can read; the public half is printed as the entry that somebody else adds to respond.people of tokenwarden.yml.',
  examples: ['tokenwarden plan keygen --out ~/.config/tokenwarden/key.pem'],
  exitCodes: { 0: 'made', 2: 'the file cannot be written, or is there already' },
  async run({ flags, io }) {
    const { values } = await settingsOf('plan keygen', { flags, io });
    if (values.out === undefined) throw new WardenError('USAGE_MISSING_OPTION', 'plan keygen needs --out FILE', { hint: 'the private key goes there; it is never printed' });
    const [{ makeKeyPair }, { writeNew }] = await Promise.all([import('../../respond/approval/index.ts'), import('../write-new.ts')]);
    const { privatePem, publicKey } = makeKeyPair();
    await writeNew(values.out, privatePem, 0o600);
    await io.stdout.write(`respond:\n  people:\n    - { name: ${JSON.stringify(io.actor)}, key: ${publicKey} }\n`);
    return 0;
  },
};
