import type { Alert } from './alert.ts';
import type { Destination } from './destination.ts';

/** Characters that Slack keeps of one text; longer ones it cuts off or refuses. */
const MOST_CHARACTERS = 12_000;

/** The body of a post, as each kind of place takes it. Nothing in it is read as markup, a link or the name of a group. */
export function bodyOf(kind: Destination['kind'], { subject, lines, data }: Alert): string {
  const text = [subject, ...lines].join('\n').slice(0, MOST_CHARACTERS);
  switch (kind) {
    case 'slack':
      // https://docs.slack.dev/messaging/formatting-message-text: these three are all that can begin a mention or link.
      return JSON.stringify({ text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'), mrkdwn: false, unfurl_links: false, unfurl_media: false });
    case 'teams': {
      // Text runs are shown as they are; text blocks would be Markdown.
      const run = (shown: string, more: object = {}): object => ({ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: shown, ...more }] });
      return JSON.stringify({ type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: { $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4', body: [run(subject, { weight: 'Bolder' }), ...lines.map((line) => run(line))] } }] });
    }
    case 'webhook':
      return JSON.stringify({ text, ...data });
  }
}
