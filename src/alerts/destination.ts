import { WardenError } from '../model/index.ts';

/** Where alerts go. The address is a secret: who knows it can write there. */
export interface Destination {
  readonly kind: 'slack' | 'teams' | 'webhook';
  /** The environment variable that holds the address: how it is called in reports. */
  readonly name: string;
  readonly url: URL;
  /** With which posts are signed. */
  readonly key?: string;
}

const KINDS = [
  { kind: 'slack', name: 'TOKENWARDEN_ALERT_SLACK_URL', hosts: ['hooks.slack.com', 'hooks.slack-gov.com'] },
  { kind: 'teams', name: 'TOKENWARDEN_ALERT_TEAMS_URL', hosts: ['.webhook.office.com', '.logic.azure.com', '.api.powerplatform.com', '.logic.azure.us', '.api.powerplatform.us'] },
  { kind: 'webhook', name: 'TOKENWARDEN_ALERT_WEBHOOK_URL', hosts: undefined },
] as const;
const KEY_NAME = 'TOKENWARDEN_ALERT_WEBHOOK_KEY';
const SHORTEST_KEY = 16;

/** The destinations that the environment names, never a file of a repository. Throws `ALERT_DESTINATION`, without the address. */
export function readDestinations(env: Readonly<Record<string, string | undefined>>): readonly Destination[] {
  return KINDS.flatMap(({ kind, name }) => {
    const text = env[name];
    if (text === undefined || text === '') return [];
    const url = URL.parse(text);
    if (url === null) throw unfit(name, 'holds no URL');
    const key = kind === 'webhook' ? env[KEY_NAME] : undefined;
    if (kind === 'webhook' && (key === undefined || key.length < SHORTEST_KEY)) throw new WardenError('ALERT_DESTINATION', `${KEY_NAME} is missing or shorter than ${SHORTEST_KEY} characters`, { hint: 'alerts of a webhook are signed with it (HMAC-SHA-256): set the same random text here and at the receiver' });
    const destination: Destination = { kind, name, url, ...(key === undefined ? {} : { key }) };
    const why = whyNot(destination);
    if (why !== undefined) throw unfit(name, why);
    return [destination];
  });
}

/** Why nothing may be posted there; undefined: it may. Asked again before each post. */
export function whyNot({ kind, url }: Destination): string | undefined {
  if (url.username !== '' || url.password !== '') return 'holds a user name or password';
  const host = url.hostname.replace(/\.$/, '');
  const hosts = KINDS.find((one) => one.kind === kind)?.hosts;
  const isFit = hosts === undefined || hosts.some((known) => (known.startsWith('.') ? host.endsWith(known) : host === known));
  if (!isFit) return `is no address of ${kind === 'slack' ? 'an incoming webhook of Slack' : 'a webhook of Teams'}`;
  if (url.protocol === 'https:') return undefined;
  // What listens on this machine needs no encryption to be reached by nobody else.
  return kind === 'webhook' && url.protocol === 'http:' && (host === '127.0.0.1' || host === '[::1]') ? undefined : 'is no https address';
}

function unfit(name: string, why: string): WardenError {
  return new WardenError('ALERT_DESTINATION', `${name} ${why}`, { hint: 'alerts say where credentials lie: they go encrypted, to a place that only your people read' });
}
