import type { Pack } from './pack.ts';

export const strictPack: Pack = {
  id: 'strict',
  title: 'For production and what is regulated',
  rationale:
    'Temporary tokens of 24 hours and persistent ones of 7 days, the lower ends of 24–48 hours and 7–14 days; every token has an owner who confirms it each month, one place, and an issuer that answers.',
  settings: {
    'expiring-soon': { within: '1d' },
    'max-age': { temporary: '24h', persistent: '7d', severity: 'high' },
    'max-lifetime': { temporary: '24h', persistent: '7d', severity: 'critical' },
    'no-expiry': { severity: 'critical' },
    'owner-required': { severity: 'high' },
    'plaintext-transport': { severity: 'critical' },
    'promoted': { severity: 'critical' },
    'recertify-every': { every: '30d', grace: '7d', severity: 'high' },
    shared: { places: 1, people: 1, severity: 'high' },
    stale: { unused: '14d', severity: 'high' },
    'static-where-short-lived-exists': { severity: 'high' },
    'unverified-too-long': { after: '7d' },
    unused: { after: '2d' },
  },
};
