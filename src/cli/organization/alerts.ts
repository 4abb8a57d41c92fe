import { alertFor, bodyOf, deliver, whyNot, type Destination } from '../../alerts/index.ts';
import { printable } from '../../lib/printable.ts';
import type { AlertOutcome, OrganizationReport } from '../../model/index.ts';
import type { Settings } from '../../settings/index.ts';
import type { Io } from '../io.ts';
import { proxiesOf } from '../proxies.ts';
import { VERSION } from '../version.ts';

/** Tells each destination what is new. One that does not take it is a warning and changes nothing about the run. */
export async function sendAlerts(report: OrganizationReport, destinations: readonly Destination[], { values }: Settings, { io, say, signal }: { readonly io: Io; readonly say: (text: string) => void; readonly signal: AbortSignal }): Promise<readonly AlertOutcome[]> {
  const alert = alertFor(report);
  if (alert === undefined) {
    if (values.alertsDryRun) say('note: there is nothing new to alert about\n');
    return [];
  }
  if (values.alertsDryRun) {
    const said = [alert.subject, ...alert.lines].map((line) => `  ${printable(line)}\n`).join('');
    say(`alert${destinations.length === 0 ? ' (no destination is set)' : ` to ${destinations.map(({ name }) => name).join(', ')}`}, not sent:\n${said}`);
    return destinations.map(({ name }) => ({ destination: name, state: 'dry-run' }));
  }
  if (destinations.length === 0) return [];
  const { createHttp } = await import('../../lib/http/index.ts');
  const http = createHttp({ userAgent: `tokenwarden/${VERSION}`, proxy: proxiesOf(io.env) });
  try {
    const outcomes: AlertOutcome[] = [];
    for (const destination of destinations) {
      const { kind, name, url, key } = destination;
      // A company's own receiver may have a private address; Slack and Teams have none.
      const delivered = await deliver(http, { url, body: bodyOf(kind, alert), id: `${report.run.id} ${kind}`, ...(key === undefined ? {} : { key }), allowPrivate: kind === 'webhook', whyNot: () => whyNot(destination), now: io.now, signal });
      if (!delivered.ok) say(`warning: the alert was not taken by the address of ${name} (${delivered.why}); the report names it\n`);
      outcomes.push({ destination: name, ...(delivered.ok ? { state: 'sent' } : { state: 'failed', why: delivered.why }) });
    }
    return outcomes;
  } finally {
    await http.close();
  }
}
