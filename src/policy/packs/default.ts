import type { Pack } from './pack.ts';

export const defaultPack: Pack = {
  id: 'default',
  title: 'What every repository should hold',
  rationale:
    'Temporary tokens of 48 hours and persistent ones of 14 days, nothing living in what is scanned, and whatever a token, its place and its issuer say by themselves. Checks that need people to write something down first (owners, confirmations) are off.',
  settings: { 'owner-required': false, 'recertify-every': false },
};
