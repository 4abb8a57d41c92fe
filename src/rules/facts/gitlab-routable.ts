import type { FactReader } from '../fact-reader.ts';

const NAMES: Readonly<Record<string, string>> = { c: 'cell', g: 'group', o: 'organization', p: 'project', u: 'user' };

export const factReader: FactReader = {
  id: 'gitlab-routable',
  reads: 'Cell, organization, group, project and user id: key:value lines at the head of the payload, numbers in base36 (GitLab, routable_token.rb). No expiry, no scope.',
  read: (token) => {
    const payload = /^[a-z]+-(?:t[0-9]_)?([A-Za-z0-9_-]{20,})\./.exec(token)?.[1];
    if (payload === undefined) return undefined;
    const notes: Record<string, string> = {};
    for (const line of Buffer.from(payload, 'base64url').toString('latin1').split('\n')) {
      const [, key = '', value = ''] = /^([cgopu]):([0-9a-z]{1,10})$/.exec(line) ?? [];
      const name = NAMES[key];
      if (name === undefined) break; // from here on the bytes are random
      notes[name] = String(Number.parseInt(value, 36));
    }
    const user = notes['user'];
    return Object.keys(notes).length === 0 ? undefined : { ...(user === undefined ? {} : { subject: `user ${user}` }), notes };
  },
};
