import { printableJson } from '../../lib/printable.ts';
import type { OrganizationReport } from '../../model/index.ts';

export function organizationJson(report: OrganizationReport): string {
  return `${printableJson(JSON.stringify(report, undefined, 2))}\n`;
}
