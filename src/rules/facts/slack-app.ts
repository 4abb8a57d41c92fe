import type { FactReader } from '../fact-reader.ts';

export const factReader: FactReader = {
  id: 'slack-app',
  reads: 'The id of the app that an app-level token belongs to (xapp-1-APP-…).',
  read: (token) => {
    const [, app] = /^xapp-\d{1,3}-(A[A-Z0-9]{7,14})-/.exec(token) ?? [];
    return app === undefined ? undefined : { clientId: app, notes: { app } };
  },
};
