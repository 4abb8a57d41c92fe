import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { deliver } from '../alerts/index.ts';
import { ensurePrivateFile } from '../lib/private-file.ts';
import { printable } from '../lib/printable.ts';
import type { WriteRecord } from '../model/index.ts';
import { pageText, type Page } from '../respond/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Io } from './io.ts';
import { STATE_FILES } from './state-files.ts';
import { VERSION } from './version.ts';

export interface PagerSetup {
  readonly settings: Settings;
  readonly io: Io;
  readonly ledger: WriteRecord;
  readonly say: (text: string) => void;
}

/**
 * Tells people: a line in `pages.jsonl` of the state folder and on standard error, then the webhook, where one is configured. A webhook that
 * does not answer changes nothing about the run; the ledger says so.
 */
export async function sendPages(pages: readonly Page[], { settings, io, ledger, say }: PagerSetup): Promise<void> {
  const path = STATE_FILES.pages(settings.stateDir);
  for (const page of pages) {
    const about = { plan: page.plan, to: page.to, subject: page.subject, findings: page.findings };
    ensurePrivateFile(path);
    await appendFile(path, `${JSON.stringify({ at: io.now().toISOString(), ...page })}\n`);
    ledger('page.queued', about);
    say(`page to ${printable(pageText(page)).replaceAll('\\n', '\n')}\n`);
    const { webhookEnv } = settings.respond.page;
    if (webhookEnv === undefined) continue;
    const failed = await post(io, webhookEnv, page);
    ledger(failed === undefined ? 'page.sent' : 'page.failed', { ...about, ...(failed === undefined ? {} : { why: failed }) });
    if (failed !== undefined) say(`warning: the page was not taken by the webhook of ${webhookEnv} (${failed}); it stands in ${printable(path)}\n`);
  }
}

/** Why it was not sent; undefined if it was. The URL is a secret of its own and is never told. */
async function post(io: Io, name: string, page: Page): Promise<string | undefined> {
  const address = io.env[name];
  const url = address === undefined ? null : URL.parse(address);
  if (url === null) return `${name} holds no URL`;
  const { createHttp } = await import('../lib/http/index.ts');
  const http = createHttp({ userAgent: `tokenwarden/${VERSION}` });
  try {
    const delivered = await deliver(http, { url, body: JSON.stringify({ text: pageText(page), ...page }), id: randomUUID(), allowPrivate: true, now: io.now });
    return delivered.ok ? undefined : delivered.why;
  } finally {
    await http.close();
  }
}
