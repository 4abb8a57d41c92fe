/** Narrow credentials for one command: granted, recorded, handed over, ended. */
export { findGrant } from './grants.ts';
export type { IssueGrant, IssueRequest } from './grants.ts';
export { issueFor } from './issue.ts';
export { openIssues } from './open-issues.ts';
export type { OpenIssue } from './open-issues.ts';
export { issueStorage } from './storage.ts';
export { settle as settleIssue, sweepIssues } from './sweep.ts';
export type { Settlement, Swept } from './sweep.ts';
export type { Closed, Ended, Handed, IssueCall, IssueDeps, IssueResult, IssueStorage, IssuingDoor } from './types.ts';
