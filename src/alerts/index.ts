/** Messages to people at places of their own: Slack, Teams, signed webhooks. */
export { alertFor, MOST_LISTED, type Alert } from './alert.ts';
export { issuesFor, type IssueWanted } from './owner-issues.ts';
export { bodyOf } from './body.ts';
export { deliver, type Deliver, type Delivered } from './deliver.ts';
export { readDestinations, whyNot, type Destination } from './destination.ts';
