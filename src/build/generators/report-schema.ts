import { REPORT_SCHEMA } from '../../report/json/schema.ts';
import type { GeneratedFile } from '../generated-file.ts';

/** The published JSON Schema of the JSON report. */
export async function generate(_root: string): Promise<readonly GeneratedFile[]> {
  return [{ path: 'src/report/schema/report.schema.json', content: `${JSON.stringify(REPORT_SCHEMA, null, 2)}\n` }];
}
