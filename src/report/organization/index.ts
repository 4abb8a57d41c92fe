/** Reports of a run over an organisation, from its plain data. */
export { organizationHtml } from './html.ts';
export { organizationJson } from './json.ts';
export { organizationFindings, organizationText, ownerLine } from './text.ts';
