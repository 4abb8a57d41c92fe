/** What other tools found, read from their reports. Pure: it is given texts. */
export { Fields, isObject } from './fields.ts';
export { readAlert } from './github-alert.ts';
export { readReport } from './read-report.ts';
export type { Report, Reported, ReportedPlace } from './reported.ts';
