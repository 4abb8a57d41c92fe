import { WardenError } from '../model/index.ts';
import type { Call } from './command.ts';
import { runAudit } from './run-audit.ts';

/** `ingest`: an audit whose targets are what other tools found. */
export async function runIngest(call: Call): Promise<number> {
  if (call.args.length === 0) throw new WardenError('USAGE_INGEST_SOURCE', 'nothing was named to ingest', { hint: 'name the report of another tool, - for standard input, or github:OWNER/REPO' });
  return runAudit('audit', { ...call, args: call.args.map((source) => `ingest:${source}`) });
}
